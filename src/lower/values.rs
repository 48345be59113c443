//! Values of which more is known than which objects they are: constants, displays as they were made.

use heapcast_facts::{Obj, Symbol, Var};

use super::Constant;
use super::builder::Lowerer;
use super::names::is_identifier;
use crate::ir::{Const, Op, Phi};

/// Longer constants are not names of anything.
const LONGEST_NAME: usize = 60;

/// A constant that steers the analysis: a key, an attribute name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Str(Symbol),
    Int(i64),
    Bool(bool),
    None,
}

impl Lowerer<'_> {
    /// A constant.
    pub(super) fn constant(&mut self, value: Const) -> Var {
        let var = self.new_var();
        let (known, kind) = match &value {
            Const::None => (Some(Known::None), None),
            Const::Ellipsis => (None, None),
            Const::Bool(value) => (Some(Known::Bool(*value)), Some(Constant::Bool)),
            Const::Int(value) => (Some(Known::Int(*value)), Some(Constant::Int)),
            Const::BigInt { .. } => (None, Some(Constant::Int)),
            Const::Float(_) => (None, Some(Constant::Float)),
            Const::Complex => (None, Some(Constant::Complex)),
            Const::Str(text) => (Some(Known::Str(*text)), Some(Constant::Str)),
            Const::Bytes { .. } => (None, Some(Constant::Bytes)),
        };
        if let Some(known) = known {
            self.known.insert(var, known);
        }
        if let Some(Known::Str(text)) = known
            && is_dotted_name(self.symbols.text(text))
        {
            self.links.strings.push((var, text));
        }
        if let Some(kind) = kind {
            self.links.constants.push((var, kind));
        }
        if value == Const::None {
            self.facts.none_value.push((var,));
        }
        self.facts.literal.push((var,));
        self.push(Op::Const { to: var, value });
        var
    }

    /// Merges values; no variable is made where they are all the same one.
    pub(super) fn merge(&mut self, from: &[Var]) -> Option<(Var, Option<Phi>)> {
        let (&first, rest) = from.split_first()?;
        if rest.iter().all(|&other| other == first) {
            return Some((first, None));
        }
        let to = self.new_var();
        let mut sources = from.to_vec();
        sources.sort_unstable();
        sources.dedup();
        self.facts
            .assign
            .extend(sources.into_iter().map(|source| (to, source)));
        Some((
            to,
            Some(Phi {
                to,
                from: from.to_vec(),
            }),
        ))
    }

    /// The class that a variable (or a cell that is assigned once) holds.
    pub(super) fn class_named(&self, var: Var) -> Option<Obj> {
        self.definitions
            .get(&var)
            .copied()
            .or_else(|| self.cell_definitions.get(&var).copied().flatten())
    }

    /// The length of a display that is as it was made.
    pub(super) fn display_length(&self, var: Var) -> Option<u32> {
        self.tuple_lengths.get(&var).copied().or_else(|| {
            self.list_lengths
                .get(&var)
                .copied()
                .filter(|_| self.frame.fresh.contains_key(&var))
        })
    }

    /// The constant that a variable (or a cell that is assigned once) holds.
    pub(super) fn known(&self, var: Var) -> Option<Known> {
        self.known
            .get(&var)
            .copied()
            .or_else(|| self.cell_known.get(&var).copied().flatten())
    }

    /// The constant text that a variable holds.
    pub(super) fn known_text(&self, var: Var) -> Option<Symbol> {
        match self.known(var) {
            Some(Known::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// Notes which element of a container an argument or a default selects, if it is a constant.
    pub(super) fn note_constant(&mut self, var: Var) {
        if self.known(var).is_none() {
            return;
        }
        let field = self.element_field(var, false);
        if field.is_constant_element() && self.constants.insert(var, ()).is_none() {
            self.facts.constant.push((var, field));
        }
    }

    /// A variable that holds an object.
    pub(super) fn holder_of(&mut self, object: Obj) -> Var {
        let var = self.new_var();
        self.facts.alloc.push((var, object));
        var
    }

    /// A value of a builtin kind that nothing tracks more closely.
    pub(super) fn plain(&mut self, kind: Constant) -> Var {
        let var = self.new_var();
        self.links.constants.push((var, kind));
        var
    }
}

/// Whether a text can name an attribute or a module.
fn is_dotted_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && text.split('.').all(is_identifier)
}
