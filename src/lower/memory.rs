//! What fields are known to hold at this point of a function.

use heapcast_facts::{Field, Symbol, Var};

use super::Constant;
use super::builder::Lowerer;
use crate::ir::Op;

/// How many remembered field values are kept at once; past that, all are forgotten.
const REMEMBERED: usize = 64;

impl Lowerer<'_> {
    /// `base.name` as a value.
    pub(super) fn load_attribute(&mut self, base: Var, name: Symbol) -> Var {
        let field = Field::attribute(name);
        if let Some(var) = self.remembered(base, field) {
            return var;
        }
        let to = self.new_var();
        self.facts.load.push((base, field, to));
        match self.symbols.text(name) {
            "__class__" => self.facts.class_of.push((to, base)),
            "__name__" | "__qualname__" | "__module__" => {
                self.links.constants.push((to, Constant::Str));
            }
            _ => {}
        }
        self.read_of.insert(to, (base, name));
        self.push(Op::Attribute { to, base, name });
        to
    }

    /// `base.name = from`
    pub(super) fn store_attribute(&mut self, base: Var, name: Symbol, from: Var) {
        let field = Field::attribute(name);
        self.facts.store.push((base, field, from));
        self.push(Op::SetAttribute { base, name, from });
        if self.class_names.contains_key(&name) {
            self.frame.memory.retain(|&((_, other), _)| other != field);
        } else {
            self.remember(base, field, from);
        }
    }

    /// What a field is known to hold at this point.
    pub(super) fn remembered(&self, base: Var, field: Field) -> Option<Var> {
        self.frame
            .memory
            .iter()
            .rev()
            .find(|(key, _)| *key == (base, field))
            .map(|&(_, var)| var)
    }

    /// After `base[field] = value`; what else may be the same field is forgotten.
    pub(super) fn remember(&mut self, base: Var, field: Field, value: Var) {
        let frame = &mut self.frame;
        let base_is_fresh = frame.fresh.contains_key(&base);
        frame.memory.retain(|&((other, at), _)| {
            at != field || (other != base && base_is_fresh && frame.fresh.contains_key(&other))
        });
        if frame.memory.len() >= REMEMBERED {
            frame.memory.clear();
        }
        frame.memory.push(((base, field), value));
        frame.publish(value);
    }

    /// Other code runs: it may see shared names and change what it can reach.
    pub(super) fn other_code_runs(&mut self) {
        self.flush();
        let frame = &mut self.frame;
        frame
            .memory
            .retain(|((base, _), _)| frame.fresh.contains_key(base));
    }
}
