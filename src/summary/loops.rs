//! Loops, comprehensions, and ways of execution that meet.

use heapcast_facts::{Map, Region, Var};

use super::Seen;
use super::cost::{Line, map, merged, times};
use super::frame::{Finished, Frame, FrameKind, Owned, Owner};
use super::interpret::Interpreter;
use super::iterations::Iterations;
use super::progress::Progress;
use super::rehearsal::{Carried, Carrier};
use super::sizes::number;
use super::value::{ContainerId, Kind, Value, greater_of};
use crate::algebra::{Expr, Grade, Graded, Symbol};
use crate::ir::{
    Argument, Block, Branch, Callee, Comprehension, DisplayKind, Loop, LoopKind, Op, Phi, Try,
};

/// Methods that change the length of their receiver.
pub(super) const CHANGING: &[&str] = &[
    "append",
    "extend",
    "insert",
    "add",
    "update",
    "setdefault",
    "pop",
    "popitem",
    "remove",
    "discard",
    "clear",
    "appendleft",
    "extendleft",
    "popleft",
    "__setitem__",
    "__delitem__",
];

/// Longer chains of names are not followed.
const MAX_ALIASES: usize = 64;

/// How often a loop runs.
pub(super) struct Trips {
    pub(super) count: Expr,
    /// What it iterates over.
    pub(super) iterable: Value,
    /// Whether the count is a bound only.
    pub(super) is_bound: bool,
    /// The container that it works off, and how long that is at most when an iteration starts.
    pub(super) works_off: Option<(ContainerId, Expr)>,
    /// What it takes out of that.
    pub(super) taken: Option<(ContainerId, Value)>,
    /// What a name holds in each iteration.
    pub(super) named: Option<(Var, Value)>,
}

impl Trips {
    pub(super) fn counted(count: Expr, is_bound: bool) -> Self {
        Self {
            count,
            is_bound,
            iterable: Value::default(),
            works_off: None,
            taken: None,
            named: None,
        }
    }
}

impl<'a> Interpreter<'a> {
    /// Runs `body` as one of several ways and hands back what it came to.
    pub(super) fn arm(&mut self, body: impl FnOnce(&mut Self)) -> Option<Finished> {
        self.begin_arm();
        let ended = std::mem::take(&mut self.ended);
        body(self);
        self.ended = ended;
        self.end_arm()
    }

    pub(super) fn begin_arm(&mut self) {
        let region = self
            .frames
            .last()
            .map_or(self.function.region, |f| f.region);
        self.frames.push(Frame::new(FrameKind::Arm, region));
    }

    pub(super) fn end_arm(&mut self) -> Option<Finished> {
        let frame = self.frames.pop()?;
        self.rehome(self.frames.len(), None);
        Some(frame.finish())
    }

    /// Goes on after one of several ways.
    pub(super) fn merge(&mut self, arms: Vec<Option<Finished>>) {
        let Some(finished) = arms.into_iter().flatten().reduce(Finished::either) else {
            return;
        };
        for (container, by) in &finished.deltas {
            self.lengthen(*container, by);
        }
        for (container, sum) in finished.sums {
            self.add_sum(container, sum);
        }
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        for peak in finished.peaks {
            frame.note(peak);
        }
        frame.total.extend(finished.total);
        frame.stored.extend(finished.stored);
        for owned in finished.alive {
            frame.keep(owned);
        }
    }

    pub(super) fn branch(&mut self, branch: &'a Branch) {
        if let Some(holds) = self.decisions.truth(branch.test) {
            return self.goes(branch, holds);
        }
        if self.choices.is_some() && self.decided(branch) {
            return;
        }
        let grade = self.grade;
        let before = self.frames.last().map_or(0, |frame| frame.total.len());
        let skipped = self.skipped;
        let then = self.arm(|interpreter| interpreter.block(&branch.then));
        let then_skips = std::mem::replace(&mut self.skipped, skipped);
        let or_else = self.arm(|interpreter| interpreter.block(&branch.or_else));
        self.skipped |= then_skips;
        let same = match (&then, &or_else) {
            (Some(a), Some(b)) => merged(a.total.clone()) == merged(b.total.clone()),
            _ => true,
        };
        self.merge_counted(branch, [then, or_else]);
        let after = self.frames.last().map_or(0, |frame| frame.total.len());
        if !same && after > before {
            self.grade = self.grade.join(grade).join(Grade::Upper);
        }
        self.phis(&branch.phis);
    }

    pub(super) fn try_statement(&mut self, statement: &'a Try) {
        // What ends inside goes on with the handlers, or with what comes at last.
        let choices = self.choices.take();
        self.inner_block(&statement.body);
        let mut arms = Vec::with_capacity(statement.handlers.len());
        for handler in &statement.handlers {
            let mut arm = self.arm(|interpreter| {
                interpreter.phis(&handler.phis);
                interpreter.set(handler.exception, Value::of(Kind::Instance));
                interpreter.caught(handler.exception);
                interpreter.block(&handler.body);
            });
            if let (Some(arm), Some(line)) = (&mut arm, self.context.line_of(handler.region)) {
                self.if_reached(arm, line);
            }
            arms.push(arm);
        }
        if arms.iter().flatten().any(|arm| !arm.total.is_empty()) {
            self.grade = self.grade.join(Grade::Upper);
        }
        self.merge(arms);
        self.phis(&statement.phis);
        self.phis(&statement.finally_phis);
        self.block(&statement.finally);
        self.choices = choices;
    }

    // ---- loops ---------------------------------------------------------------------------

    fn trips(&mut self, inner: &'a Loop, progress: &Progress) -> Trips {
        let LoopKind::For { iterable, .. } = &inner.kind else {
            return self.trips_of_while(inner, progress);
        };
        let value = self.value(*iterable);
        let (count, is_bound) = match self.length(&value) {
            Some(count) => (count, value.is_bound),
            None => {
                let reason = "what is iterated over has no known length";
                (self.traced("iterations", reason, Seen::Iterations), false)
            }
        };
        Trips {
            iterable: value,
            ..Trips::counted(count, is_bound)
        }
    }

    fn trips_of_while(&mut self, inner: &'a Loop, progress: &Progress) -> Trips {
        if let Some(count) = self.amortised_count(inner) {
            return Trips::counted(count, true);
        }
        if let Some(found) = self.trip_count(inner, progress) {
            // What the loop works off is known all the same.
            return match self.frontier(inner) {
                Some(trips) => Trips {
                    count: trips.count.minimum(&found.count),
                    ..trips
                },
                None => Trips::counted(found.count, found.is_bound),
            };
        }
        if let Some(found) = self.worklist(inner) {
            let length = match found.in_all {
                // How long it is when an iteration starts, which all of them are together.
                Some(all) => self.amortised(&all, &all),
                None => found.count.clone(),
            };
            return Trips {
                works_off: Some((found.container, length)),
                taken: found.element.map(|element| (found.container, element)),
                ..Trips::counted(found.count, true)
            };
        }
        if let Some(found) = self.frontier(inner) {
            return found;
        }
        let reason = "the number of iterations of a while loop";
        let count = self.traced("iterations", reason, Seen::Iterations);
        Trips::counted(count, false)
    }

    /// What is in the elements of a container is no longer known where the loop stores in them:
    /// `rows[i][j] = x`.
    fn forget_parts(&mut self, inner: &'a Loop, aliases: &Map<Var, Var>, stored: &[Var]) {
        let mut wholes: Map<Var, Var> = Map::default();
        if let LoopKind::For { iterable, element } = &inner.kind {
            wholes.insert(*element, *iterable);
        }
        crate::ir::visit(&inner.body, &mut |op| match op {
            Op::Subscript { to, base, .. } => {
                wholes.insert(*to, *base);
            }
            Op::Loop(inner) => {
                if let LoopKind::For { iterable, element } = &inner.kind {
                    wholes.insert(*element, *iterable);
                }
            }
            _ => {}
        });
        for &part in stored {
            let (mut var, mut is_part) = (part, false);
            for _ in 0..(aliases.len() + wholes.len()).min(MAX_ALIASES) {
                let alias = aliases
                    .get(&var)
                    .filter(|_| self.values.get(&var).is_none());
                match (alias, wholes.get(&var)) {
                    (Some(&other), _) => var = other,
                    (None, Some(&whole)) => (var, is_part) = (whole, true),
                    (None, None) => break,
                }
            }
            let whole = self.defined(var).filter(|_| is_part);
            if let Some(container) = whole.and_then(|whole| whole.container) {
                self.forget_part(container);
            }
        }
    }

    /// Containers from before the loop whose length its body changes.
    pub(super) fn unstable(&mut self, inner: &'a Loop) -> Vec<ContainerId> {
        let mut vars: Vec<Var> = Vec::new();
        let mut calls = Vec::new();
        // Other names of what is there before the loop.
        let mut aliases: Map<Var, Var> = first_sources(&inner.phis).collect();
        let mut stored: Vec<Var> = Vec::new();
        let symbols = self.context.input.symbols;
        crate::ir::visit(&inner.body, &mut |op| match op {
            Op::Narrow { to, from } => {
                aliases.insert(*to, *from);
            }
            Op::Loop(nested) => aliases.extend(first_sources(&nested.phis)),
            Op::Call {
                callee,
                call,
                arguments,
                ..
            } => {
                if let Callee::Method(base, name) = callee
                    && CHANGING.contains(&symbols.text(*name))
                {
                    vars.push(*base);
                }
                calls.push((*call, *callee, arguments));
            }
            Op::SetSubscript { base, .. } | Op::DeleteSubscript { base, .. } => {
                vars.push(*base);
                stored.push(*base);
            }
            Op::Binary {
                left,
                in_place: true,
                ..
            } => vars.push(*left),
            _ => {}
        });
        for (call, callee, arguments) in calls {
            let mut targets = self.context.targets(call).iter();
            if targets.any(|(_, target)| self.changes_arguments(*target)) {
                vars.extend(arguments.iter().map(Argument::var));
                if let Callee::Method(base, _) = callee {
                    vars.push(base);
                }
            }
        }
        self.forget_parts(inner, &aliases, &stored);
        vars.sort_unstable();
        vars.dedup();
        let mut found = Vec::new();
        for mut var in vars {
            // A name without a value before the loop may lead round in a circle.
            for _ in 0..aliases.len().min(MAX_ALIASES) {
                match aliases.get(&var) {
                    Some(&other) if self.values.get(&var).is_none() => var = other,
                    _ => break,
                }
            }
            if let Some(value) = self.defined(var) {
                found.extend(self.container_of(&value));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Gives the loop variables what they hold in an iteration.
    pub(super) fn enter_names(&mut self, inner: &Loop, carried: &[Carried]) {
        for phi in &inner.phis {
            let found = carried
                .iter()
                .find(|one| one.carrier == Carrier::Name(phi.to));
            let known = |value: &Value| {
                let sizes = value.number.is_some() || value.length.is_some();
                sizes
                    || value.container.is_some()
                    || value.element.is_some()
                    || value.place.is_some()
            };
            if let Some(one) = found.filter(|one| known(&one.value)) {
                if one.value.number.is_none() {
                    self.carried.insert(phi.to);
                }
                self.set(phi.to, one.value.clone());
                continue;
            }
            self.carried.insert(phi.to);
            let entry = phi.from.first().copied();
            let entry = entry.and_then(|var| self.defined(var)).unwrap_or_default();
            let value = if phi.from.len() <= 1 {
                entry
            } else {
                let kind = if entry.kind == Kind::None {
                    Kind::Unknown
                } else {
                    entry.kind
                };
                Value {
                    bits: entry.further_bits(),
                    label: entry.label,
                    ..Value::of(kind)
                }
            };
            self.set(phi.to, value);
        }
    }

    /// Takes an element out of what is iterated over.
    pub(super) fn take_element(&mut self, element: Var, trips: &Trips, index: &Symbol) {
        let value = self.element(&trips.iterable, index);
        if trips.iterable.stride.is_some() {
            self.int(value.number.as_ref(), Owner::Var(element));
        }
        let at = u32::try_from(self.loops.len()).unwrap_or(u32::MAX) - 1;
        // What `enumerate` counts is part of the tuple that it gives.
        if trips.iterable.kind == Kind::Iterator {
            let counted = value.items.iter().flat_map(|items| items.iter());
            let counted: Vec<(u32, Expr)> = (0..)
                .zip(counted)
                .filter(|(_, item)| item.kind == Kind::Int)
                .filter_map(|(at, item)| Some((at, item.number.clone()?)))
                .filter(|(_, number)| number.contains(index))
                .collect();
            for (at, number) in counted {
                let unpacked = self.uses.deaths.unpacked(element, at);
                let owner = unpacked.map_or(Owner::Result(element), Owner::Var);
                self.int(Some(&number), owner);
            }
            if let Some(stride) = value.stride.as_deref().filter(|_| value.is_made) {
                let last = &stride.0 + &(&stride.1 * &trips.count);
                self.int(Some(&last), Owner::Var(element));
            }
            self.takes_given(&value, element);
        }
        let label = value.label.clone();
        let mut value = self.individual(&trips.iterable, value, at);
        value.label = label.or(value.label);
        self.set(element, value);
        self.implied_calls(element);
    }

    /// What iteration number `index` takes out.
    fn element(&mut self, iterable: &Value, index: &Symbol) -> Value {
        if let Some(stride) = &iterable.stride {
            let number = &stride.0 + &(&stride.1 * &Expr::symbol(index));
            return Value::int(number).bounded(iterable.is_bound);
        }
        match iterable.kind {
            Kind::Str => Value::sized(Kind::Str, Some(Expr::one())),
            Kind::Bytes | Kind::ByteArray => Value::int(Expr::from(255)).bounded(true),
            _ => {
                let mut element = self.iterated(iterable);
                if iterable.kind == Kind::Iterator
                    && let Some(items) = &element.items
                {
                    let numbered = items.iter().map(|item| match &item.stride {
                        Some(stride) if item.kind == Kind::Int => {
                            Value::int(&stride.0 + &(&stride.1 * &Expr::symbol(index)))
                        }
                        _ => item.clone(),
                    });
                    element.items = Some(numbered.collect());
                }
                match (&element.label, &iterable.label) {
                    (None, Some(label)) => {
                        let label = format!("{label}[*]");
                        element.labelled(&label)
                    }
                    _ => element,
                }
            }
        }
    }

    pub(super) fn run_loop(&mut self, inner: &'a Loop, scoped: bool) {
        self.line = self.context.line_of(inner.region).unwrap_or(self.line);
        let line = self.line;
        let progress = self.progress(inner);
        let mut trips = self.trips(inner, &progress);
        if let Some(count) = self.counted_iterations(inner, &trips, line) {
            trips.count = count;
        }
        self.note_loop(inner, &trips);
        if trips.is_bound || has_exit(&inner.body) {
            self.grade = self.grade.join(Grade::Upper);
        }
        let iterator = match inner.kind {
            LoopKind::For { .. } => self.iterator(&trips.iterable),
            LoopKind::While { .. } => None,
        };
        if let LoopKind::For { iterable, element } = &inner.kind
            && let Some(iterator) = self.context.iterator_of(*element, *iterable)
        {
            self.implied_calls_of(iterator, &trips.iterable);
        }
        let mut unstable = self.unstable(inner);
        let rehearsal = self.rehearse(inner, &trips, &mut unstable);
        let index = Symbol::index(&format!("i{}", self.loops.len()));
        let mut carried = rehearsal.solved(&index, &trips.count);
        for phi in &inner.phis {
            if let Some(value) = self.in_iteration(phi, &index, &progress) {
                carried.retain(|one| one.carrier != Carrier::Name(phi.to));
                carried.push(Carried::named(phi.to, value));
            }
        }
        if let Some((container, element)) = &trips.taken {
            carried.retain(|one| one.carrier != Carrier::Elements(*container));
            carried.push(Carried::of(Carrier::Elements(*container), element.clone()));
        }
        if let Some((container, length)) = &trips.works_off {
            let holds = Carrier::Length(*container);
            carried.retain(|one| one.carrier != holds);
            let value = Value::sized(Kind::List, Some(length.clone()));
            carried.push(Carried::of(holds, value));
            self.worked_off.push((*container, length.clone()));
        }
        if let Some((name, value)) = &trips.named {
            self.carry_known(*name, value, &mut carried);
        }
        self.enter_iteration(inner, &trips, &trips.count, &unstable, &carried);
        self.iteration(inner);
        let kept = self.kept_share(inner).filter(|_| scoped);
        self.loops.pop();
        self.line = line;
        let at = u32::try_from(self.loops.len()).unwrap_or(u32::MAX);
        let kin = self.kin(at);
        let iterations = self.iterations(at, &index, &trips.count, &kin);
        self.leave(&iterations, scoped, kept.as_ref());
        if trips.works_off.is_some() {
            self.worked_off.pop();
        }
        if let (Some(at), Some(frame)) = (iterator, self.frames.last_mut()) {
            frame.free(at);
        }
        let exact = !trips.is_bound && !has_exit(&inner.body);
        self.leave_names(inner, &iterations, exact);
        self.block(&inner.or_else);
        self.phis(&inner.exits);
        for phi in &inner.exits {
            let value = iterations.after(&self.value(phi.to));
            self.set(phi.to, value);
        }
    }

    /// One iteration.
    pub(super) fn iteration(&mut self, inner: &'a Loop) {
        if let LoopKind::While { header, .. } = &inner.kind {
            let heading = std::mem::replace(&mut self.heading, true);
            self.inner_block(header);
            self.heading = heading;
        }
        let heading = std::mem::take(&mut self.heading);
        self.inner_block(&inner.body);
        self.heading = heading;
    }

    /// What the loop variables hold after the last iteration.
    fn leave_names(&mut self, inner: &Loop, iterations: &Iterations, exact: bool) {
        let Iterations { index, count, .. } = iterations;
        for phi in &inner.phis {
            let mut value = self.value(phi.to);
            if value.number.is_none() && self.carried.contains(&phi.to) {
                let bits = phi.from.iter().filter_map(|var| self.defined(*var));
                value.bits =
                    bits.fold(value.bits, |most, one| greater_of(most, one.further_bits()));
            }
            let value = match exact && !value.is_bound {
                true => value.map(&|expr| {
                    let last = iterations.of_any(expr).replace(index, count);
                    Some(Graded::exact(last))
                }),
                false => iterations.and_one().after(&value),
            };
            if let (Some(id), Some(length)) = (value.container, &value.length)
                && let Some(container) = self.containers.get_mut(id.0 as usize)
            {
                container.length = Some(length.clone());
                container.is_bound = true;
            }
            self.set(phi.to, value);
        }
    }

    fn iterator(&mut self, iterable: &Value) -> Option<usize> {
        let bytes = self.iterator_over(iterable);
        (bytes > 0).then(|| self.one(Kind::Iterator, number(bytes), Owner::Local))
    }

    /// Ends a loop: its iterations become sums and bounds.
    fn leave(&mut self, iterations: &Iterations, scoped: bool, kept: Option<&Expr>) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let at = self.frames.len();
        let mut finished = frame.finish();
        if let Some(share) = kept {
            self.keep_share(&mut finished, at, share);
        }
        let changed: Vec<ContainerId> = finished.deltas.iter().map(|(id, _)| *id).collect();
        self.rehome(at, Some(iterations));
        self.forget_index(iterations);
        self.moving.clear();
        for (container, by) in &finished.deltas {
            let held = self.worked_off.iter().find(|(own, _)| own == container);
            let sum = match held {
                Some((_, most)) => Graded::upper(iterations.most(most).value),
                None => iterations.sum(by),
            };
            self.grade = self.grade.join(sum.grade);
            let by = self.counted_growth(*container).unwrap_or(sum.value);
            self.lengthen(*container, &by);
        }
        let moving = std::mem::take(&mut self.moving);
        for (container, sum) in &finished.sums {
            let sum = sum.as_ref().map(|sum| iterations.sum(sum).value);
            self.add_sum(*container, sum);
        }
        self.elements_after_loop(&changed, iterations);
        // What names alone hold is let go of when the next iteration binds them anew.
        let (survivors, held): (Vec<Owned>, Vec<Owned>) = (finished.alive.into_iter())
            .partition(|owned| self.adds_up(owned, at, finished.region));
        let named = self.by_names(&held, finished.region);
        let inner = std::mem::take(&mut finished.stored);
        let (survivors, stored) = self.put_away(survivors, at, iterations);
        let stored = self.stored(stored, inner, at, iterations);
        for moment in self.moments(
            &finished.peaks,
            &survivors,
            (&named, &stored.before),
            iterations,
        ) {
            if let Some(frame) = self.frames.last_mut() {
                frame.note(moment);
            }
        }
        let mut grade = self.grade;
        let mut sum = |line: &Line| {
            let (line, worse) = map(line, |expr| iterations.sum(expr));
            grade = grade.join(worse);
            line
        };
        let totals: Vec<Line> = merged(finished.total).iter().map(&mut sum).collect();
        let kept: Vec<Owned> = survivors
            .iter()
            .map(|owned| Owned {
                line: sum(&owned.line),
                owner: owned.owner.clone(),
            })
            .collect();
        self.grade = grade;
        let stays = |owned: &Owned| match self.singly {
            _ if !scoped => true,
            // What a generator has while it waits is there while the loop over it runs.
            Some(is_looped) => is_looped || self.survives(&owned.owner, at, finished.region),
            None => false,
        };
        // Names that the loop bound stay bound after it.
        let held: Vec<Owned> = held.into_iter().filter(stays).collect();
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        frame.total.extend(totals);
        frame.stored.extend(stored.further);
        for owned in kept.into_iter().chain(stored.alive) {
            frame.keep(owned);
        }
        // While one table moves, the others may have grown already, and what is in them is there.
        for line in moving {
            frame.note(vec![line]);
        }
        for owned in held {
            let line = most(&owned.line, iterations).0;
            frame.keep(Owned {
                line,
                owner: owned.owner,
            });
        }
    }

    /// What names hold, once for each of the names of the loop that it may be passed on to.
    fn by_names(&self, held: &[Owned], region: Region) -> Vec<Owned> {
        let deaths = &self.uses.deaths;
        let held = held
            .iter()
            .filter(|owned| !self.is_let_go(&owned.owner, region));
        let named = held.map(|owned| {
            let mut names = 1;
            owned.owner.any(|var| {
                names = names.max(deaths.names_of(region, var));
                false
            });
            let line = times(&owned.line, &number(names.into()));
            let owner = owned.owner.clone();
            Owned { line, owner }
        });
        named.collect()
    }

    /// The moments of a whole loop: in some iteration, on top of what all before it left.
    fn moments(
        &mut self,
        peaks: &[Vec<Line>],
        survivors: &[Owned],
        (held, stored): (&[Owned], &[Line]),
        iterations: &Iterations,
    ) -> Vec<Vec<Line>> {
        let count = &iterations.count;
        if count.is_zero() {
            return Vec::new();
        }
        let mut around = stored.to_vec();
        for owned in survivors {
            let earlier = map(&owned.line, |expr| iterations.before(expr));
            self.grade = self.grade.join(earlier.1);
            around.push(earlier.0);
        }
        if count.as_constant().is_none_or(|count| !count.is_one()) {
            // A name is bound anew before it lets go of what it was bound to.
            let moves = |owned: &&Owned| !owned.owner.any(|var| self.extended.contains(&var));
            let old = held.iter().filter(moves);
            around.extend(old.map(|owned| most(&owned.line, iterations).0));
        }
        let mut moments = Vec::with_capacity(peaks.len());
        for peak in peaks {
            let mut lines = around.clone();
            lines.extend_from_slice(peak);
            let mut bounds = Vec::new();
            for line in merged(lines) {
                let (line, grade) = most(&line, iterations);
                self.grade = self.grade.join(grade);
                bounds.push(line);
            }
            moments.push(bounds);
        }
        moments
    }

    // ---- comprehensions ------------------------------------------------------------------

    pub(super) fn comprehension(&mut self, inner: &'a Comprehension) {
        let kind = match inner.kind {
            DisplayKind::List => Kind::List,
            DisplayKind::Tuple => Kind::Tuple,
            DisplayKind::Set => Kind::Set,
            DisplayKind::Dict => Kind::Dict,
            DisplayKind::Generator => Kind::Generator,
        };
        let sizes = self.context.input.sizes;
        let function = self.function_of(inner);
        let owner = Owner::Var(inner.to);
        match kind {
            Kind::Generator => self.generator_of(inner),
            _ => {
                let (head, _) = super::sizes::head(sizes, kind);
                self.one(kind, number(head), owner.clone());
            }
        }
        let id = self.container(kind, Some(Expr::ZERO), owner);
        self.collecting.push(id);
        let filtering = std::mem::replace(&mut self.filtering, inner.is_filtered);
        let singly = std::mem::replace(&mut self.singly, self.context.taken_singly(inner.to));
        let depth = self.frames.len();
        self.set(
            inner.to,
            Value {
                container: Some(id),
                ..Value::of(kind)
            },
        );
        for item in &inner.body {
            self.line = item.line;
            match &item.op {
                Op::Loop(clause) => self.run_loop(clause, true),
                other => self.step(other),
            }
        }
        self.filtering = filtering;
        self.singly = singly;
        self.collecting.pop();
        debug_assert_eq!(depth, self.frames.len());
        if let Some(frame) = self.frames.last_mut() {
            function.into_iter().for_each(|at| frame.free(at));
        }
    }

    pub(super) fn collect(&mut self, key: Option<Var>, value: Var) {
        let element = self.value(value);
        if let Some(&id) = self.collecting.last() {
            if let Some(key) = key {
                let key = self.value(key);
                self.put_under(id, key);
            }
            self.grows_unseen(id);
            self.extend(id, &Expr::one(), Some(element));
            let collection = Value {
                container: Some(id),
                ..Value::default()
            };
            key.into_iter()
                .chain([value])
                .for_each(|part| self.keeps(&collection, part));
        }
    }
}

/// The loop variables with what they hold first.
fn first_sources(phis: &[Phi]) -> impl Iterator<Item = (Var, Var)> + '_ {
    let first = |phi: &Phi| Some((phi.to, *phi.from.first()?));
    phis.iter()
        .filter_map(first)
        .filter(|(to, from)| to != from)
}

/// The line at its greatest over all iterations.
pub(super) fn most(line: &Line, iterations: &Iterations) -> (Line, Grade) {
    map(line, |expr| iterations.most(expr))
}

/// Whether a loop's body may leave it early, or an iteration of it.
pub(super) fn has_exit(body: &Block) -> bool {
    has_step(body, is_exit)
}

/// Whether a loop's body may leave it early.
pub(super) fn may_leave(body: &Block) -> bool {
    has_step(body, |op| is_exit(op) && !matches!(op, Op::Continue))
}

/// Whether nothing of the iteration comes after a step.
pub(super) fn is_exit(op: &Op) -> bool {
    matches!(
        op,
        Op::Break | Op::Continue | Op::Return { .. } | Op::Raise { .. }
    )
}

fn has_step(body: &Block, is_one: impl Fn(&Op) -> bool) -> bool {
    let mut found = false;
    crate::ir::visit(body, &mut |op| found |= is_one(op));
    found
}

/// The variables of the arguments that are passed by position.
pub(super) fn positional(arguments: &[Argument]) -> impl Iterator<Item = Var> + '_ {
    arguments.iter().filter_map(|argument| match argument {
        Argument::Positional(var) => Some(*var),
        _ => None,
    })
}
