//! The second set of formulas that interfaces have: with what a run shows where the first has bounds.
//!
//! A loop that may be left early, an arm of a branch that only some iterations take, and the entries of
//! a dict that come again have bounds that hold for any input, and that are far off for most. The
//! arguments of a call determine them. So what is interpreted for interfaces is interpreted once more,
//! *counting*: there, the iterations of such loops, and how often such an arm runs while the loop around
//! it does, are unknowns that show when a slice of the original runs ([`super::Seen`]).
//!
//! What happens in a nested loop is counted for a run of each loop around it: it is at most so much in
//! each iteration of the outer loop, and so much in all of them together
//! ([`Interpreter::amortised_over`]). So sums are those of what happened, and no products of the most.

use heapcast_facts::Region;

use super::cost::{Line, mapped};
use super::frame::{Finished, FrameKind, Owned, Stored};
use super::interpret::Interpreter;
use super::loops::{Trips, is_exit, may_leave};
use super::value::{ContainerId, Kind};
use super::{Counted, Seen, Trace, Unknown};
use crate::algebra::Expr;
use crate::ir::{Block, Branch, Item, Loop, Op};

/// Of so many lines each is told apart how large the integers are that are made there.
const MAX_INT_LINES: usize = 8;

/// The loop around the present step.
#[derive(Debug, Clone, Copy)]
struct Around {
    /// The number of its frame.
    at: usize,
    region: Region,
    line: u32,
}

/// How often something is run while a loop does.
#[derive(Debug, Clone, Copy)]
enum Often {
    /// Once while that many of the innermost loops run: then it leaves them.
    Once(usize),
    /// As often as the statement of a line.
    Counted(u32),
}

impl<'a> Interpreter<'a> {
    pub(super) fn is_counting(&self) -> bool {
        self.context.input.counting
    }

    /// The innermost loop around the present step.
    fn around(&self) -> Option<Around> {
        let mut frames = self.frames.iter().enumerate().rev();
        let (at, frame) = frames.find(|(_, frame)| !matches!(frame.kind, FrameKind::Arm))?;
        let is_loop = matches!(frame.kind, FrameKind::Loop { .. });
        is_loop.then_some(Around {
            at,
            region: frame.region,
            line: self.context.line_of(frame.region)?,
        })
    }

    /// The lines of the loops around the present step, from the outermost.
    fn lines_around(&self) -> Vec<u32> {
        let frames = self.frames.iter();
        let loops = frames.filter(|frame| matches!(frame.kind, FrameKind::Loop { .. }));
        let lines = loops.map(|frame| self.context.line_of(frame.region).unwrap_or_default());
        lines.collect()
    }

    /// How often something happens while the loop number `depth - 1` runs once.
    fn per_run(&mut self, of: Counted, line: u32, depth: usize) -> Expr {
        let lines = self.lines_around();
        let Some(&within) = depth.checked_sub(1).and_then(|at| lines.get(at)) else {
            return Expr::one();
        };
        let quantity = match of {
            Counted::Iterations => format!("iterations of {line} in {within}"),
            Counted::Statement => format!("runs of {line} in {within}"),
            Counted::Kept => format!("elements of {line} in {within}"),
        };
        let seen = Seen::Times { of, within };
        let reason = "how often it happens shows when the code runs";
        let own = self.traced_at(&quantity, reason, (self.module(), line), seen);
        // Loops of one line cannot be told apart.
        let outer = depth.checked_sub(2).and_then(|at| lines.get(at));
        if outer.is_none_or(|outer| *outer == within) {
            return own;
        }
        let sum = self.per_run(of, line, depth - 1);
        self.amortised_over(depth - 2, &own, &sum)
    }

    /// The iterations of a loop that may be left early, or whose number is a bound, where they are counted.
    pub(super) fn counted_iterations(
        &mut self,
        inner: &Loop,
        trips: &Trips,
        line: u32,
    ) -> Option<Expr> {
        if !self.is_counting() {
            return None;
        }
        let is_bound = trips.is_bound || self.is_amortised(&trips.count);
        (is_bound || may_leave(&inner.body)).then(|| self.iterations_seen(line))
    }

    fn iterations_seen(&mut self, line: u32) -> Expr {
        let reason = "the iterations of a loop show when the code runs";
        let own = self.traced("iterations", reason, Seen::Iterations);
        let depth = self.loops.len();
        if depth == 0 || self.lines_around().last() == Some(&line) {
            return own;
        }
        let sum = self.per_run(Counted::Iterations, line, depth);
        self.amortised_over(depth - 1, &own, &sum)
    }

    /// Whether a formula has a part of which it is known how much it is in all iterations.
    fn is_amortised(&self, expr: &Expr) -> bool {
        self.constructed.iter().any(|(_, one)| one.is_in(expr))
    }

    /// What stands for one in the iterations that do something, and for nothing in the others.
    fn share(&mut self, of: Counted, line: u32) -> Expr {
        let depth = self.loops.len();
        let all = self.per_run(of, line, depth);
        let share = self.amortised_over(depth - 1, &Expr::one(), &all);
        self.shares.extend(share.as_symbol().cloned());
        share
    }

    pub(super) fn is_counted(&self, block: &[Item]) -> bool {
        self.counted_part(block).is_some()
    }

    /// Whether interpretation counts how often a part of a block is run, and of which loop's iterations.
    fn counted_part(&self, block: &[Item]) -> Option<(Around, Often)> {
        if !self.is_counting() || self.heading {
            return None;
        }
        let around = self.around()?;
        let line = self.first_line(block)?;
        // What stands on the loop's line may be its condition.
        (line > around.line).then_some((around, Often::Counted(line)))
    }

    /// The line of the first statement of a block.
    pub(super) fn first_line(&self, block: &[Item]) -> Option<u32> {
        // What a condition says of values stands before it.
        let is_said = |item: &&Item| matches!(item.op, Op::Narrow { .. });
        let first = block.iter().find(|item| !is_said(item))?;
        // Steps with steps in them have the line where these end.
        match &first.op {
            Op::Branch(inner) => self.context.line_of(inner.regions[0]),
            Op::Loop(inner) => self.context.line_of(inner.region),
            Op::Try(inner) => self.first_line(&inner.body),
            Op::With(inner) => self.first_line(&inner.body),
            _ => Some(first.line),
        }
    }

    /// Goes on after a branch in a loop, with what each arm leaves in the iterations that take it.
    pub(super) fn merge_counted(&mut self, branch: &Branch, arms: [Option<Finished>; 2]) {
        let [then, or_else] = arms;
        let often = [&branch.then, &branch.or_else].map(|block| self.how_often(block));
        let lines = self.first_lines(branch);
        self.merge_ways(vec![
            (then, often[0], lines[0]),
            (or_else, often[1], lines[1]),
        ]);
    }

    /// Goes on after what may not be reached in each iteration.
    pub(super) fn merge_rest(&mut self, rest: Option<Finished>, block: &[Item]) {
        let often = self.counted_part(block);
        self.merge_ways(vec![(rest, often, None)]);
    }

    /// Goes on after ways of which it may be known how often the iterations around go them, and the line that
    /// shows whether any does.
    fn merge_ways(&mut self, ways: Vec<(Option<Finished>, Option<(Around, Often)>, Option<u32>)>) {
        let mut rests = Vec::with_capacity(ways.len());
        let mut parts = Vec::with_capacity(ways.len());
        for (mut way, often, line) in ways {
            if let (Some(way), Some((around, often))) = (&mut way, often) {
                parts.extend(self.taken_apart(way, around).map(|part| (part, often)));
            }
            if let (Some(way), Some(line)) = (&mut way, line) {
                self.if_reached(way, line);
            }
            rests.push(way);
        }
        self.merge(rests);
        for (part, often) in parts {
            let share = match often {
                Often::Once(levels) => self.once(levels),
                Often::Counted(line) => self.share(Counted::Statement, line),
            };
            self.add_part(part, &share);
        }
    }

    /// How often an arm of a branch is run while the loops around it do, where that is known.
    fn how_often(&self, block: &Block) -> Option<(Around, Often)> {
        let levels = match block.last().map(|item| &item.op) {
            Some(Op::Return { .. }) => self.loops.len(),
            Some(Op::Break) => 1,
            _ => return self.counted_part(block),
        };
        Some((self.around()?, Often::Once(levels)))
    }

    /// What stands for one in a single iteration of that many of the innermost loops together.
    fn once(&mut self, levels: usize) -> Expr {
        let depth = self.loops.len();
        let mut share = Expr::one();
        for at in depth.saturating_sub(levels)..depth {
            share = self.amortised_over(at, &Expr::one(), &share);
        }
        self.shares.extend(share.as_symbol().cloned());
        share
    }

    /// Notes that a container may get longer on the present line.
    pub(super) fn notes_growth(&mut self, container: ContainerId) {
        if self.is_counting() {
            let lines = self.growing.entry(container).or_default();
            if let Err(at) = lines.binary_search(&self.line) {
                lines.insert(at, self.line);
            }
        }
    }

    /// Notes that a callee makes a part of an argument longer, which does not show where it is called.
    pub(super) fn grows_unseen(&mut self, container: ContainerId) {
        if self.is_counting() {
            self.unseen.insert(container);
        }
    }

    /// By how much a container of the present frame gets longer in a loop, where that is no sum: entries
    /// come again, or are taken out.
    pub(super) fn counted_growth(&mut self, container: ContainerId) -> Option<Expr> {
        if !self.is_counting() || self.unseen.contains(&container) {
            return None;
        }
        let top = self.frames.len().checked_sub(1)?;
        let known = self.containers.get(container.0 as usize)?;
        let repeats = match known.kind {
            Kind::Dict | Kind::Set => true,
            Kind::List => top == 0,
            _ => false,
        };
        if !repeats || known.several || known.home != top || known.place.is_some() {
            return None;
        }
        let before = known.length.clone()?;
        let lines = self.growing.get(&container)?.clone();
        let module = self.module();
        let trace = |line: &u32| Trace {
            module,
            line: *line,
            seen: Seen::Grown,
        };
        let traces = lines.iter().map(trace).collect();
        let written: Vec<String> = lines.iter().map(u32::to_string).collect();
        let quantity = format!("len of what grows on {}", written.join(", "));
        let reason = "how long it gets shows when the code runs";
        let most = self.untold(&quantity, reason, traces);
        Some(&most - &before)
    }

    /// The bytes for each element of what is sliced, of which the kind is not known.
    pub(super) fn counted_slot(&mut self) -> Option<Expr> {
        let reason = "of what kind it is shows when the code runs";
        let counting = self.is_counting();
        counting.then(|| self.traced("bytes of an element", reason, Seen::Slot))
    }

    /// The bytes of an integer that is made on the present line: the most that any there takes, or in the
    /// function where there are many such lines.
    pub(super) fn counted_int(&mut self) -> Option<Expr> {
        if !self.is_counting() {
            return None;
        }
        let reason = "how large numbers are shows when the code runs";
        let own = "bytes of an int on this line";
        let is_own = |unknown: &&Unknown| unknown.symbol.name().starts_with(own);
        let here = || Unknown::new(own, reason, (&self.path, self.line), Vec::new());
        let lines = self.unknowns.iter().filter(is_own).count();
        if lines < MAX_INT_LINES || self.has_unknown(&here().symbol) {
            return Some(self.traced(own, reason, Seen::Int));
        }
        let name = self.context.short_name(self.function.object);
        let quantity = format!("bytes of an int in {name}");
        let trace = Trace {
            module: self.module(),
            line: self.line,
            seen: Seen::Int,
        };
        let place = (&self.path, self.function.line);
        let own = Unknown::new(&quantity, reason, place, vec![trace.clone()]);
        let mut known = self.unknowns.iter_mut();
        match known.find(|unknown| unknown.symbol == own.symbol) {
            Some(known) => known.shows(trace),
            None => self.unknowns.push(own.clone()),
        }
        Some(Expr::symbol(&own.symbol))
    }

    /// The bytes of the result, if that turns out to have no parts.
    pub(super) fn scalar_result(&mut self, kind: Kind) -> Option<Expr> {
        let may_be = kind.is_scalar() || matches!(kind, Kind::Unknown | Kind::Tuple);
        if !self.is_counting() || !may_be || self.yields.is_some() {
            return None;
        }
        let name = self.context.short_name(self.function.object);
        let quantity = format!("bytes of {name}(...)");
        let reason = "of what kind the result is shows when the code runs";
        Some(self.traced(&quantity, reason, Seen::Scalar))
    }

    /// What of an arm adds up over the iterations; nothing if nothing does.
    fn taken_apart(&self, arm: &mut Finished, around: Around) -> Option<Finished> {
        let adds_up = |owned: &Owned| self.adds_up(owned, around.at, around.region);
        let alive = std::mem::take(&mut arm.alive);
        let (alive, held) = alive.into_iter().partition(adds_up);
        arm.alive = held;
        let part = Finished {
            region: arm.region,
            total: std::mem::take(&mut arm.total),
            peaks: Vec::new(),
            alive,
            deltas: std::mem::take(&mut arm.deltas),
            sums: std::mem::take(&mut arm.sums),
            stored: std::mem::take(&mut arm.stored),
        };
        let is_empty = part.total.is_empty() && part.alive.is_empty() && part.deltas.is_empty();
        let is_empty = is_empty && part.sums.is_empty() && part.stored.is_empty();
        (!is_empty).then_some(part)
    }

    fn add_part(&mut self, part: Finished, share: &Expr) {
        for (container, by) in &part.deltas {
            // What only some iterations take out may be there still.
            let by = super::cost::greater(by, &Expr::ZERO);
            let by = self.scaled(&by, share);
            self.lengthen(*container, &by);
        }
        for (container, sum) in part.sums {
            let sum = sum.map(|sum| self.scaled(&sum, share));
            self.add_sum(container, sum);
        }
        let total: Vec<Line> = part
            .total
            .iter()
            .map(|line| self.scaled_line(line, share))
            .collect();
        let alive = part.alive.into_iter().map(|owned| Owned {
            line: self.scaled_line(&owned.line, share),
            owner: owned.owner,
        });
        let alive: Vec<Owned> = alive.collect();
        let stored = part.stored.into_iter().map(|mut stored| {
            stored.all.line = self.scaled_line(&stored.all.line, share);
            stored
        });
        let stored: Vec<Stored> = stored.collect();
        if let Some(frame) = self.frames.last_mut() {
            frame.stored.extend(stored);
            frame.total.extend(total);
            for owned in alive {
                frame.keep(owned);
            }
        }
    }

    /// What stands for one in the iterations of a comprehension whose element is kept.
    pub(super) fn kept_share(&mut self, inner: &Loop) -> Option<Expr> {
        let collects =
            matches!(inner.body.last(), Some(item) if matches!(item.op, Op::Collect { .. }));
        if !self.is_counting() || !self.filtering || !collects {
            return None;
        }
        let line = self.context.line_of(inner.region)?;
        Some(self.share(Counted::Kept, line))
    }

    /// What is kept of the iterations of a loop, in place of all of it.
    pub(super) fn keep_share(&self, finished: &mut Finished, at: usize, share: &Expr) {
        for (_, by) in &mut finished.deltas {
            *by = self.scaled(by, share);
        }
        for (_, sum) in &mut finished.sums {
            *sum = sum.take().map(|sum| self.scaled(&sum, share));
        }
        let region = finished.region;
        for owned in &mut finished.alive {
            if self.adds_up(owned, at, region) {
                owned.line = self.scaled_line(&owned.line, share);
            }
        }
    }

    /// What happens in some iterations alone, if it is not known already in which.
    fn scaled(&self, expr: &Expr, share: &Expr) -> Expr {
        expr.times_without(share, &|symbol| self.shares.contains(symbol))
    }

    fn scaled_line(&self, line: &Line, share: &Expr) -> Line {
        mapped(line, |expr| self.scaled(expr, share))
    }
}

/// Whether what comes after a step of a loop's body may not be reached.
pub(super) fn may_skip(op: &Op) -> bool {
    let Op::Branch(branch) = op else {
        return false;
    };
    let ends = |block: &Block| block.last().is_some_and(|item| is_exit(&item.op));
    ends(&branch.then) != ends(&branch.or_else)
}
