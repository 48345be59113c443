//! Loops that work off a structure level by level, or branch by branch.
//!
//! `while level: level = [child for node in level for child in node.children]` goes on to the parts of
//! what it held. Each level lies below the one before it, so there are no more of them than parts lie
//! below each other; and no part is in two of them, so all levels together hold as much as the
//! structure has parts. What an inner loop does to each element of the level is summed in that way:
//! the level's length is a symbol of the iteration, whose sum is known.
//!
//! A walk in order keeps the way down on a stack: it pushes what a name holds and goes on to one part
//! of that, pops, and goes on to another part of what it popped. Each part is come to once, from what it
//! is a part of, so it is pushed once.

use std::sync::Arc;

use heapcast_facts::Var;

use super::bodies::{Body, Put};
use super::certain::certain;
use super::interpret::Interpreter;
use super::iterations::Individual;
use super::loops::Trips;
use super::rehearsal::{Carried, Carrier};
use super::value::{Kind, Place, Quantity, Step, Value};
use crate::algebra::{Expr, Symbol};
use crate::ir::{Argument, Block, Callee, CompareOp, DisplayKind, Item, Loop, LoopKind, Op, Phi};

impl<'a> Interpreter<'a> {
    /// A quantity of the iterations of the loop that is about to start, of which it is known how much it
    /// is at most, and in all iterations together.
    pub(super) fn amortised(&mut self, most: &Expr, sum: &Expr) -> Expr {
        self.amortised_over(self.loops.len(), most, sum)
    }

    pub(super) fn amortised_over(&mut self, at: usize, most: &Expr, sum: &Expr) -> Expr {
        self.states += 1;
        let symbol = Symbol::index(&format!("part {}", self.states));
        let expr = Expr::symbol(&symbol);
        let one = Individual::new(symbol, most.clone(), sum.clone());
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.constructed.push((at, one));
        expr
    }

    /// How often a loop runs of which the loop around it knows how often it does in all.
    pub(super) fn amortised_count(&mut self, inner: &Loop) -> Option<Expr> {
        let found = self.descents.iter().find(|own| own.0 == inner.region)?;
        let (_, most, sum) = found.clone();
        let at = self.loops.len().checked_sub(1)?;
        Some(self.amortised_over(at, &most, &sum))
    }

    /// A loop that goes on to what lies below what it held.
    pub(super) fn frontier(&mut self, inner: &'a Loop) -> Option<Trips> {
        let phis = inner.phis.iter();
        let mut candidates = phis.filter(|phi| phi.from.len() > 1);
        candidates.find_map(|phi| self.levels(inner, phi).or_else(|| self.descent(inner, phi)))
    }

    /// What a name holds in each iteration, in place of what a rehearsal found.
    pub(super) fn carry_known(&mut self, name: Var, value: &Value, carried: &mut Vec<Carried>) {
        let own = Carrier::Name(name);
        let one = carried.iter_mut().find(|one| one.carrier == own);
        let container = one.and_then(|one| one.value.container);
        let mut value = value.clone();
        if let (Some(id), Some(element)) = (container, value.element.clone()) {
            let element = Value::clone(&element);
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                container.one_of_several(Some(element.clone()));
            }
            let elements = Carrier::Elements(id);
            carried.retain(|one| one.carrier != elements);
            carried.push(Carried::of(elements, element));
            value.container = Some(id);
        }
        carried.retain(|one| one.carrier != own);
        carried.push(Carried::named(name, value));
    }

    // ---- level by level -------------------------------------------------------------------

    fn levels(&mut self, inner: &'a Loop, level: &Phi) -> Option<Trips> {
        let mut body = Body {
            source: Some(level.to),
            ..Body::default()
        };
        let next = *level.from.get(1)?;
        let sink = self.made_anew(&inner.body, next, &mut body)?;
        self.scan(&inner.body, sink, &mut body, &[], None);
        body.put_gathered(sink);
        let is_next = |var: &Var| body.root(*var) == body.root(sink);
        let goes_on = level.from.get(1..)?.iter().all(is_next);
        let is_level = |var: Var| body.root(var) == level.to;
        if !goes_on || body.unseen || body.puts.is_empty() || !self.is_asked(inner, &is_level) {
            return None;
        }
        if self.grows(&inner.body, &is_level) {
            return None;
        }
        let entry = self.defined(*level.from.first()?)?;
        let before = self.length(&entry)?;
        let element = self.part(&entry, Step::Element);
        let walk = body
            .parts()
            .and_then(|parts| self.walk_from(&parts, &element, &before));
        let (count, nodes, element) = match walk {
            Some(walk) => (walk.depth(self), walk.nodes, Some(walk.element)),
            // What is in a level is put there once for all levels; so there is one for each.
            None => {
                body.sink = Some(body.root(sink));
                let taken = body.taken?;
                let nodes = self
                    .search_of(&body, inner, taken, &before)
                    .or_else(|| self.slot_search(&body, inner, &before))?;
                (nodes.clone(), nodes, None)
            }
        };
        let length = self.amortised(&nodes, &nodes);
        let value = Value::sized(Kind::List, Some(length)).with_element(element);
        Some(Trips {
            named: Some((level.to, value)),
            ..Trips::counted(count, true)
        })
    }

    /// What the next level is: a container that each iteration makes anew, and that is empty at first,
    /// or a comprehension.
    fn made_anew(&self, block: &'a [Item], next: Var, body: &mut Body<'a>) -> Option<Var> {
        let mut made: Vec<Var> = Vec::new();
        for item in block {
            match &item.op {
                Op::Display {
                    to,
                    kind: DisplayKind::List | DisplayKind::Set,
                    elements,
                    ..
                } if elements.is_empty() => made.push(*to),
                Op::Call {
                    to,
                    callee: Callee::Value(callee),
                    arguments,
                    ..
                } if arguments.is_empty() => {
                    let of = ["list", "set", "deque", "collections.deque"];
                    if of.iter().any(|name| self.holds_builtin(*callee, name)) {
                        made.push(*to);
                    }
                }
                Op::Comprehension(inner) => made.push(inner.to),
                _ => {}
            }
        }
        // Names are known after the scan only; so each of them is tried.
        let only = made.iter().copied().find(|var| *var == next);
        only.or_else(|| {
            made.into_iter().find(|var| {
                let mut trial = Body {
                    source: body.source,
                    ..Body::default()
                };
                follow_names(block, *var, &mut trial);
                trial.root(next) == *var
            })
        })
    }

    /// Whether a loop goes on only while there is something in a container.
    fn is_asked(&self, inner: &Loop, is_it: &dyn Fn(Var) -> bool) -> bool {
        let LoopKind::While { header, test } = &inner.kind else {
            return false;
        };
        let is_length = |var: Var| {
            header.iter().any(|item| match &item.op {
                Op::Call {
                    to,
                    callee: Callee::Value(callee),
                    arguments,
                    ..
                } => {
                    let of = |argument: &Argument| {
                        matches!(argument, Argument::Positional(of) if is_it(*of))
                    };
                    *to == var && self.holds_builtin(*callee, "len") && arguments.iter().all(of)
                }
                _ => false,
            })
        };
        let compared = |item: &Item| {
            matches!(&item.op, Op::Compare { to, op: CompareOp::Gt | CompareOp::NotEq, left, .. }
                if to == test && is_length(*left))
        };
        is_it(*test) || is_length(*test) || header.iter().any(compared)
    }

    /// Whether something is put in a container.
    fn grows(&self, block: &Block, is_it: &dyn Fn(Var) -> bool) -> bool {
        let mut found = false;
        crate::ir::visit(block, &mut |op| match op {
            Op::Call {
                callee: Callee::Method(base, name),
                ..
            } => {
                let name = self.context.input.symbols.text(*name);
                let takes = matches!(name, "pop" | "popleft" | "clear" | "remove" | "discard");
                let changes = super::loops::CHANGING.contains(&name) && !takes;
                found |= changes && is_it(*base);
            }
            Op::SetSubscript { base, .. } => found |= is_it(*base),
            Op::Binary {
                left,
                in_place: true,
                ..
            } => found |= is_it(*left),
            _ => {}
        });
        found
    }

    // ---- branch by branch -----------------------------------------------------------------

    fn descent(&mut self, inner: &'a Loop, name: &Phi) -> Option<Trips> {
        let [entry, back] = name.from[..] else {
            return None;
        };
        let down = inner.body.iter().find_map(|item| match &item.op {
            Op::Loop(down) => Some(&**down),
            _ => None,
        })?;
        let own = down
            .phis
            .iter()
            .find(|phi| phi.from.first() == Some(&name.to))?;
        let [_, next] = own.from[..] else {
            return None;
        };
        let mut aliases = Body::default();
        aliases.aliases.extend(first_names(&inner.phis));
        aliases.aliases.extend(first_names(&down.phis));
        // What is pushed, and that it is asked whether it is there.
        let pushed = self.only_put(&inner.body)?;
        let mut within = Body::default();
        within.begin(own.to);
        self.scan(&down.body, pushed.0, &mut within, &[], None);
        let asks = match &down.kind {
            LoopKind::While { header, test } => *test == own.to || asks_for(header, *test, own.to),
            LoopKind::For { .. } => false,
        };
        let is_pushed = down
            .body
            .iter()
            .any(|item| self.puts_in(&item.op) == Some(pushed));
        if !asks || !is_pushed || within.root(pushed.1) != own.to {
            return None;
        }
        let first = within.origins.get(&next)?;
        // What is popped.
        let mut popped = None;
        certain(inner, &mut |op| popped = popped.or(self.takes(op)));
        let (taken, base) = popped?;
        let same = aliases.root(base) == aliases.root(pushed.0);
        let mut after = Body::default();
        after.begin(taken);
        self.scan(&inner.body, Var(u32::MAX), &mut after, &[], None);
        let second = after.origins.get(&back)?;
        let ways = vec![first.steps.clone(), second.steps.clone()];
        let apart = ways[0] != ways[1] && ways.iter().all(|way| is_plain(way));
        if !same || !apart || first.item.is_some() || second.item.is_some() {
            return None;
        }
        let stack = self.defined(aliases.root(base))?;
        let stack = self.container_of(&stack)?;
        if !self.container_length(stack)?.is_zero() {
            return None;
        }
        let place = self
            .defined(entry)?
            .place
            .filter(|place| place.below.is_none())?;
        let place = Arc::new(Place::clone(&place).walked(ways));
        let nodes = self.measure(&place, Quantity::Nodes);
        let depth = self.measure(&place, Quantity::Depth);
        self.descents.retain(|known| known.0 != down.region);
        self.descents
            .push((down.region, depth.clone(), nodes.clone()));
        let value = Value::input(Place::clone(&place));
        Some(Trips {
            works_off: Some((stack, depth)),
            taken: Some((stack, value.clone())),
            named: Some((name.to, value)),
            ..Trips::counted(nodes, true)
        })
    }

    /// The container and the value of the only step that puts something in a container by a method.
    fn only_put(&self, block: &'a Block) -> Option<(Var, Var)> {
        let mut found: Vec<(Var, Var)> = Vec::new();
        let mut taken: Vec<Var> = Vec::new();
        crate::ir::visit(block, &mut |op| {
            found.extend(self.puts_in(op));
            taken.extend(self.takes(op).map(|(_, base)| base));
        });
        let mut names = Body::default();
        follow_names(block, Var(u32::MAX), &mut names);
        let worked = |base: Var| taken.iter().any(|own| names.root(*own) == names.root(base));
        found.retain(|(base, _)| worked(*base));
        match found[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// What a step puts in which container.
    fn puts_in(&self, op: &Op) -> Option<(Var, Var)> {
        let Op::Call {
            callee: Callee::Method(base, name),
            arguments,
            ..
        } = op
        else {
            return None;
        };
        let name = self.context.input.symbols.text(*name);
        let last = match arguments.last() {
            Some(Argument::Positional(value)) => *value,
            _ => Var(u32::MAX),
        };
        let takes = self.takes(op).is_some();
        (super::loops::CHANGING.contains(&name) && !takes).then_some((*base, last))
    }
}

impl Body<'_> {
    /// What a comprehension gathers is put in what it makes.
    fn put_gathered(&mut self, sink: Var) {
        if self.gathered.contains_key(&sink) {
            self.puts.push(Put {
                value: sink,
                all: true,
                around: Vec::new(),
                over: None,
                loops: Vec::new(),
                depth: 0,
            });
        }
    }
}

/// Whether a test is `x is not None`.
fn asks_for(header: &Block, test: Var, value: Var) -> bool {
    header.iter().any(|item| {
        matches!(&item.op, Op::Compare { to, op: CompareOp::IsNot | CompareOp::NotEq, left, .. }
            if *to == test && *left == value)
    })
}

/// Whether steps lead to one part.
fn is_plain(way: &[Step]) -> bool {
    let plain = |step: &Step| matches!(step, Step::Attribute(_) | Step::Key(_));
    !way.is_empty() && way.iter().all(plain)
}

fn first_names(phis: &[Phi]) -> impl Iterator<Item = (Var, Var)> + '_ {
    phis.iter()
        .filter_map(|phi| Some((phi.to, *phi.from.first()?)))
}

/// The other names of what `sink` holds.
fn follow_names(block: &[Item], sink: Var, body: &mut Body<'_>) {
    for item in block {
        match &item.op {
            Op::Narrow { to, from } => {
                body.aliases.insert(*to, *from);
            }
            Op::Binary {
                to,
                left,
                in_place: true,
                ..
            } if body.root(*left) == sink => {
                body.aliases.insert(*to, *left);
            }
            Op::Loop(nested) => {
                body.aliases.extend(first_names(&nested.phis));
                follow_names(&nested.body, sink, body);
                nested.exits.iter().for_each(|phi| body.join(phi));
            }
            Op::Branch(branch) => {
                follow_names(&branch.then, sink, body);
                follow_names(&branch.or_else, sink, body);
                branch.phis.iter().for_each(|phi| body.join(phi));
            }
            _ => {}
        }
    }
}
