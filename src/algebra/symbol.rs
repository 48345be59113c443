//! The unknowns of formulas: measures of inputs and memory-critical variables.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A named unknown of a formula. It stands for a **non-negative integer**.
///
/// Symbols are equal when name and kind are, wherever they were made, and are ordered by
/// name: formulas do not depend on the order in which threads come upon their symbols.
/// A clone shares the name.
#[derive(Clone)]
pub struct Symbol(Arc<Data>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Data {
    name: Box<str>,
    kind: SymbolKind,
}

/// What a symbol stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    /// A quantity of an input: `n`, `len(xs)`, `len(xs[*])`.
    Measure,
    /// The number of an iteration, counted from zero. Summation removes it.
    Index,
    /// A memory-critical variable: a quantity that no input determines.
    Mcv(Cause),
    /// The index of a sum that a formula keeps unevaluated, by nesting level.
    Bound(u32),
}

/// Where a memory-critical variable comes from, and why no input determines it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// Why the quantity is unknown, in one lower-case phrase.
    pub reason: String,
    /// The file, as the user named it.
    pub file: String,
    /// The line, counted from one.
    pub line: u32,
}

impl Symbol {
    /// The measure of this name.
    pub fn measure(name: &str) -> Self {
        Self::new(name, SymbolKind::Measure)
    }

    /// The iteration index of this name.
    pub fn index(name: &str) -> Self {
        Self::new(name, SymbolKind::Index)
    }

    /// The memory-critical variable `quantity @ file:line`.
    pub fn mcv(quantity: &str, cause: Cause) -> Self {
        let name = format!("{quantity} @ {}:{}", cause.file, cause.line);
        Self::new(&name, SymbolKind::Mcv(cause))
    }

    /// A symbol that no formula from outside has: no source text spells its name.
    pub(super) fn fresh(name: &str) -> Self {
        Self::index(&format!("\0{name}"))
    }

    pub(super) fn bound(level: u32) -> Self {
        Self::new("", SymbolKind::Bound(level))
    }

    pub(super) fn new(name: &str, kind: SymbolKind) -> Self {
        Symbol(Arc::new(Data {
            name: name.into(),
            kind,
        }))
    }

    /// The name that formulas print. A bound index has none of its own.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What the symbol stands for.
    pub fn kind(&self) -> &SymbolKind {
        &self.0.kind
    }

    /// Why the quantity is unknown, if it is a memory-critical variable.
    pub fn cause(&self) -> Option<&Cause> {
        match &self.0.kind {
            SymbolKind::Mcv(cause) => Some(cause),
            _ => None,
        }
    }

    /// Whether the symbol is a memory-critical variable.
    pub fn is_mcv(&self) -> bool {
        self.cause().is_some()
    }

    pub(super) fn level(&self) -> u32 {
        match &self.0.kind {
            SymbolKind::Bound(level) => *level,
            _ => 0,
        }
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for Symbol {}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) {
            Ordering::Equal
        } else {
            self.0.cmp(&other.0)
        }
    }
}

impl Hash for Symbol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
        self.level().hash(state);
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            SymbolKind::Bound(level) => write!(f, "#{level}"),
            _ => f.write_str(&self.0.name),
        }
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_equal_by_name_and_kind() {
        assert_eq!(Symbol::measure("n"), Symbol::measure("n"));
        assert_ne!(Symbol::measure("n"), Symbol::index("n"));
        assert!(Symbol::measure("len(xs)") < Symbol::measure("n"));
    }

    #[test]
    fn a_memory_critical_variable_names_its_line() {
        let cause = Cause {
            reason: "no recurrence".into(),
            file: "app.py".into(),
            line: 12,
        };
        let symbol = Symbol::mcv("iterations of while", cause);
        assert_eq!(symbol.to_string(), "iterations of while @ app.py:12");
        assert_eq!(symbol.cause().map(|cause| cause.line), Some(12));
    }
}
