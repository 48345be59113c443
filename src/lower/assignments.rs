//! What stands left of `=` and after `del`: names, attributes, elements, and several at once.

use heapcast_facts::{Field, Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::builder::Lowerer;
use super::names::is_name;
use crate::ir::{Const, DisplayKind, Op};

impl<'a> Lowerer<'a> {
    pub(super) fn assignment(&mut self, assignment: &'a ast::StmtAssign) {
        if let ([Expr::Tuple(targets)], Expr::Tuple(values)) =
            (assignment.targets.as_slice(), &*assignment.value)
            && targets.elts.len() == values.elts.len()
            && !targets
                .elts
                .iter()
                .chain(&values.elts)
                .any(Expr::is_starred_expr)
        {
            // `a, b = b, a` makes no tuple.
            let values: Vec<Var> = values
                .elts
                .iter()
                .map(|value| self.expression(value))
                .collect();
            for (target, value) in targets.elts.iter().zip(values) {
                self.assign(target, value);
            }
            return;
        }
        let value = self.expression(&assignment.value);
        for target in &assignment.targets {
            self.assign(target, value);
        }
        if let [target] = assignment.targets.as_slice()
            && is_name(target, "__all__")
        {
            self.exported_names(&assignment.value);
        }
    }

    /// Binds a target to a value.
    pub(super) fn assign(&mut self, target: &'a Expr, value: Var) {
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), value),
            Expr::Attribute(attribute) => {
                let base = self.expression(&attribute.value);
                self.at(attribute);
                let name = self.mangle(attribute.attr.as_str());
                self.note_instance_attribute(base, name);
                self.store_attribute(base, name, value);
                self.attribute_protocol(base, name, value);
            }
            Expr::Subscript(subscript) => {
                let base = self.expression(&subscript.value);
                let index = self.index(&subscript.slice);
                self.at(subscript);
                self.store_item(base, index, value);
            }
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, value),
            Expr::List(list) => self.unpack(&list.elts, value),
            Expr::Starred(starred) => self.assign(&starred.value, value),
            _ => {}
        }
    }

    pub(super) fn note_instance_attribute(&mut self, base: Var, name: Symbol) {
        if let Some(class) = self.frame.class
            && self.frame.receiver == Some(base)
        {
            self.facts.instance_attribute.push((class.object, name));
        }
    }

    /// A class may define `__setattr__`.
    fn attribute_protocol(&mut self, base: Var, name: Symbol, value: Var) {
        let special = self.intern("__setattr__");
        let text = self.constant(Const::Str(name));
        self.special_call(base, special, Symbol(0), &[text, value]);
    }

    /// `a, *b, c = value`
    fn unpack(&mut self, targets: &'a [Expr], value: Var) {
        let element = self.user_element(value);
        let star = targets.iter().position(Expr::is_starred_expr);
        let count = targets.len();
        let known_length = self.display_length(value);
        for (index, target) in targets.iter().enumerate() {
            let from_back = star.is_some_and(|star| index > star);
            if star == Some(index) {
                let (rest, object) = self.new_container(DisplayKind::List);
                self.frame.publish(rest);
                let after = (count - index - 1) as u32;
                self.unpack_rest(
                    rest,
                    value,
                    index as u32,
                    known_length.map(|len| len - after.min(len)),
                );
                self.push(Op::UnpackRest {
                    to: rest,
                    from: value,
                    object,
                    before: index as u32,
                    after,
                });
                self.assign(target, rest);
                continue;
            }
            let position = match (from_back, known_length) {
                (false, _) => Some(index as u32),
                (true, Some(length)) => length.checked_sub((count - index) as u32),
                (true, None) => None,
            };
            let part = self.unpacked(value, element, position);
            let number = if from_back { count - index - 1 } else { index } as u32;
            self.push(Op::Unpack {
                to: part,
                from: value,
                index: number,
                from_back,
            });
            self.assign(target, part);
        }
    }

    fn unpacked(&mut self, value: Var, element: Var, position: Option<u32>) -> Var {
        if let Some(index) = position
            && let Some(known) = self.remembered(value, Field::index(index))
        {
            return known;
        }
        let part = self.new_var();
        match position {
            Some(index) => {
                self.facts.load.push((value, Field::index(index), part));
                self.facts.load.push((value, Field::UNKNOWN, part));
                self.facts.load.push((value, Field::KEYS, part));
            }
            None => self.facts.load.push((value, Field::ALL, part)),
        }
        self.facts.assign.push((part, element));
        part
    }

    /// What a class of the project iterates over; it is not told apart by position.
    fn user_element(&mut self, value: Var) -> Var {
        let (_, iterator) = self.protocol_unless(value, "__iter__", "");
        let (_, element) = self.protocol_unless(iterator, "__next__", "");
        self.facts.iterate.push((iterator, element));
        element
    }

    /// The elements between the ones that other targets take.
    fn unpack_rest(&mut self, rest: Var, value: Var, before: u32, end: Option<u32>) {
        match end {
            Some(end) => {
                for (place, index) in (before..end).enumerate() {
                    let part = self.new_var();
                    self.facts.load.push((value, Field::index(index), part));
                    self.facts.load.push((value, Field::UNKNOWN, part));
                    self.facts
                        .store
                        .push((rest, Field::index(place as u32), part));
                }
            }
            None => self.facts.elements.push((rest, value)),
        }
    }

    pub(super) fn augmented(&mut self, assignment: &'a ast::StmtAugAssign) {
        let old = match &*assignment.target {
            Expr::Name(name) => self.read_name(name.id.as_str()),
            other => self.expression(other),
        };
        let value = self.expression(&assignment.value);
        self.at(assignment);
        let result = self.binary(assignment.op, old, value, true);
        self.assign(&assignment.target, result);
    }

    pub(super) fn delete(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                let var = self.read_name(name.id.as_str());
                self.push(Op::Delete { var });
                self.unbind(name.id.as_str());
            }
            Expr::Attribute(attribute) => {
                let base = self.expression(&attribute.value);
                let name = self.mangle(attribute.attr.as_str());
                let text = self.constant(Const::Str(name));
                let (call, _) = self.protocol_unless(base, "__delattr__", "");
                self.facts.actual.push((call, 0, text));
                let call = self.new_implied_call();
                self.facts.delete.push((call, base, name));
                self.frame.forget();
                self.push(Op::DeleteAttribute { base, name });
            }
            Expr::Subscript(subscript) => {
                let base = self.expression(&subscript.value);
                let index = self.index(&subscript.slice);
                self.frame.forget();
                self.delete_item(base, index);
            }
            Expr::Tuple(tuple) => {
                for element in &tuple.elts {
                    self.delete(element);
                }
            }
            Expr::List(list) => {
                for element in &list.elts {
                    self.delete(element);
                }
            }
            _ => {}
        }
    }
}
