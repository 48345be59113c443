//! Hash tables that are keyed alike on every run.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use ahash::RandomState;

/// The project's hasher as a default.
#[derive(Clone)]
pub(super) struct Keyed(RandomState);

impl Default for Keyed {
    fn default() -> Self {
        Self(heapcast_facts::hasher())
    }
}

impl BuildHasher for Keyed {
    type Hasher = <RandomState as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        self.0.build_hasher()
    }
}

pub(super) type Map<K, V> = HashMap<K, V, Keyed>;
pub(super) type Set<K> = HashSet<K, Keyed>;
