//! What is seen of a loop's body that works off a container: where values come from, what is put in,
//! tested, looked up and unpacked. [`super::worklists`], [`super::frontiers`], [`super::marks`] and
//! [`super::slots`] bound loops by it.

use heapcast_facts::{Call, Map, Obj, Var};

use super::interpret::Interpreter;
use super::value::Step;
use crate::ir::{
    Argument, BinaryOp, Block, Branch, Callee, CompareOp, Index, LoopKind, Op, Phi, UnaryOp,
};

/// Methods that put one thing in.
const PUTS: &[&str] = &["append", "appendleft", "add", "insert"];

/// Methods that put the elements of something in.
const PUTS_ALL: &[&str] = &["extend", "extendleft", "update"];

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

/// Parts of what was taken out, which are put in.
pub(super) struct Parts {
    /// Of a tuple, the number of the item that they are parts of.
    pub(super) item: Option<u32>,
    /// How they are come to.
    pub(super) ways: Vec<Vec<Step>>,
    /// For how many of them it is not asked whether there is one.
    pub(super) open: u32,
}

impl<'a> Interpreter<'a> {
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
                body.put_all(*right, &put);
            }
            Op::Call { .. } => self.follow_call(op, root, body, put),
            _ => {}
        }
    }

    fn follow_call(
        &self,
        op: &'a Op,
        root: Var,
        body: &mut Body<'a>,
        put: impl Fn(&mut Body<'a>, Var, bool),
    ) {
        let Op::Call {
            to,
            callee,
            arguments,
            call,
        } = op
        else {
            return;
        };
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
                    body.put_all(value, &put);
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
    fn put_all(&mut self, value: Var, put: &impl Fn(&mut Self, Var, bool)) {
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
        root_of(&self.aliases, var)
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

/// The name that others stand for.
pub(super) fn root_of(aliases: &Map<Var, Var>, var: Var) -> Var {
    let mut root = var;
    for _ in 0..aliases.len() {
        match aliases.get(&root) {
            Some(&other) if other != root => root = other,
            _ => break,
        }
    }
    root
}
