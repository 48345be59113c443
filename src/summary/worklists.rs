//! Loops that work off a container: each iteration takes one thing out, and may put others in.
//!
//! Taking from what is empty raises, so such a loop runs at most as often as something is put in.
//! That has a bound where nothing is, where parts of what was taken out are (a walk over a tree), and
//! where a mark keeps everything from coming twice (a search in a graph).

use std::sync::Arc;

use heapcast_facts::{Call, Map, Obj, Var};

use super::certain::certain;
use super::interpret::Interpreter;
use super::value::{ContainerId, Place, Quantity, Step, Value};
use crate::algebra::Expr;
use crate::ir::{
    Argument, BinaryOp, Block, Branch, Callee, CompareOp, Index, Loop, LoopKind, Op, Phi, UnaryOp,
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
    /// How much is taken out in all, if each iteration takes out all that there is when it starts.
    pub(super) in_all: Option<Expr>,
}

/// Where a value comes from, seen from what was taken out: the number of the item, where that is a
/// tuple, and the way from there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    pub(super) item: Option<u32>,
    pub(super) steps: Vec<Step>,
    /// The loops whose elements lie on the way.
    loops: Vec<Var>,
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
    /// The loops around it, since that which it is a part of was taken out, by their elements.
    pub(super) loops: Vec<Var>,
    /// How many loops there are around it.
    pub(super) depth: usize,
}

/// Stands among the elements of loops for that of a `while`, which has none.
const NO_ELEMENT: Var = Var(u32::MAX);

/// What is seen of a loop's body.
#[derive(Default)]
pub(super) struct Body<'a> {
    pub(super) aliases: Map<Var, Var>,
    pub(super) origins: Map<Var, Origin>,
    pub(super) tuples: Map<Var, &'a [(Var, bool)]>,
    pub(super) tests: Map<Var, (CompareOp, Var, Var)>,
    pub(super) negations: Map<Var, Var>,
    /// What `and` gives, by what stands on both sides of it.
    pub(super) both: Map<Var, (Var, Var)>,
    /// How many loops there are around a branch, by its test.
    pub(super) depths: Map<Var, usize>,
    /// `base[index]`, by what it gives.
    pub(super) reads: Map<Var, (Var, Var)>,
    /// The containers that a look-up is made in: `graph[node]`, `graph.get(node)`.
    pub(super) looked_up: Map<Var, Var>,
    /// What is looked up there.
    pub(super) keys: Map<Var, Var>,
    /// What is unpacked, by its items.
    pub(super) unpacked: Map<Var, Var>,
    /// The container that the loop works off.
    pub(super) sink: Option<Var>,
    pub(super) puts: Vec<Put<'a>>,
    /// The loops around the present step, by their elements.
    pub(super) loops: Vec<Var>,
    /// How many loops there were around what was taken out.
    pub(super) begun: usize,
    /// What the loop takes out.
    pub(super) taken: Option<Var>,
    /// What is taken out piece by piece, by a loop over it or by its methods.
    pub(super) source: Option<Var>,
    /// What comprehensions gather.
    pub(super) gathered: Map<Var, Origin>,
    /// What the innermost comprehension gathers.
    pub(super) collected: Option<Origin>,
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
        let (taken, base, level) = self.certainly_takes(inner)?;
        let root = aliased(&inner.body, &body.aliases, base);
        let value = self.defined(root)?;
        let container = self.container_of(&value)?;
        body.begin(taken);
        body.sink = Some(root);
        self.scan(&inner.body, root, &mut body, &[], None);
        if body.unseen {
            return None;
        }
        let before = self.container_length(container)?;
        if body.puts.is_empty() {
            return Some(Worklist {
                container,
                in_all: level.then(|| before.clone()),
                count: before,
                element: None,
            });
        }
        if let Some(walk) = self.walk_of(&body, container, &before) {
            // A level is what follows from the one before it.
            let levels = level.then(|| walk.depth(self));
            return Some(Worklist {
                container,
                in_all: level.then(|| walk.nodes.clone()),
                count: levels.unwrap_or(walk.nodes),
                element: Some(walk.element),
            });
        }
        let count = self
            .search_of(&body, inner, taken, &before)
            .or_else(|| self.slot_search(&body, inner, &before))?;
        Some(Worklist {
            container,
            in_all: level.then(|| count.clone()),
            count,
            element: None,
        })
    }

    /// What each iteration takes out of which container: one thing, or all that there is when it
    /// starts, in a loop over the numbers below the container's length.
    fn certainly_takes(&self, inner: &'a Loop) -> Option<(Var, Var, bool)> {
        let mut found = None;
        let mut levels = Vec::new();
        certain(inner, &mut |op| {
            found = found.or(self.takes(op));
            if let Op::Loop(nested) = op {
                levels.push(nested);
            }
        });
        if let Some((taken, base)) = found {
            return Some((taken, base, false));
        }
        levels.into_iter().find_map(|nested| {
            let mut found = None;
            certain(nested, &mut |op| found = found.or(self.takes(op)));
            let (taken, base) = found?;
            let LoopKind::For { iterable, .. } = nested.kind else {
                return None;
            };
            self.is_level(inner, iterable, base)
                .then_some((taken, base, true))
        })
    }

    /// Whether a loop goes on while there is something in a container, and `numbers` are those below
    /// its length.
    fn is_level(&self, inner: &'a Loop, numbers: Var, container: Var) -> bool {
        let LoopKind::While { header, test } = &inner.kind else {
            return false;
        };
        let mut aliases: Map<Var, Var> = Map::default();
        let mut lengths: Vec<(Var, Var)> = Vec::new();
        let mut ranges: Vec<(Var, Var)> = Vec::new();
        let mut positive: Vec<(Var, Var)> = Vec::new();
        for item in header.iter().chain(&inner.body) {
            match &item.op {
                Op::Narrow { to, from } => {
                    aliases.insert(*to, *from);
                }
                Op::Loop(nested) => {
                    let first = |phi: &Phi| Some((phi.to, *phi.from.first()?));
                    aliases.extend(nested.phis.iter().filter_map(first));
                }
                Op::Compare {
                    to,
                    op: CompareOp::Gt | CompareOp::NotEq,
                    left,
                    ..
                } => positive.push((*to, *left)),
                Op::Call {
                    to,
                    callee: Callee::Value(callee),
                    arguments,
                    ..
                } => {
                    let [Argument::Positional(of)] = arguments[..] else {
                        continue;
                    };
                    if self.holds_builtin(*callee, "len") {
                        lengths.push((*to, of));
                    } else if self.holds_builtin(*callee, "range") {
                        ranges.push((*to, of));
                    }
                }
                _ => {}
            }
        }
        let body = Body {
            aliases,
            ..Body::default()
        };
        let of = |pairs: &[(Var, Var)], var: Var| {
            let mut pairs = pairs.iter();
            pairs.find_map(|(to, of)| (*to == body.root(var)).then_some(*of))
        };
        let is_container = |var: Var| body.root(var) == body.root(container);
        let is_length = |var: Var| of(&lengths, var).is_some_and(is_container);
        let asks =
            is_container(*test) || is_length(*test) || of(&positive, *test).is_some_and(is_length);
        asks && of(&ranges, numbers).is_some_and(is_length)
    }

    /// Whether a variable holds a builtin function or class.
    pub(super) fn holds_builtin(&self, var: Var, name: &str) -> bool {
        let own = |text: &str| text.strip_prefix("builtins.").unwrap_or(text) == name;
        let mut targets = self.context.points_to(var);
        targets.any(|target| own(self.context.name(target)))
    }

    /// What an operation takes out of which container.
    pub(super) fn takes(&self, op: &Op) -> Option<(Var, Var)> {
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
                    body.depths.insert(branch.test, body.loops.len());
                    if branch.or_else.is_empty() {
                        let both = branch.phis.iter();
                        let both = both.filter(|phi| phi.from.last() == Some(&branch.test));
                        let both = both.filter_map(|phi| Some((phi.to, *phi.from.first()?)));
                        body.both
                            .extend(both.map(|(to, second)| (to, (branch.test, second))));
                    }
                    for arm in [&branch.then, &branch.or_else] {
                        let mut inside = around.to_vec();
                        inside.push((branch, arm));
                        self.scan(arm, root, body, &inside, over);
                    }
                    for phi in &branch.phis {
                        body.meet(phi.to, &phi.from);
                        body.join(phi);
                    }
                }
                Op::Loop(inner) => {
                    for phi in &inner.phis {
                        let first = phi.from.first();
                        body.aliases.extend(first.map(|from| (phi.to, *from)));
                    }
                    let mut over = over;
                    match &inner.kind {
                        LoopKind::For { iterable, element } => {
                            body.enter(*element, *iterable);
                            over = Some((*iterable, *element));
                        }
                        LoopKind::While { .. } => body.loops.push(NO_ELEMENT),
                    }
                    self.scan(&inner.body, root, body, around, over);
                    body.loops.pop();
                    for phi in &inner.exits {
                        body.join(phi);
                    }
                }
                Op::Comprehension(inner) => {
                    self.scan(&inner.body, root, body, around, over);
                    body.gather(inner.to);
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
                loops: body.loops.get(body.begun..).unwrap_or_default().to_vec(),
                depth: body.loops.len(),
            });
        };
        match op {
            Op::Collect { value, .. } => {
                let origin = body.part_of(*value);
                body.collected = origin.filter(|origin| body.comes_once(origin, &body.loops));
            }
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
                body.goes_through(*to, *index);
                body.reads.insert(*to, (*base, *index));
                body.looked_up.insert(*to, *base);
                body.keys.insert(*to, *index);
            }
            Op::Unpack {
                to,
                from,
                index,
                from_back: false,
            } => {
                body.unpacked.insert(*to, body.root(*from));
                match body.origins.get(from) {
                    Some(origin) if origin.item.is_none() && origin.steps.is_empty() => {
                        let item = Origin {
                            item: Some(*index),
                            ..origin.clone()
                        };
                        body.origins.insert(*to, item);
                    }
                    _ => body.pass(*to, *from, Some(Step::Element)),
                }
            }
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
                to,
                op: BinaryOp::Add | BinaryOp::BitOr,
                left,
                right,
                in_place: true,
            } if body.root(*left) == root => {
                body.aliases.insert(*to, *left);
                body.put_all(*right, put);
            }
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
                if body.taken == Some(*to) {
                    body.begun = body.loops.len();
                }
                if let Some((_, base)) = self.takes(op)
                    && body.source == Some(body.root(base))
                {
                    body.begin(*to);
                }
                if let Callee::Method(base, name) = callee {
                    let name = self.context.input.symbols.text(*name);
                    let last = positional(arguments.len().saturating_sub(1));
                    if body.root(*base) == root {
                        if let Some(value) = last.filter(|_| PUTS.contains(&name)) {
                            put(body, value, false);
                        } else if let Some(value) = last.filter(|_| PUTS_ALL.contains(&name)) {
                            body.put_all(value, put);
                        }
                    } else if name == "get" {
                        body.looked_up.insert(*to, *base);
                        body.keys.extend(positional(0).map(|key| (*to, key)));
                    } else if matches!(name, "values" | "copy") {
                        body.pass(*to, *base, None);
                        body.looks_up_in(*to, *base);
                    } else if matches!(name, "items" | "keys") {
                        body.looks_up_in(*to, *base);
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
    ) -> Option<WalkOf> {
        let parts = body.parts()?;
        let first = self.containers.get(container.0 as usize)?.clone();
        let element = match (&first.element, &first.place) {
            (Some(element), _) => element.clone(),
            (None, Some(place)) => {
                Value::input(place.then(Step::Element, self.context.input.symbols)?)
            }
            _ => return None,
        };
        self.walk_from(&parts, &element, before)
    }

    /// All that is come to from what a container holds at first, of which parts are put in.
    pub(super) fn walk_from(
        &mut self,
        parts: &Parts,
        element: &Value,
        before: &Expr,
    ) -> Option<WalkOf> {
        let start = match parts.item {
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
        let all = Arc::new(place.clone().walked(parts.ways.clone()));
        let nodes = self.measure(&all, Quantity::Nodes);
        let any = place.with(Step::Each, Step::Element);
        let any = any.walked(parts.ways.clone());
        // Where it is not asked whether there is a part, nothing is put in for it too.
        let nodes = match parts.open {
            0 => nodes,
            open => &nodes.scale(&i64::from(open).into()) + before,
        };
        let any = Arc::new(any);
        let walked = Value::input(Place::clone(&any));
        let element = match (parts.item, &element.items) {
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
        Some(WalkOf {
            nodes,
            all: any,
            is_open: parts.open > 0,
            element,
        })
    }
}

/// Parts of what was taken out, which are put in.
pub(super) struct Parts {
    /// Of a tuple, the number of the item that they are parts of.
    item: Option<u32>,
    /// How they are come to.
    ways: Vec<Vec<Step>>,
    /// For how many of them it is not asked whether there is one.
    open: u32,
}

/// A walk over a structure.
pub(super) struct WalkOf {
    /// How many things are put in, in all.
    pub(super) nodes: Expr,
    /// All of them.
    all: Arc<Place>,
    /// Whether nothing is put in too.
    is_open: bool,
    /// What each of them is.
    pub(super) element: Value,
}

impl WalkOf {
    /// How many of what is put in may follow from each other.
    pub(super) fn depth(&self, interpreter: &mut Interpreter<'_>) -> Expr {
        let depth = interpreter.measure(&self.all, Quantity::Depth);
        match self.is_open {
            true => &depth + &Expr::one(),
            false => depth,
        }
    }
}

impl Body<'_> {
    /// Starts from what was taken out.
    pub(super) fn begin(&mut self, taken: Var) {
        let start = Origin {
            item: None,
            steps: Vec::new(),
            loops: Vec::new(),
        };
        self.origins.insert(taken, start);
        self.taken = Some(taken);
        self.begun = self.loops.len();
    }

    /// Enters a loop over something.
    fn enter(&mut self, element: Var, iterable: Var) {
        self.loops.push(element);
        if self.source == Some(self.root(iterable)) {
            // What is gone through more than once comes more than once.
            self.unseen |= self.loops.len() > 1;
            self.begin(element);
        } else {
            self.pass(element, iterable, Some(Step::Element));
            self.goes_through(element, element);
        }
    }

    /// What `to` is differs from one element of a loop to the next.
    fn goes_through(&mut self, to: Var, index: Var) {
        let index = self.root(index);
        if self.loops.contains(&index)
            && let Some(origin) = self.origins.get_mut(&to)
            && !origin.loops.contains(&index)
        {
            origin.loops.push(index);
        }
    }

    /// Whether it is something else in each iteration of the loops around it: each of them selects.
    fn comes_once(&self, origin: &Origin, loops: &[Var]) -> bool {
        let own = loops.get(self.begun..).unwrap_or_default();
        own.iter().all(|one| origin.loops.contains(one))
    }

    /// A view of what was looked up.
    fn looks_up_in(&mut self, to: Var, base: Var) {
        let base = self.root(base);
        if let (Some(graph), Some(key)) = (self.looked_up.get(&base), self.keys.get(&base)) {
            let (graph, key) = (*graph, *key);
            self.looked_up.insert(to, graph);
            self.keys.insert(to, key);
        }
    }

    /// A comprehension ends.
    fn gather(&mut self, to: Var) {
        if let Some(mut origin) = self.collected.take() {
            origin.loops.retain(|one| self.loops.contains(one));
            self.gathered.insert(to, origin);
        }
    }

    /// The elements of something are put in.
    fn put_all(&mut self, value: Var, put: impl Fn(&mut Self, Var, bool)) {
        match self.tuples.get(&value) {
            Some(elements) if elements.iter().all(|(_, starred)| !starred) => {
                for (element, _) in elements.iter() {
                    put(self, *element, false);
                }
            }
            _ => put(self, value, true),
        }
    }

    /// Where ways meet that know the same thing, it has another name.
    pub(super) fn join(&mut self, phi: &Phi) {
        let mut roots = phi.from.iter().map(|var| self.root(*var));
        if let Some(first) = roots.next()
            && roots.all(|other| other == first)
            && first != phi.to
        {
            self.aliases.insert(phi.to, first);
        }
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

    /// All that is put in, if it is parts of what was taken out.
    pub(super) fn parts(&self) -> Option<Parts> {
        let mut item = None;
        let mut ways: Vec<Vec<Step>> = Vec::new();
        let mut open = 0;
        for put in &self.puts {
            let mut origin = match self.gathered.get(&put.value) {
                Some(origin) if put.all => origin.clone(),
                _ => self.part_of(put.value)?,
            };
            let gathered = put.all && self.gathered.contains_key(&put.value);
            if put.all && !gathered {
                origin.steps.push(Step::Element);
            }
            let other = item.is_some_and(|item| item != origin.item);
            let selected = put.loops.iter().all(|one| origin.loops.contains(one));
            if origin.steps.is_empty() || other || !selected {
                return None;
            }
            item = Some(origin.item);
            let asked = |(branch, _): &(&Branch, &Block)| self.asks(branch.test, put.value);
            if put.loops.is_empty() && !put.all && !put.around.iter().any(asked) {
                open += 1;
            }
            ways.push(origin.steps);
        }
        Some(Parts {
            item: item.flatten(),
            ways,
            open,
        })
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
