//! Interned strings.

use ahash::RandomState;
use std::collections::HashMap;
use std::sync::Arc;

use crate::ids::{Column, Relocation};

/// An interned string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Symbol(pub u32);

/// The table of interned strings; [`Symbol`]s are dense indices into it, in order of first use.
#[derive(Debug, Clone)]
pub struct Symbols {
    texts: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, Symbol, RandomState>,
}

/// The hasher of the project: keyed alike on every run, so that results repeat.
#[must_use]
pub fn hasher() -> RandomState {
    RandomState::with_seeds(0x68_65_61_70, 0x63_61_73_74, 1, 2)
}

/// The [`hasher`] as a type that tables make themselves.
#[derive(Debug, Clone)]
pub struct FixedState(RandomState);

impl Default for FixedState {
    fn default() -> Self {
        Self(hasher())
    }
}

impl std::hash::BuildHasher for FixedState {
    type Hasher = ahash::AHasher;

    fn build_hasher(&self) -> Self::Hasher {
        self.0.build_hasher()
    }
}

/// A hash map with the project's hasher.
pub type Map<K, V> = HashMap<K, V, FixedState>;

impl Default for Symbols {
    fn default() -> Self {
        let mut symbols = Self {
            texts: Vec::new(),
            ids: HashMap::with_hasher(hasher()),
        };
        symbols.intern("");
        symbols
    }
}

impl Symbols {
    /// The symbol of `text`, interned on first use.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&symbol) = self.ids.get(text) {
            return symbol;
        }
        let symbol = Symbol(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.ids.insert(text, symbol);
        symbol
    }

    /// The symbol of `text`, if it was interned.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.ids.get(text).copied()
    }

    /// The text of `symbol`; empty for one of another table.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.0 as usize).map_or("", |text| text)
    }

    /// All symbols with their texts, in order of first use.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &str)> {
        self.texts
            .iter()
            .zip(0..)
            .map(|(text, index)| (Symbol(index), &**text))
    }

    /// How many strings are interned.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether nothing is interned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Interns all of `other`; the result maps `other`'s symbols to this table's.
    pub fn absorb(&mut self, other: &Self) -> Vec<Symbol> {
        other.texts.iter().map(|text| self.intern(text)).collect()
    }
}

impl Column for Symbol {
    const TYPE: &'static str = "symbol";

    fn relocate(self, by: &Relocation<'_>) -> Self {
        by.symbols.get(self.0 as usize).copied().unwrap_or(self)
    }

    fn write(self, out: &mut String, symbols: &Symbols) {
        for character in symbols.text(self).chars() {
            match character {
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\\' => out.push_str("\\\\"),
                other => out.push(other),
            }
        }
    }

    fn read(text: &str, symbols: &mut Symbols) -> Result<Self, &'static str> {
        if !text.contains('\\') {
            return Ok(symbols.intern(text));
        }
        let mut plain = String::with_capacity(text.len());
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if character != '\\' {
                plain.push(character);
                continue;
            }
            match characters.next() {
                Some('t') => plain.push('\t'),
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some('\\') => plain.push('\\'),
                _ => return Err("expected \\t, \\n, \\r or \\\\ after a backslash"),
            }
        }
        Ok(symbols.intern(&plain))
    }
}
