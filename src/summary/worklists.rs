//! Loops that work off a container: each iteration takes one thing out, and may put others in.
//!
//! Taking from what is empty raises, so such a loop runs at most as often as something is put in.
//! That has a bound where nothing is, where parts of what was taken out are (a walk over a tree), and
//! where a mark keeps everything from coming twice (a search in a graph).

use std::sync::Arc;

use heapcast_facts::{Call, Map, Obj, Var};

use super::interpret::Interpreter;
use super::value::{ContainerId, Place, Quantity, Step, Value};
use crate::algebra::Expr;
use crate::ir::{
    Argument, BinaryOp, Block, Branch, Callee, CompareOp, Index, Loop, LoopKind, Op, UnaryOp,
};

/// Methods that take one thing out and raise where there is none.
const TAKES: &[&str] = &["pop", "popleft", "popitem"];

/// Methods that put one thing in.
const PUTS: &[&str] = &["append", "appendleft", "add", "insert"];

/// Methods that put the elements of something in.
const PUTS_ALL: &[&str] = &["extend", "extendleft", "update"];

/// What a loop that works off a container comes to.
pub(super) struct Worklist {
    /// The container.
    pub(super) container: ContainerId,
    /// How often the loop runs at most.
    pub(super) count: Expr,
    /// What is taken out, as far as it is known.
    pub(super) element: Option<Value>,
}

/// Where a value comes from, seen from what was taken out: the number of the item, where that is a
/// tuple, and the way from there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    item: Option<u32>,
    steps: Vec<Step>,
}

/// Something that is put in.
pub(super) struct Put<'a> {
    pub(super) value: Var,
    /// Whether its elements are.
    pub(super) all: bool,
    /// The branches around it, with the arm.
    pub(super) around: Vec<(&'a Branch, &'a Block)>,
    /// What the loop that surrounds it directly iterates over, and with what.
    pub(super) over: Option<(Var, Var)>,
}

/// What is seen of a loop's body.
#[derive(Default)]
pub(super) struct Body<'a> {
    pub(super) aliases: Map<Var, Var>,
    pub(super) origins: Map<Var, Origin>,
    pub(super) tuples: Map<Var, &'a [(Var, bool)]>,
    pub(super) tests: Map<Var, (CompareOp, Var, Var)>,
    pub(super) negations: Map<Var, Var>,
    /// `base[index]`, by what it gives.
    pub(super) reads: Map<Var, (Var, Var)>,
    /// The containers that a look-up is made in: `graph[node]`, `graph.get(node)`.
    pub(super) looked_up: Map<Var, Var>,
    pub(super) puts: Vec<Put<'a>>,
    /// What is an attribute of something.
    pub(super) attributes: Vec<Var>,
    /// The function whose calls of itself put something in, and for which parameter.
    pub(super) recursion: Option<(Obj, u32)>,
    /// Whether one of them passes it in a way that is not followed.
    pub(super) unseen: bool,
    /// The arguments of these calls.
    pub(super) passed: Vec<&'a [Argument]>,
}

impl<'a> Interpreter<'a> {
    /// The container that a loop works off, if there is one and a bound for it.
    pub(super) fn worklist(&mut self, inner: &'a Loop) -> Option<Worklist> {
        let LoopKind::While { .. } = inner.kind else {
            return None;
        };
        let mut body = Body::default();
        for phi in &inner.phis {
            body.aliases
                .extend(phi.from.first().map(|from| (phi.to, *from)));
        }
        let (taken, base) = inner.body.iter().find_map(|item| self.takes(&item.op))?;
        let root = aliased(&inner.body, &body.aliases, base);
        let value = self.defined(root)?;
        let container = self.container_of(&value)?;
        body.begin(taken);
        self.scan(&inner.body, root, &mut body, &[], None);
        let before = self.container_length(container)?;
        if body.puts.is_empty() {
            let element = None;
            return Some(Worklist {
                container,
                count: before,
                element,
            });
        }
        self.walk_of(&body, container, &before)
            .or_else(|| self.search_of(&body, inner, taken, container, &before))
    }

    /// What an operation takes out of which container.
    fn takes(&self, op: &Op) -> Option<(Var, Var)> {
        let Op::Call {
            to,
            callee,
            arguments,
            ..
        } = op
        else {
            return None;
        };
        let text = |name| self.context.input.symbols.text(name);
        match (callee, arguments.first()) {
            (Callee::Method(base, name), _) if TAKES.contains(&text(*name)) => Some((*to, *base)),
            (_, Some(Argument::Positional(base))) if self.is_heap(callee, "heappop") => {
                Some((*to, *base))
            }
            _ => None,
        }
    }

    fn is_heap(&self, callee: &Callee, name: &str) -> bool {
        let (Callee::Value(var) | Callee::Method(var, _)) = callee else {
            return false;
        };
        let own = |text: &str| text.strip_prefix("heapq.").unwrap_or(text) == name;
        match callee {
            Callee::Method(_, method) => own(self.context.input.symbols.text(*method)),
            _ => self
                .context
                .points_to(*var)
                .any(|target| own(self.context.name(target))),
        }
    }

    /// Follows what was taken out through a block, and gathers what is put in.
    pub(super) fn scan(
        &mut self,
        block: &'a Block,
        root: Var,
        body: &mut Body<'a>,
        around: &[(&'a Branch, &'a Block)],
        over: Option<(Var, Var)>,
    ) {
        for item in block {
            match &item.op {
                Op::Branch(branch) => {
                    for arm in [&branch.then, &branch.or_else] {
                        let mut inside = around.to_vec();
                        inside.push((branch, arm));
                        self.scan(arm, root, body, &inside, over);
                    }
                    for phi in &branch.phis {
                        body.meet(phi.to, &phi.from);
                    }
                }
                Op::Loop(inner) => {
                    for phi in &inner.phis {
                        let first = phi.from.first();
                        body.aliases.extend(first.map(|from| (phi.to, *from)));
                    }
                    let mut over = over;
                    if let LoopKind::For { iterable, element } = &inner.kind {
                        body.pass(*element, *iterable, Some(Step::Element));
                        over = Some((*iterable, *element));
                    }
                    self.scan(&inner.body, root, body, around, over);
                }
                Op::With(with) => self.scan(&with.body, root, body, around, over),
                Op::Try(statement) => self.scan(&statement.body, root, body, around, over),
                op => self.follow(op, root, body, around, over),
            }
        }
    }

    fn follow(
        &mut self,
        op: &'a Op,
        root: Var,
        body: &mut Body<'a>,
        around: &[(&'a Branch, &'a Block)],
        over: Option<(Var, Var)>,
    ) {
        let put = |body: &mut Body<'a>, value: Var, all: bool| {
            body.puts.push(Put {
                value,
                all,
                around: around.to_vec(),
                over,
            });
        };
        match op {
            Op::Narrow { to, from } => {
                body.aliases.insert(*to, *from);
                body.pass(*to, *from, None);
            }
            Op::Attribute { to, base, name } => {
                body.attributes.push(*to);
                body.pass(*to, *base, Some(Step::Attribute(*name)));
            }
            Op::Subscript {
                to,
                base,
                index: Index::Value(index),
            } => {
                let literal = self.defined(*index).and_then(|value| value.literal);
                let step = literal.map_or(Step::Element, Step::Key);
                body.pass(*to, *base, Some(step));
                body.reads.insert(*to, (*base, *index));
                body.looked_up.insert(*to, *base);
            }
            Op::Unpack {
                to,
                from,
                index,
                from_back: false,
            } => match body.origins.get(from) {
                Some(origin) if origin.item.is_none() && origin.steps.is_empty() => {
                    let item = Origin {
                        item: Some(*index),
                        steps: Vec::new(),
                    };
                    body.origins.insert(*to, item);
                }
                _ => body.pass(*to, *from, Some(Step::Element)),
            },
            Op::Display { to, elements, .. } => {
                body.tuples.insert(*to, elements);
            }
            Op::Compare {
                to,
                op,
                left,
                right,
            } => {
                body.tests.insert(*to, (*op, *left, *right));
            }
            Op::Unary {
                to,
                op: UnaryOp::Not,
                operand,
            } => {
                body.negations.insert(*to, *operand);
            }
            Op::Binary {
                op: BinaryOp::Add,
                left,
                right,
                in_place: true,
                ..
            } if body.root(*left) == root => put(body, *right, true),
            Op::Call {
                to,
                callee,
                arguments,
                call,
                ..
            } => {
                if let Some((function, at)) = body.recursion {
                    self.follow_recursion((*call, function, at), arguments, body, put);
                    if let Callee::Method(base, name) = callee
                        && self.context.input.symbols.text(*name) == "get"
                    {
                        body.looked_up.insert(*to, *base);
                    }
                    return;
                }
                let positional = |at: usize| match arguments.get(at) {
                    Some(Argument::Positional(var)) => Some(*var),
                    _ => None,
                };
                if let Callee::Method(base, name) = callee {
                    let name = self.context.input.symbols.text(*name);
                    let last = positional(arguments.len().saturating_sub(1));
                    if body.root(*base) == root {
                        if let Some(value) = last.filter(|_| PUTS.contains(&name)) {
                            put(body, value, false);
                        } else if let Some(value) = last.filter(|_| PUTS_ALL.contains(&name)) {
                            put(body, value, true);
                        }
                    } else if name == "get" {
                        body.looked_up.insert(*to, *base);
                    } else if matches!(name, "values" | "copy") {
                        body.pass(*to, *base, None);
                    }
                }
                if self.is_heap(callee, "heappush")
                    && let (Some(heap), Some(value)) = (positional(0), positional(1))
                    && body.root(heap) == root
                {
                    put(body, value, false);
                }
            }
            _ => {}
        }
    }

    /// A call of the function by itself puts in what it passes.
    fn follow_recursion(
        &self,
        (call, function, at): (Call, Obj, u32),
        arguments: &'a [Argument],
        body: &mut Body<'a>,
        put: impl Fn(&mut Body<'a>, Var, bool),
    ) {
        let mut targets = self.context.targets(call).iter();
        if !targets.any(|(_, target)| *target == function) {
            return;
        }
        let receiver = u32::from(self.context.is_bound(call, function));
        body.passed.push(arguments);
        let passed = usize::try_from(at.saturating_sub(receiver)).unwrap_or(usize::MAX);
        match arguments.get(passed) {
            Some(Argument::Positional(value)) => put(body, *value, false),
            // What is passed in another way is not seen: no mark is found for it.
            _ => body.unseen = true,
        }
    }

    /// Parts of what was taken out are put in: each iteration works on one of the parts.
    fn walk_of(
        &mut self,
        body: &Body<'a>,
        container: ContainerId,
        before: &Expr,
    ) -> Option<Worklist> {
        let mut item = None;
        let mut ways: Vec<Vec<Step>> = Vec::new();
        let mut open = 0;
        for put in &body.puts {
            let mut origin = body.part_of(put.value)?;
            if put.all {
                origin.steps.push(Step::Element);
            }
            if origin.steps.is_empty() || item.is_some_and(|item| item != origin.item) {
                return None;
            }
            item = Some(origin.item);
            if put.over.is_none()
                && !put.all
                && !put
                    .around
                    .iter()
                    .any(|(branch, _)| body.asks(branch.test, put.value))
            {
                open += 1;
            }
            ways.push(origin.steps);
        }
        let first = self.containers.get(container.0 as usize)?.clone();
        let element = match (&first.element, &first.place) {
            (Some(element), _) => element.clone(),
            (None, Some(place)) => {
                Value::input(place.then(Step::Element, self.context.input.symbols)?)
            }
            _ => return None,
        };
        let start = match item.flatten() {
            Some(at) => element.items.as_ref()?.get(at as usize)?.clone(),
            None => element.clone(),
        };
        let place = start.place.filter(|place| place.below.is_none())?;
        let place = match before.as_constant().is_some_and(|length| length.is_one()) {
            true => Place::clone(&place),
            false if place.steps.last() == Some(&Step::Element) => {
                place.with(Step::Element, Step::Each)
            }
            false => return None,
        };
        let nodes = self.measure(
            &Arc::new(place.clone().walked(ways.clone())),
            Quantity::Nodes,
        );
        // Where it is not asked whether there is a part, nothing is put in for it too.
        let count = match open {
            0 => nodes,
            _ => &nodes.scale(&i64::from(open).into()) + before,
        };
        let any = place.with(Step::Each, Step::Element);
        let walked = Value::input(any.walked(ways));
        let element = match (item.flatten(), element.items) {
            (Some(at), Some(items)) => {
                let mut items = items.to_vec();
                *items.get_mut(at as usize)? = walked;
                Value {
                    items: Some(items.into()),
                    ..Value::of(element.kind)
                }
            }
            _ => walked,
        };
        Some(Worklist {
            container,
            count,
            element: Some(element),
        })
    }
}

impl Body<'_> {
    /// Starts from what was taken out.
    pub(super) fn begin(&mut self, taken: Var) {
        let start = Origin {
            item: None,
            steps: Vec::new(),
        };
        self.origins.insert(taken, start);
    }

    /// The first name of a value.
    pub(super) fn root(&self, var: Var) -> Var {
        let mut root = var;
        for _ in 0..self.aliases.len() {
            match self.aliases.get(&root) {
                Some(&other) if other != root => root = other,
                _ => break,
            }
        }
        root
    }

    fn pass(&mut self, to: Var, from: Var, step: Option<Step>) {
        if let Some(origin) = self.origins.get(&from) {
            let mut origin = origin.clone();
            origin.steps.extend(step);
            self.origins.insert(to, origin);
        }
    }

    fn meet(&mut self, to: Var, from: &[Var]) {
        let mut all = from.iter().map(|var| self.origins.get(var));
        if let Some(Some(first)) = all.next()
            && all.all(|other| other == Some(first))
        {
            let first = first.clone();
            self.origins.insert(to, first);
        }
    }

    /// Of what was taken out, what a value is; of a tuple, what it is made of.
    fn part_of(&self, value: Var) -> Option<Origin> {
        if let Some(origin) = self.origins.get(&value) {
            return Some(origin.clone());
        }
        let elements = self.tuples.get(&value)?;
        let mut parts = elements.iter().zip(0..).filter_map(|((var, _), at)| {
            let origin = self.origins.get(var)?;
            (origin.item == Some(at) && !origin.steps.is_empty()).then(|| origin.clone())
        });
        parts.next()
    }

    /// Whether a test is about whether there is a value.
    fn asks(&self, test: Var, value: Var) -> bool {
        let same = |var: Var| {
            let (one, other) = (self.origins.get(&var), self.part_of(value));
            one.is_some() && one == other.as_ref()
        };
        same(test)
            || matches!(self.tests.get(&test), Some((CompareOp::IsNot | CompareOp::NotEq, left, _)) if same(*left))
    }
}

/// The first name of what a block takes from.
fn aliased(block: &Block, around: &Map<Var, Var>, var: Var) -> Var {
    let mut aliases = around.clone();
    for item in block {
        if let Op::Narrow { to, from } = &item.op {
            aliases.insert(*to, *from);
        }
    }
    let body = Body {
        aliases,
        ..Body::default()
    };
    body.root(var)
}
