//! Displays of lists, tuples, sets and dicts.

use heapcast_facts::{Field, Obj, Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::Constant;
use super::builder::Lowerer;
use super::values::Known;
use crate::ir::{DisplayKind, Op};

/// Elements of a display that are tracked one by one; later ones share one unknown index.
const TRACKED_ELEMENTS: usize = 64;

impl<'a> Lowerer<'a> {
    /// A new container of a builtin kind that this code makes.
    pub(super) fn new_container(&mut self, kind: DisplayKind) -> (Var, Obj) {
        let object = self.new_site(Constant::of_display(kind));
        let to = self.holder_of(object);
        self.frame.fresh.insert(to, ());
        (to, object)
    }

    pub(super) fn display(&mut self, kind: DisplayKind, elements: &'a [Expr]) -> Var {
        let mut values = Vec::with_capacity(elements.len());
        for element in elements {
            let starred = matches!(element, Expr::Starred(_));
            values.push((self.expression(element), starred));
        }
        if let Some(first) = elements.first() {
            self.at(first);
        }
        self.display_of(kind, values)
    }

    /// A display of values that were computed.
    pub(super) fn display_of(&mut self, kind: DisplayKind, values: Vec<(Var, bool)>) -> Var {
        let (to, object) = self.new_container(kind);
        let mut exact = kind != DisplayKind::Set;
        for (index, &(value, starred)) in values.iter().enumerate() {
            if starred {
                let element = self.iterate_facts(value);
                self.ask(value, "__len__", "");
                self.facts.elements.push((to, value));
                self.facts.store.push((to, Field::UNKNOWN, element));
                exact = false;
            } else if exact && index < TRACKED_ELEMENTS {
                self.facts
                    .store
                    .push((to, Field::index(index as u32), value));
            } else if self.known(value).is_none() {
                self.facts.store.push((to, Field::UNKNOWN, value));
            }
            if kind == DisplayKind::Set && self.known(value).is_none() {
                self.ask(value, "__hash__", "");
            }
            self.frame.publish(value);
        }
        match kind {
            DisplayKind::Tuple if exact => {
                self.tuple_lengths.insert(to, values.len() as u32);
            }
            DisplayKind::List if exact => {
                self.list_lengths.insert(to, values.len() as u32);
            }
            _ => {}
        }
        let choices: Option<Vec<Symbol>> = values
            .iter()
            .map(|&(value, _)| self.known_text(value))
            .collect();
        if let Some(choices) = choices.filter(|choices| !choices.is_empty()) {
            self.choices.insert(to, choices);
        }
        self.push(Op::Display {
            to,
            kind,
            object,
            elements: values,
        });
        to
    }

    pub(super) fn dict(&mut self, dict: &'a ast::ExprDict) -> Var {
        let mut entries = Vec::with_capacity(dict.items.len());
        for item in &dict.items {
            let key = item.key.as_ref().map(|key| self.expression(key));
            entries.push((key, self.expression(&item.value)));
        }
        self.at(dict);
        let (to, object) = self.new_container(DisplayKind::Dict);
        let mut kinds = Vec::new();
        for (index, &(key, value)) in entries.iter().enumerate() {
            match key {
                Some(key) => {
                    let field = self.element_field(key, index >= TRACKED_ELEMENTS * 4);
                    self.facts.store.push((to, field, value));
                    // One constant key stands for all of its kind.
                    let kind = self.known(key).map(|known| std::mem::discriminant(&known));
                    if kind.is_none_or(|kind| !kinds.contains(&kind)) {
                        self.store_key(to, key);
                    }
                    kinds.extend(kind);
                }
                None => {
                    self.facts.elements.push((to, value));
                    if let Some(value) = self.mapped(value) {
                        self.facts.store.push((to, Field::UNKNOWN, value));
                    }
                }
            }
            self.frame.publish(value);
        }
        self.push(Op::DictDisplay {
            to,
            object,
            entries,
        });
        to
    }

    /// A value becomes a key of a dict.
    pub(super) fn store_key(&mut self, dict: Var, key: Var) {
        self.facts.store.push((dict, Field::KEYS, key));
        if self.known(key).is_none() {
            self.ask(key, "__hash__", "");
        }
    }

    /// The field that a subscript selects.
    pub(super) fn element_field(&self, index: Var, crowded: bool) -> Field {
        match self.known(index) {
            Some(Known::Str(text)) if !crowded => Field::key(text),
            Some(Known::Int(value)) if !crowded => {
                u32::try_from(value).map_or(Field::UNKNOWN, Field::index)
            }
            Some(Known::Bool(value)) if !crowded => Field::index(u32::from(value)),
            _ => Field::UNKNOWN,
        }
    }
}
