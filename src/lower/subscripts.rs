//! Subscripts: elements and slices that are read, stored and deleted.

use heapcast_facts::{Field, Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::Constant;
use super::builder::{Lowerer, MODULE_OBJECT};
use super::scope::MODULE;
use super::values::Known;
use crate::ir::{DisplayKind, Index, Op};

impl<'a> Lowerer<'a> {
    fn slice_parts(
        &mut self,
        slice: &'a ast::ExprSlice,
    ) -> (Option<Var>, Option<Var>, Option<Var>) {
        let lower = slice.lower.as_deref().map(|part| self.expression(part));
        let upper = slice.upper.as_deref().map(|part| self.expression(part));
        let step = slice.step.as_deref().map(|part| self.expression(part));
        (lower, upper, step)
    }

    /// A slice as a value: one of several indices.
    pub(super) fn slice_object(&mut self, slice: &'a ast::ExprSlice) -> Var {
        let (lower, upper, step) = self.slice_parts(slice);
        let to = self.plain(Constant::Slice);
        self.push(Op::SliceObject {
            to,
            lower,
            upper,
            step,
        });
        to
    }

    /// What stands in the brackets of a subscript.
    pub(super) fn index(&mut self, slice: &'a Expr) -> Index {
        match slice {
            Expr::Slice(slice) => {
                let (lower, upper, step) = self.slice_parts(slice);
                Index::Slice { lower, upper, step }
            }
            other => Index::Value(self.expression(other)),
        }
    }

    pub(super) fn subscript(&mut self, subscript: &'a ast::ExprSubscript) -> Var {
        let base = self.expression(&subscript.value);
        let index = self.index(&subscript.slice);
        self.at(subscript);
        self.load_item(base, index)
    }

    /// `base[index]`
    pub(super) fn load_item(&mut self, base: Var, index: Index) -> Var {
        if let Some(global) = self.global_item(base, index) {
            return global;
        }
        match index {
            Index::Value(key) => {
                let field = self.load_field(base, key);
                let remembered = self.remembered(base, field).filter(|_| field != Field::ALL);
                if let Some(var) = remembered
                    && self.frame.fresh.contains_key(&base)
                {
                    return var;
                }
                let to = self.new_var();
                match remembered {
                    Some(var) => self.facts.assign.push((to, var)),
                    None => self.load_element(base, field, to),
                }
                if field == Field::ALL && self.may_be_passed(key) {
                    self.facts.load_by_key.push((base, key, to));
                }
                self.push(Op::Subscript { to, base, index });
                self.item_protocol(base, &[key], "__getitem__", Some(to));
                if self.known(key).is_none() {
                    self.ask(key, "__index__", "");
                }
                if self.symbols.get("__missing__").is_some() {
                    self.item_protocol(base, &[key], "__missing__", Some(to));
                }
                to
            }
            Index::Slice { lower, upper, step } => {
                let (to, _) = self.new_container(DisplayKind::List);
                self.frame.publish(to);
                match self
                    .constant_slice(base, lower, upper)
                    .filter(|_| step.is_none())
                {
                    Some((start, stop)) => self.facts.slice.push((to, base, start, stop)),
                    None => self.facts.elements.push((to, base)),
                }
                // A slice of a string is a string.
                let text = self.read_name("str");
                self.facts.narrow_to.push((to, base, text));
                self.push(Op::Subscript { to, base, index });
                let slice = self.plain(Constant::Slice);
                self.item_protocol(base, &[slice], "__getitem__", Some(to));
                to
            }
        }
    }

    /// The indices between which a slice lies, where both are known.
    fn constant_slice(
        &self,
        base: Var,
        lower: Option<Var>,
        upper: Option<Var>,
    ) -> Option<(u32, u32)> {
        let length = self.display_length(base);
        let bound = |bound: Option<Var>, open: u32| match bound.map(|var| self.known(var)) {
            None | Some(Some(Known::None)) => Some(open),
            Some(Some(Known::Int(value))) => u32::try_from(value).ok().or_else(|| {
                let from_start = i64::from(length?).saturating_add(value).max(0);
                u32::try_from(from_start).ok()
            }),
            Some(_) => None,
        };
        Some((bound(lower, 0)?, bound(upper, u32::MAX)?))
    }

    /// `globals()[index]`, where the index is known or how it begins.
    fn global_item(&mut self, base: Var, index: Index) -> Option<Var> {
        let Index::Value(key) = index else {
            return None;
        };
        if !self.global_tables.contains_key(&base) {
            return None;
        }
        if let Some(name) = self.known_text(key) {
            return Some(self.cell(MODULE, name));
        }
        let prefix = self.prefixes.get(&key).copied()?;
        let (module, to) = (self.holder_of(MODULE_OBJECT), self.new_var());
        self.facts.load_prefix.push((module, prefix, to));
        Some(to)
    }

    /// `to` is an element of a container: that of a known key may also be stored under an unknown one.
    pub(super) fn load_element(&mut self, base: Var, field: Field, to: Var) {
        self.facts.load.push((base, field, to));
        if field.is_constant_element() {
            self.facts.load.push((base, Field::UNKNOWN, to));
        }
    }

    fn load_field(&self, base: Var, key: Var) -> Field {
        match self.known(key) {
            Some(Known::Str(text)) => Field::key(text),
            Some(Known::Int(value)) => {
                let length = self.display_length(base);
                match (u32::try_from(value), length) {
                    (Ok(index), _) => Field::index(index),
                    (Err(_), Some(length)) => {
                        u32::try_from(i64::from(length) + value).map_or(Field::ALL, Field::index)
                    }
                    (Err(_), None) => Field::ALL,
                }
            }
            Some(Known::Bool(value)) => Field::index(u32::from(value)),
            _ => Field::ALL,
        }
    }

    /// Whether a key is a parameter, its own function's or that of a function around.
    fn may_be_passed(&self, key: Var) -> bool {
        self.known(key).is_none()
            && (self.formal_vars.contains_key(&key) || self.captured_vars.contains_key(&key))
    }

    fn item_protocol(&mut self, base: Var, arguments: &[Var], name: &str, to: Option<Var>) {
        let name = self.intern(name);
        let call = self.special_call(base, name, Symbol(0), arguments);
        self.facts.call_result.extend(to.map(|to| (call, to)));
    }

    /// `base[index] = from`
    pub(super) fn store_item(&mut self, base: Var, index: Index, from: Var) {
        match index {
            Index::Value(key) => {
                let field = self.element_field(key, false);
                self.facts.store.push((base, field, from));
                if field.is_constant_element() {
                    self.remember(base, field, from);
                } else {
                    self.frame.forget_elements();
                    self.store_key(base, key);
                    self.frame.publish(from);
                    if self.may_be_passed(key) {
                        self.facts.store_by_key.push((base, key, from));
                    }
                }
                self.item_protocol(base, &[key, from], "__setitem__", None);
            }
            Index::Slice { .. } => {
                self.facts.elements.push((base, from));
                self.frame.forget_elements();
                let slice = self.plain(Constant::Slice);
                self.item_protocol(base, &[slice, from], "__setitem__", None);
            }
        }
        self.push(Op::SetSubscript { base, index, from });
    }

    /// `del base[index]`
    pub(super) fn delete_item(&mut self, base: Var, index: Index) {
        self.item_protocol(base, &[], "__delitem__", None);
        self.push(Op::DeleteSubscript { base, index });
    }
}
