//! The post-pass: how much each function requests, has alive at once, and leaves behind, as
//! formulas over its own inputs.
//!
//! Datalog has decided *who*: which functions a call reaches, which values outlive which region.
//! Here each function is interpreted once over symbolic inputs, callees before callers, and its
//! summary is instantiated at each of its calls. See DESIGN.md for what is counted.
//!
//! Architecture invariant: nothing here looks at source text or follows a value from one function
//! into another. A result depends on its input alone, not on the order in which threads work.

mod approach;
#[cfg(test)]
mod assumption_tests;
mod bodies;
#[cfg(test)]
mod bound_tests;
mod builtins;
mod callbacks;
mod calls;
mod cases;
mod cells;
mod certain;
mod constants;
mod containers;
mod context;
mod cost;
mod counting;
mod decisions;
mod defaults;
mod digits;
mod displays;
mod driven;
#[cfg(test)]
mod driven_tests;
mod finish;
mod forms;
mod frame;
#[cfg(test)]
mod frontier_tests;
mod frontiers;
mod given;
#[cfg(test)]
mod given_tests;
mod holders;
mod index;
mod instances;
#[cfg(test)]
mod instances_tests;
mod interpret;
mod iterations;
#[cfg(test)]
mod iterator_tests;
mod iterators;
mod keeping;
mod library;
#[cfg(test)]
mod library_tests;
mod liveness;
mod loops;
#[cfg(test)]
mod mark_tests;
mod marks;
mod matching;
#[cfg(test)]
mod mechanism_tests;
mod notes;
mod operations;
mod order;
mod packed;
mod pairs;
mod per_call;
mod positions;
mod progress;
mod ranks;
mod reached;
mod recurrence;
mod recursion;
mod regex;
mod rehearsal;
mod rows;
#[cfg(test)]
mod search_tests;
mod shapes;
#[cfg(test)]
mod singly_tests;
mod sizes;
mod slots;
mod specialise;
#[cfg(test)]
mod specialise_tests;
mod stacks;
mod stored;
#[cfg(test)]
mod stored_tests;
mod subscripts;
mod templates;
#[cfg(test)]
mod tests;
mod texts;
mod trips;
mod unknowns;
mod unranked;
mod unrolling;
mod uses;
mod value;
#[cfg(test)]
mod while_tests;
mod working;
mod worklists;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use heapcast_facts::cpython::SizeTable;
use heapcast_facts::{Facts, Models, Obj, Region, Symbol as Name, Symbols, Var};
use heapcast_rules::{Derived, Via};
use rayon::prelude::*;

use crate::algebra::{Cause, Definition, Expr, Grade, Substitution, Symbol, TypeName};
use crate::ir;
use context::Context;
use interpret::Interpreter;

pub use cases::{Cases, Guard, Test};
pub use cost::{Cost, Line, Peak, Site};
pub use notes::{CallNote, LoopNote, Notes, Origin, Outcome};
pub use rows::{escapes, escapes_with_ways, rows, summaries};
pub use value::{Kind, Measure, Place, Quantity, Root, Step, Value, Walk};

/// What the post-pass works on. All identifiers are the program's.
pub struct SummaryInput<'a> {
    /// The code.
    pub modules: &'a [ir::Module],
    /// The input relations.
    pub facts: &'a Facts,
    /// The derived relations, sorted.
    pub derived: &'a Derived,
    /// `parts_outlive(var, region, via)`: something reachable from the result of a call, which
    /// `var` receives, may still be reachable when `region` ends, even if the result is not.
    pub parts_outlive: &'a [(Var, Region, Via)],
    /// The strings.
    pub symbols: &'a Symbols,
    /// What CPython's objects cost.
    pub sizes: &'a SizeTable,
    /// What library functions cost.
    pub models: &'a Models,
    /// The path of a module's file, as the user is to see it.
    pub file_of: &'a (dyn Fn(Obj) -> Arc<str> + Sync),
    /// The functions that are to be explained: their summaries have notes, and every line.
    pub noted: &'a [Obj],
    /// Whether the ways through the functions are told apart.
    pub cases: bool,
    /// Whether what the data decides is counted when the code runs, and not bounded.
    pub counting: bool,
}

/// A memory-critical variable of a summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The symbol in the formulas.
    pub symbol: Symbol,
    /// Why no input determines it.
    pub cause: Arc<str>,
    /// The file.
    pub path: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// What an input is taken for, where it is that.
    pub taken: Option<Taken>,
    /// Where it shows what it is when the code runs: the greatest of what is seen there. Empty where
    /// that cannot be said.
    pub traces: Vec<Trace>,
}

impl Unknown {
    /// The unknown `quantity` of a line of a file.
    fn new(
        quantity: &str,
        reason: &str,
        (path, line): (&Arc<str>, u32),
        traces: Vec<Trace>,
    ) -> Self {
        let cause = Cause {
            reason: reason.into(),
            file: path.to_string(),
            line,
        };
        Self {
            symbol: Symbol::mcv(quantity, cause),
            cause: reason.into(),
            path: Arc::clone(path),
            line,
            taken: None,
            traces,
        }
    }

    /// It shows there as well.
    fn shows(&mut self, trace: Trace) {
        if !self.traces.contains(&trace) {
            self.traces.push(trace);
        }
    }
}

/// What of a run of the code an unknown is the greatest of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The module.
    pub module: Obj,
    /// The line, from 1.
    pub line: u32,
    /// What is seen there.
    pub seen: Seen,
}

/// What may be seen on a line when the code runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The iterations of a loop.
    Iterations,
    /// The length of a value.
    Length,
    /// A number.
    Number,
    /// The length of a value as text.
    Text,
    /// The bytes of a copy.
    Copy,
    /// What the call of what has that name costs; the empty name stands for any call.
    Call(Arc<str>),
    /// What such calls leave behind, on the average.
    Stays(Arc<str>),
    /// What each element costs of the iterator that the call of what has that name gives.
    Each(Arc<str>),
    /// Nothing, as long as the line is not come to.
    Reached,
    /// One where the statement or the handler of the line is run, else nothing.
    Run,
    /// One where the function that starts there is called, else nothing.
    Called,
    /// Nothing, as long as what has the method called is an instance of one of some classes.
    Taken {
        /// Builtin types or classes of the project, by their names; "container" is any builtin one.
        classes: Arc<str>,
        /// The method.
        method: Arc<str>,
    },
    /// How often the function that starts there is called, in a call of it from elsewhere.
    Calls,
    /// How deep these calls are.
    Levels,
    /// What it leaves behind outside of what it returns, in such a call: bytes, and entries of containers.
    Kept,
    /// The length of what gets longer there.
    Grown,
    /// The bytes of a number.
    Int,
    /// The bytes for each element of what is sliced there.
    Slot,
    /// The bytes of what the function that starts there returns, if that has no parts.
    Scalar,
    /// How often something happens there while the loop on line `within` runs once.
    Times {
        /// What.
        of: Counted,
        /// The line of the loop.
        within: u32,
    },
    /// A measure of what the function that starts there is called with.
    Input(Measure),
    /// What the function that starts there returns, or the elements of that.
    Returned {
        /// What of it.
        quantity: Quantity,
        /// Whether of its elements, at their largest.
        is_element: bool,
    },
}

/// What happens on a line again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Iterations of the loop there.
    Iterations,
    /// Runs of the statement there.
    Statement,
    /// Elements that the comprehension there keeps.
    Kept,
}

/// What an input is taken for, because nothing says of what kind it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The input.
    pub place: Arc<Place>,
    /// The kind; [`Kind::Int`] stands for any number.
    pub kind: Kind,
}

impl Taken {
    /// Whether what is of that kind may be taken so.
    #[must_use]
    pub fn is_met(&self, kind: Kind) -> bool {
        let number = matches!(kind, Kind::Bool | Kind::Float);
        kind == self.kind || (self.kind == Kind::Int && number)
    }
}

/// Through what something outlives a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// Its result, or what it raises.
    Result,
    /// An object that is reachable from the argument of that number.
    Parameter(u32),
    /// A global, a captured variable, code that cannot be seen, or several of these.
    Elsewhere,
}

/// What outlives a call through one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retained {
    /// Through what.
    pub destination: Destination,
    /// How much.
    pub cost: Cost,
}

/// What a call does to an object that it did not make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The object.
    pub place: Arc<Place>,
    /// By how many elements it gets longer.
    pub longer: Expr,
    /// What it is, as far as that is known.
    pub kind: Kind,
}

/// The memory of one function, as formulas over its inputs.
#[derive(Debug, Clone)]
pub struct FunctionSummary {
    /// The function.
    pub function: Obj,
    /// Its dotted name.
    pub name: Name,
    /// Its module.
    pub module: Obj,
    /// Its file.
    pub path: Arc<str>,
    /// Its first line.
    pub line: u32,
    /// What a call requests in all.
    pub total: Cost,
    /// What is alive at the moment when most is.
    pub peak: Peak,
    /// What is still reachable after a call.
    pub retained: Cost,
    /// The same, by what holds it.
    pub retained_in: Vec<Retained>,
    /// How far the numbers may be trusted: the worst of the three.
    pub grade: Grade,
    /// The inputs that the formulas speak of.
    pub measures: Vec<Measure>,
    /// The memory-critical variables that the formulas rest on.
    pub unknowns: Vec<Unknown>,
    /// What the formulas rest on without having it in them, such as the type of an input.
    pub assumptions: Vec<Unknown>,
    /// What a call returns.
    pub result: Value,
    /// What it does to objects that it did not make.
    pub effects: Vec<Effect>,
    /// How it came about, where that was asked for.
    pub notes: Option<Box<Notes>>,
    /// The ways through its branches, where they are asked for.
    pub cases: Option<Box<Cases>>,
    /// What a new instance has in attributes that only the constructor binds.
    attributes: Vec<(Name, Value)>,
    /// What is asked of which parameters.
    asks: Vec<(usize, decisions::Ask)>,
    /// The costs without the tables of inputs that grow, where some do: a caller counts these
    /// itself, because it knows how long they are.
    without_inputs: Option<Box<Costs>>,
    /// The costs by type alone and whether they are short, once a caller needs them: it counts all of them
    /// on one line.
    by_type: OnceLock<Box<(Costs, bool)>>,
    /// The costs by their names, once a caller needs them.
    named: OnceLock<Box<Costs>>,
}

/// Formulas that would be longer than this go into those of callers by their names.
const MAX_TERMS: usize = 24;

/// The three costs of a call.
#[derive(Debug, Clone)]
struct Costs {
    total: Cost,
    peak: Peak,
    retained_in: Vec<Retained>,
}

/// The costs of a call where they stand.
#[derive(Clone, Copy)]
struct CostsRef<'a> {
    total: &'a Cost,
    peak: &'a Peak,
    retained_in: &'a [Retained],
}

impl Costs {
    fn as_ref(&self) -> CostsRef<'_> {
        CostsRef {
            total: &self.total,
            peak: &self.peak,
            retained_in: &self.retained_in,
        }
    }
}

impl CostsRef<'_> {
    /// Whether no formula has more terms.
    fn have_at_most(self, limit: usize) -> bool {
        let short = |cost: &Cost| {
            let mut lines = cost.terms().iter();
            let left = lines.try_fold(limit, |left, line| line.bytes.terms_left(left));
            // Terms that lines have in common count once.
            left.is_some() || cost.bytes().has_at_most(limit)
        };
        let retained = self.retained_in.iter().map(|retained| &retained.cost);
        let mut all = retained.chain([self.total]).chain(self.peak.moments());
        all.all(short)
    }

    fn map(self, by: &dyn Fn(&Cost) -> Cost) -> Costs {
        let retained = self.retained_in.iter().map(|retained| Retained {
            destination: retained.destination,
            cost: by(&retained.cost),
        });
        Costs {
            total: by(self.total),
            peak: self.peak.map(by),
            retained_in: retained.collect(),
        }
    }

    /// The costs of a function by the names of their formulas.
    fn named(self, of: &str, site: Site) -> Costs {
        let one = |names: [&'static str; 2], count: Expr, bytes: Expr, grade: Grade| {
            let [count, bytes] = [(names[0], count), (names[1], bytes)]
                .map(|(name, formula)| Arc::new(Definition::new(name, of, formula)).applied());
            let line = Line {
                site,
                type_name: TypeName::new("several"),
                count,
                bytes,
            };
            Cost::from_terms(vec![line]).graded(grade)
        };
        let whole = |names, cost: &Cost| one(names, cost.objects(), cost.bytes(), cost.grade());
        let retained = |one: &Retained| Retained {
            destination: one.destination,
            cost: match one.cost.bytes().has_at_most(MAX_TERMS / 4) {
                true => one.cost.clone(),
                false => whole(
                    match one.destination {
                        Destination::Result => ["objects in the result of", "result of"],
                        Destination::Parameter(_) => {
                            ["objects kept in arguments by", "kept in arguments by"]
                        }
                        Destination::Elsewhere => {
                            ["objects kept elsewhere by", "kept elsewhere by"]
                        }
                    },
                    &one.cost,
                ),
            },
        };
        Costs {
            total: whole(["objects", "total"], self.total),
            peak: Peak::of(one(
                ["objects at peak", "peak"],
                self.peak.objects(),
                self.peak.bytes(),
                self.peak.grade(),
            )),
            retained_in: self.retained_in.iter().map(retained).collect(),
        }
    }
}

impl FunctionSummary {
    fn empty(function: &ir::Function, context: &Context<'_>, at: usize) -> Self {
        let module = context.functions.get(at).map(|(_, module)| *module);
        Self {
            function: function.object,
            name: function.name,
            module: module.unwrap_or(heapcast_facts::PROGRAM),
            path: context.path(at),
            line: function.line,
            total: Cost::zero(),
            peak: Peak::default(),
            retained: Cost::zero(),
            retained_in: Vec::new(),
            grade: Grade::Exact,
            measures: Vec::new(),
            unknowns: Vec::new(),
            assumptions: Vec::new(),
            result: Value::default(),
            effects: Vec::new(),
            notes: None,
            cases: None,
            attributes: Vec::new(),
            asks: Vec::new(),
            without_inputs: None,
            by_type: OnceLock::new(),
            named: OnceLock::new(),
        }
    }

    /// The function as a place of costs.
    fn site(&self) -> Site {
        Site {
            function: self.function.0,
            line: self.line,
        }
    }

    /// The costs at a call, over the caller's inputs: written out where they are short.
    fn at_call(&self, of: &str, by: &Substitution) -> Costs {
        let site = self.site();
        let (own, is_short) = &**self.by_type.get_or_init(|| {
            let own = self.own().map(&|cost| cost.map_sites(|_| site));
            let is_short = own.as_ref().have_at_most(MAX_TERMS);
            Box::new((own, is_short))
        });
        let own = own.as_ref();
        if *is_short {
            let costs = own.map(&|cost| cost.substitute(by));
            if costs.as_ref().have_at_most(2 * MAX_TERMS) {
                return costs;
            }
        }
        let named = self.named.get_or_init(|| Box::new(own.named(of, site)));
        named.as_ref().as_ref().map(&|cost| cost.substitute(by))
    }

    /// The costs without what the caller knows better.
    fn own(&self) -> CostsRef<'_> {
        match &self.without_inputs {
            Some(costs) => costs.as_ref().as_ref(),
            None => CostsRef {
                total: &self.total,
                peak: &self.peak,
                retained_in: &self.retained_in,
            },
        }
    }

    /// Every formula of the summary.
    fn formulas(&self) -> Vec<&Expr> {
        let costs = [&self.total, &self.retained]
            .into_iter()
            .chain(self.peak.moments());
        let mut formulas: Vec<&Expr> = costs
            .flat_map(Cost::terms)
            .flat_map(|line| [&line.count, &line.bytes])
            .collect();
        formulas.extend(self.effects.iter().map(|effect| &effect.longer));
        let mut values: Vec<&Value> = self.attributes.iter().map(|(_, value)| value).collect();
        values.push(&self.result);
        while let Some(value) = values.pop() {
            formulas.extend(value.number.iter().chain(&value.bits).chain(&value.length));
            values.extend(value.element.as_deref());
            values.extend(value.items.iter().flat_map(|items| items.iter()));
        }
        formulas
    }

    /// Sums up what is retained, and keeps the inputs and unknowns that occur.
    fn close(&mut self, grade: Grade, unknowns: &[Unknown]) {
        let all = self.retained_in.iter().map(|retained| &retained.cost);
        self.retained = all.fold(Cost::zero().graded(grade), |sum, cost| sum.plus(cost));
        self.retained_in
            .sort_by_key(|retained| retained.destination);
        let mut occurring: BTreeSet<Symbol> = BTreeSet::new();
        for formula in self.formulas() {
            formula.collect_symbols(&mut occurring);
        }
        let occurs = |symbol: &Symbol| occurring.contains(symbol);
        self.measures.retain(|measure| occurs(&measure.symbol));
        self.unknowns = unknowns
            .iter()
            .filter(|unknown| occurs(&unknown.symbol))
            .cloned()
            .collect();
        self.unknowns
            .sort_by(|a, b| (a.line, &a.symbol).cmp(&(b.line, &b.symbol)));
        let grades = [self.total.grade(), self.peak.grade(), self.retained.grade()];
        self.grade = grades.into_iter().fold(Grade::Exact, Grade::join);
    }
}

/// Summarises every function; the order is that of the modules and their functions.
///
/// Components of the call graph that do not depend on each other are worked on by rayon's
/// threads; install a pool with large stacks for deeply nested code.
#[must_use]
pub fn summarise(input: &SummaryInput<'_>) -> Vec<FunctionSummary> {
    let mut context = Context::new(input);
    let edges = context.edges();
    let components = crate::components::Components::of(&edges);
    context.component.clone_from(&components.of);
    context.cyclic.clone_from(&components.cyclic);
    context.alone = components.alone();
    context.order(&edges, &components);
    let context = context;
    crate::components::in_order(&components, &context.before, &|node| {
        let at = node as usize;
        if let (Some((function, _)), Some(slot)) = (context.functions.get(at), context.done.get(at))
        {
            let summary = Interpreter::summary(&context, at, function);
            // Each node is worked on once, so the slot is empty.
            let _ = slot.set(Arc::new(summary));
        }
    });
    let with_cases = |(at, slot): (usize, &OnceLock<Arc<FunctionSummary>>)| {
        let mut summary = FunctionSummary::clone(slot.get()?);
        let (function, _) = context.functions.get(at)?;
        // What is recursive is solved as a whole.
        if input.cases && !context.calls_itself(at) {
            summary.cases = Some(Box::new(cases::cases(&context, at, function)));
        }
        Some(summary)
    };
    let done: Vec<_> = context.done.iter().enumerate().collect();
    done.into_par_iter().filter_map(with_cases).collect()
}
