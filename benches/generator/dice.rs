//! Chance, and the words it picks from.

pub(super) const NOUNS: [&str; 32] = [
    "account", "address", "archive", "batch", "buffer", "cache", "chunk", "client", "config",
    "cursor", "document", "entry", "event", "field", "filter", "frame", "graph", "handle",
    "header", "index", "item", "job", "message", "node", "packet", "query", "record", "route",
    "schema", "session", "token", "worker",
];
pub(super) const VERBS: [&str; 24] = [
    "add", "apply", "build", "check", "collect", "convert", "decode", "drop", "encode", "expand",
    "fetch", "find", "format", "join", "load", "merge", "parse", "read", "resolve", "scan",
    "select", "split", "update", "write",
];
pub(super) const ATTRIBUTES: [&str; 10] = [
    "name", "items", "parent", "options", "count", "children", "state", "handler", "table",
    "source",
];

/// A linear congruential generator; its high bits are the good ones.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }

    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(from.len());
        from.get(at)
    }

    pub(super) fn word(&mut self, from: &[&'static str]) -> &'static str {
        self.pick(from).copied().unwrap_or("thing")
    }
}
