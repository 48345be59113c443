//! Comprehensions and generator expressions: loops that run in the function around them.

use heapcast_facts::{Field, RegionKind, Var};
use rustpython_ast::{Comprehension as Clause, Expr};
use rustpython_text_size::Ranged;

use super::builder::Lowerer;
use super::frame::Captured;
use crate::ir::{Block, Comprehension, DisplayKind, Loop, LoopKind, Op};

/// What a comprehension collects.
#[derive(Clone, Copy)]
enum Element<'a> {
    Value(&'a Expr),
    Pair(&'a Expr, &'a Expr),
}

impl<'a> Lowerer<'a> {
    /// A comprehension of any kind.
    pub(super) fn comprehension(&mut self, expression: &'a Expr) -> Var {
        let (kind, element, clauses) = match expression {
            Expr::ListComp(comp) => (
                DisplayKind::List,
                Element::Value(&comp.elt),
                &comp.generators,
            ),
            Expr::SetComp(comp) => (
                DisplayKind::Set,
                Element::Value(&comp.elt),
                &comp.generators,
            ),
            Expr::Generator(comp) => (
                DisplayKind::Generator,
                Element::Value(&comp.elt),
                &comp.generators,
            ),
            Expr::DictComp(comp) => (
                DisplayKind::Dict,
                Element::Pair(&comp.key, &comp.value),
                &comp.generators,
            ),
            other => return self.expression(other),
        };
        let Some((first, rest)) = clauses.split_first() else {
            return self.new_var();
        };
        let iterable = self.expression(&first.iter);
        self.at(expression);
        let (to, object) = self.new_container(kind);
        self.frame.publish(to);
        let scope = self.scopes.at(expression.range());
        self.frame.scopes.push(scope);
        self.declare_cells(scope);
        let mark = self.frame.mark();
        let depth = self.frame.scopes.len() - 1;
        let outer = (kind == DisplayKind::Generator)
            .then(|| self.frame.captured.replace((depth, vec![iterable])));
        let (body, ()) =
            self.in_block(|lowerer| lowerer.clause(to, iterable, first, rest, element));
        if let Some(outer) = outer {
            self.holds_captured(to, outer);
            self.generates(to, &body);
        }
        self.keep_walrus(mark);
        self.frame.scopes.pop();
        self.push(Op::Comprehension(Box::new(Comprehension {
            to,
            kind,
            object,
            body,
            is_filtered: clauses.iter().any(|clause| !clause.ifs.is_empty()),
            names: self.scopes.frame_names(scope),
        })));
        to
    }

    /// A generator keeps what it iterates over and the variables that it uses, as long as it is there.
    fn holds_captured(&mut self, generator: Var, outer: Option<Captured>) {
        let inner = std::mem::replace(&mut self.frame.captured, outer);
        let mut held = inner.map_or_else(Vec::new, |(_, held)| held);
        held.sort_unstable();
        held.dedup();
        if let Some((_, around)) = &mut self.frame.captured {
            around.extend_from_slice(&held);
        }
        let frame = Field::attribute(self.intern("gi_frame"));
        for var in held {
            self.facts.store.push((generator, frame, var));
        }
    }

    /// Which iterations give the elements of a generator.
    fn generates(&mut self, generator: Var, clause: &Block) {
        for item in clause {
            if let Op::Loop(inner) = &item.op {
                self.facts.generates.push((generator, inner.region));
                self.generates(generator, &inner.body);
            }
        }
    }

    /// What a walrus bound inside stays bound; it may also not have run.
    fn keep_walrus(&mut self, mark: usize) {
        let changed = self.frame.rewind(mark);
        for (slot, value) in changed {
            let values: Vec<Var> = [self.frame.value(slot), value]
                .into_iter()
                .flatten()
                .collect();
            let merged = self.merge(&values);
            self.frame.set(slot, merged.map(|(var, _)| var));
        }
    }

    fn clause(
        &mut self,
        to: Var,
        iterable: Var,
        clause: &'a Clause,
        rest: &'a [Clause],
        element: Element<'a>,
    ) {
        let (region, body, target) = self.in_region(RegionKind::Comprehension, |lowerer| {
            let item = lowerer.iterate(iterable, clause.is_async);
            lowerer.note_texts(iterable, item);
            lowerer.assign(&clause.target, item);
            for test in &clause.ifs {
                let condition = lowerer.condition(test);
                lowerer.apply_narrowing(&condition.when_true);
            }
            match rest.split_first() {
                Some((next, rest)) => {
                    let inner = lowerer.expression(&next.iter);
                    lowerer.clause(to, inner, next, rest, element);
                }
                None => lowerer.collect(to, element),
            }
            lowerer.flush();
            item
        });
        self.push(Op::Loop(Box::new(Loop {
            region,
            kind: LoopKind::For {
                iterable,
                element: target,
            },
            phis: Vec::new(),
            body,
            or_else: Vec::new(),
            exits: Vec::new(),
        })));
    }

    fn collect(&mut self, to: Var, element: Element<'a>) {
        match element {
            Element::Value(value) => {
                let value = self.expression(value);
                if let Some(&prefix) = self.prefixes.get(&value) {
                    self.element_prefixes.insert(to, prefix);
                }
                self.facts.store.push((to, Field::UNKNOWN, value));
                self.push(Op::Collect { key: None, value });
            }
            Element::Pair(key, value) => {
                let key = self.expression(key);
                let value = self.expression(value);
                self.facts.store.push((to, Field::UNKNOWN, value));
                self.store_key(to, key);
                self.push(Op::Collect {
                    key: Some(key),
                    value,
                });
            }
        }
    }
}
