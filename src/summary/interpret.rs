//! The interpretation of one function over symbolic inputs.

use std::collections::HashSet;
use std::sync::Arc;

use heapcast_facts::{FixedState, Map, Obj, Region, Symbol as Name, Var};

use super::cases::Choices;
use super::cells::Cell;
use super::containers::{Containers, GrownTable};
use super::context::Context;
use super::cost::{Line, Site};
use super::counting::may_skip;
use super::decisions::{Ask, Decisions, Fact};
use super::driven::LetsGo;
use super::frame::{Frame, FrameKind, Owner};
use super::iterations::{Individual, Iterations};
use super::notes::Notes;
use super::recursion::Recursion;
use super::sizes::{self, number};
use super::specialise::Reach;
use super::uses::Uses;
use super::value::{ContainerId, Kind, Measure, Place, Quantity, Root, Step, Value};
use super::{FunctionSummary, Seen, Unknown};
use crate::algebra::{Expr, Grade, Substitution, Symbol};
use crate::ir::{Block, Function, Phi};

/// A number or length with more terms than this is forgotten: it becomes an unknown where a cost
/// needs it.
const MAX_VALUE_TERMS: usize = 12;

/// What the variables hold. A rehearsal works on a layer of its own.
#[derive(Debug, Default)]
pub(super) struct Values(Vec<Map<Var, Box<Slot>>>);

impl Values {
    pub(super) fn get(&self, var: &Var) -> Option<&Slot> {
        let mut layers = self.0.iter().rev();
        layers.find_map(|layer| layer.get(var)).map(Box::as_ref)
    }

    fn insert(&mut self, var: Var, slot: Slot) {
        if self.0.is_empty() {
            self.begin();
        }
        if let Some(layer) = self.0.last_mut() {
            layer.insert(var, Box::new(slot));
        }
    }

    /// Starts a layer: what is set from now on is forgotten when it ends.
    pub(super) fn begin(&mut self) {
        self.0.push(Map::default());
    }

    pub(super) fn end(&mut self) {
        self.0.pop();
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Slot {
    pub(super) value: Value,
    /// How many frames were open where it was defined.
    pub(super) depth: usize,
}

/// What attributes are remembered of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Base {
    Container(ContainerId),
    Place(Arc<str>),
}

/// See the module.
pub(super) struct Interpreter<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) at: usize,
    pub(super) function: &'a Function,
    pub(super) line: u32,
    pub(super) frames: Vec<Frame>,
    /// The iterations that surround the present step.
    pub(super) loops: Vec<(Symbol, Expr)>,
    pub(super) grade: Grade,
    pub(super) values: Values,
    pub(super) containers: Containers,
    pub(super) places: Map<Arc<str>, ContainerId>,
    pub(super) attributes: Map<(Base, Name), Value>,
    /// Loops of which those around them know how often they run: at most, and in all.
    pub(super) descents: Vec<(Region, Expr, Expr)>,
    /// The elements that the loop counts in whose progress is looked at.
    pub(super) cells: Vec<Cell>,
    /// What attributes of inputs were before they were first stored.
    pub(super) originals: Map<(Base, Name), Value>,
    pub(super) measures: Map<Symbol, Measure>,
    pub(super) unknowns: Vec<Unknown>,
    /// What the numbers rest on without having it in a formula.
    pub(super) assumptions: Vec<Unknown>,
    pub(super) path: Arc<str>,
    /// The tables of inputs that grew: requested, and alive at the end.
    pub(super) grown: [Vec<GrownTable>; 2],
    pub(super) returned: Option<Value>,
    /// The kind of all that is returned; nothing where there are several.
    pub(super) returned_kind: Option<Kind>,
    /// Strings that were made by adding to one in place.
    pub(super) extended: HashSet<Var, FixedState>,
    /// The old tables of containers that grew since a loop ended.
    pub(super) moving: Vec<Line>,
    /// What each sum adds up.
    pub(super) sums: Map<Var, [Var; 2]>,
    /// Loop variables of whose numbers nothing is known.
    pub(super) carried: HashSet<Var, FixedState>,
    /// What functions give that callers hand in: not all of these are known.
    pub(super) handed_in: HashSet<Var, FixedState>,
    /// The kinds of small objects of which one is taken to be in store already.
    pub(super) pooled: Vec<Kind>,
    /// What a generator yields.
    pub(super) yields: Option<ContainerId>,
    /// What of that is let go of before the next.
    pub(super) lets_go: LetsGo,
    /// The collections of the comprehensions around the present step.
    pub(super) collecting: Vec<ContainerId>,
    /// What the function does with its variables.
    pub(super) uses: Arc<Uses>,
    /// The sequences of strings that others were split into.
    pub(super) split: HashSet<Var, FixedState>,
    /// The lengths of the elements that the loops of those numbers work on, of what is no input.
    pub(super) constructed: Vec<(u32, Individual)>,
    /// The recursion of the function, if its calls of itself are to be solved.
    pub(super) recursion: Option<Recursion>,
    /// What loop variables stay below because their loops would end otherwise.
    pub(super) caps: Map<Var, Expr>,
    /// The conditions that are decided, where one way is interpreted.
    pub(super) choices: Option<Choices>,
    /// What is certain of variables, and which way conditions go.
    pub(super) decisions: Decisions,
    /// What is asked of which parameters, here and by what is called.
    pub(super) asks: Vec<(usize, Ask)>,
    /// What is certain of the arguments.
    pub(super) given: Arc<[Fact]>,
    /// How many calls with certain arguments are around.
    pub(super) nested: u8,
    /// How many of these it makes, one inside of the other.
    pub(super) reach: Reach,
    /// Whether nothing after the present step is reached.
    pub(super) ended: bool,
    /// Whether the present step is not reached where a condition holds.
    pub(super) skipped: bool,
    /// What only one container keeps, and which.
    pub(super) slots: Map<Var, super::stored::Keeper>,
    /// The container that got longer last.
    pub(super) longer: Option<ContainerId>,
    /// The numbers of slots, which no container keeps.
    pub(super) unkept: HashSet<Var, FixedState>,
    /// The containers that loops around the present step work off, with how much they hold at most.
    pub(super) worked_off: Vec<(ContainerId, Expr)>,
    /// How many rehearsals are going on, one inside of the other.
    pub(super) rehearsing: usize,
    /// How many symbols of rehearsals there are.
    pub(super) states: u32,
    /// What stands for one in some iterations of a loop, and for nothing in the others.
    pub(super) shares: HashSet<Symbol, FixedState>,
    /// Those that stand for one where a run goes a way at all.
    pub(super) ways: HashSet<Symbol, FixedState>,
    /// The lines that containers get longer on.
    pub(super) growing: Map<ContainerId, Vec<u32>>,
    /// The containers that get longer in callees.
    pub(super) unseen: HashSet<ContainerId, FixedState>,
    /// Whether the present step is of the condition of a loop.
    pub(super) heading: bool,
    /// Whether the comprehension around the present step leaves elements out.
    pub(super) filtering: bool,
    /// Where the comprehension around the present step is a generator whose elements are let go of one by
    /// one: whether a loop goes over it.
    pub(super) singly: Option<bool>,
    /// What is noted of it, where that is wanted.
    pub(super) notes: Option<Box<Notes>>,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(context: &'a Context<'a>, at: usize, function: &'a Function) -> Self {
        Self::with(context, at, function, Arc::new([]))
    }

    /// With what is certain of its arguments.
    pub(super) fn with(
        context: &'a Context<'a>,
        at: usize,
        function: &'a Function,
        given: Arc<[Fact]>,
    ) -> Self {
        let mut decisions = Decisions::of(context, function, &given);
        Self {
            asks: std::mem::take(&mut decisions.asks),
            decisions,
            given,
            nested: 0,
            reach: Reach::Depth(0),
            ended: false,
            skipped: false,
            context,
            at,
            function,
            line: function.line,
            frames: vec![Frame::new(FrameKind::Function, function.region)],
            loops: Vec::new(),
            grade: Grade::Exact,
            values: Values::default(),
            containers: Containers::default(),
            places: Map::default(),
            attributes: Map::default(),
            cells: Vec::new(),
            descents: Vec::new(),
            originals: Map::default(),
            measures: Map::default(),
            unknowns: Vec::new(),
            assumptions: Vec::new(),
            path: context.path(at),
            grown: [Vec::new(), Vec::new()],
            returned: None,
            returned_kind: Some(Kind::None),
            extended: HashSet::default(),
            moving: Vec::new(),
            sums: Map::default(),
            carried: HashSet::default(),
            handed_in: HashSet::default(),
            pooled: Vec::new(),
            yields: None,
            lets_go: LetsGo::Nothing,
            collecting: Vec::new(),
            uses: context.uses_of(at, function),
            split: HashSet::default(),
            constructed: Vec::new(),
            recursion: None,
            caps: Map::default(),
            choices: None,
            slots: Map::default(),
            longer: None,
            unkept: HashSet::default(),
            worked_off: Vec::new(),
            rehearsing: 0,
            states: 0,
            shares: HashSet::default(),
            ways: HashSet::default(),
            growing: Map::default(),
            unseen: HashSet::default(),
            heading: false,
            filtering: false,
            singly: None,
            notes: context.is_noted(function.object).then(Box::default),
        }
    }

    /// Interprets the function; its calls of itself are solved, where they can be.
    pub(super) fn summary(
        context: &'a Context<'a>,
        at: usize,
        function: &'a Function,
    ) -> FunctionSummary {
        let plain = || Self::new(context, at, function);
        if !context.calls_itself(at) {
            return plain().run().0;
        }
        let with = |recursion: Recursion| {
            let mut interpreter = plain();
            interpreter.recursion = Some(recursion);
            interpreter.run()
        };
        let (shape, first) = with(Recursion::first());
        let (summary, recursion) = with(Recursion::like(&shape));
        let solved = recursion.and_then(|recursion| {
            super::unrolling::unrolled(context, function, &summary, &recursion)
        });
        let calls = first.is_some_and(|recursion| !recursion.calls.is_empty());
        solved.unwrap_or_else(|| {
            let mut interpreter = plain();
            interpreter.enter();
            interpreter.block(&function.body);
            if calls {
                interpreter.unsolved(&shape);
            }
            interpreter.finish()
        })
    }

    /// What recursive calls that are not solved leave behind is not known: `shape` says where.
    fn unsolved(&mut self, shape: &FunctionSummary) {
        let elsewhere = shape
            .retained_in
            .iter()
            .filter(|retained| retained.destination != super::Destination::Result);
        let elsewhere: Vec<super::Destination> = elsewhere.map(|one| one.destination).collect();
        if elsewhere.is_empty() && shape.effects.is_empty() {
            return;
        }
        let name = self.context.short_name(self.function.object).to_owned();
        let place = (self.module(), self.function.line);
        let all = self.traced_at(
            &format!("kept by {name}"),
            "a recursive call",
            place,
            Seen::Kept,
        );
        for effect in &shape.effects {
            let value = Value::input(Place::clone(&effect.place));
            if let Some(container) = self.container_of(&value) {
                self.extend(container, &all, None);
            }
        }
        for destination in elsewhere {
            let parameter = |at: u32| self.function.parameters.get(at as usize).map(|p| p.var);
            let owner = match destination {
                super::Destination::Parameter(at) => {
                    parameter(at).map_or(Owner::Elsewhere, Owner::Var)
                }
                _ => Owner::Elsewhere,
            };
            let line = Line {
                site: self.site(),
                type_name: crate::algebra::TypeName::new("unknown"),
                count: all.clone(),
                bytes: all.clone(),
            };
            if let Some(frame) = self.frames.last_mut() {
                frame.keep(super::frame::Owned { line, owner });
            }
        }
    }

    /// Gives the parameters their values.
    pub(super) fn enter(&mut self) {
        for (parameter, at) in self.function.parameters.iter().zip(0..) {
            let name = self.context.input.symbols.text(parameter.name);
            let mut value = Value::input(Place::new(Root::Parameter(at), name));
            value.kind = match parameter.kind {
                crate::ir::ParameterKind::Star => Kind::Tuple,
                crate::ir::ParameterKind::StarStar => Kind::Dict,
                _ => self.context.annotated(parameter.var),
            };
            let fact = self.given.get(at as usize).copied().unwrap_or(Fact::ANY);
            if let Some(kind) = fact.kind() {
                value.kind = kind;
            }
            if let Some(constant) = fact.value(self.context) {
                value = constant.labelled(name);
            }
            self.taken_for_dict(parameter.var, &mut value);
            let slot = Slot { value, depth: 0 };
            self.values.insert(parameter.var, slot);
        }
        self.shared_names();
        if self.function.is_generator {
            let owner = Owner::Local;
            self.yields = Some(self.container(Kind::Generator, Some(Expr::ZERO), owner));
        }
    }

    /// What is asked for its items, keys or values is a dict, where nothing else is known of it.
    pub(super) fn taken_for_dict(&mut self, var: Var, value: &mut Value) {
        let symbols = self.context.input.symbols;
        let called = self.uses.called.get(&var).into_iter().flatten();
        let mut found = called.filter(|name| {
            matches!(symbols.text(**name), "items" | "keys" | "values")
                && self.context.methods(**name).is_empty()
        });
        if value.kind == Kind::Unknown
            && let Some(name) = found.next()
        {
            value.kind = Kind::Dict;
            self.assume(value, Kind::Dict, symbols.text(*name));
        }
    }

    /// Interprets one way through the function, as far as it is decided.
    pub(super) fn one_way(
        context: &'a Context<'a>,
        at: usize,
        function: &'a Function,
        given: Arc<[Fact]>,
        choices: Choices,
    ) -> (FunctionSummary, Choices) {
        let mut interpreter = Self::with(context, at, function, given);
        interpreter.choices = Some(choices);
        interpreter.enter();
        interpreter.block(&function.body);
        let choices = interpreter.choices.take().unwrap_or_default();
        (interpreter.finish(), choices)
    }

    /// Interprets the function.
    fn run(mut self) -> (FunctionSummary, Option<Recursion>) {
        self.enter();
        let function = self.function;
        self.block(&function.body);
        let search = match &self.recursion {
            Some(recursion) if !recursion.calls.is_empty() => self.search_by_recursion(),
            _ => None,
        };
        let mut recursion = self.recursion.take();
        if let Some(recursion) = &mut recursion {
            recursion.search = search;
            recursion.measures = self.measures.values().cloned().collect();
            recursion.measures.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        }
        (self.finish(), recursion)
    }

    pub(super) fn site(&self) -> Site {
        Site {
            function: self.function.object.0,
            line: self.line,
        }
    }

    pub(super) fn block(&mut self, block: &'a Block) {
        let uses = Arc::clone(&self.uses);
        let mut deaths = uses.deaths.in_block(block).iter().peekable();
        let mut operands = uses.deaths.of_operators(block).iter().peekable();
        // What follows a `continue` may not be reached: it is a way of its own where that is counted.
        let mut rests = Vec::new();
        for (at, item) in block.iter().enumerate() {
            self.line = item.line;
            self.step(&item.op);
            if self.ended {
                break;
            }
            while let Some((_, operand, result)) = operands.next_if(|(step, ..)| *step <= at) {
                self.operand_dies(*operand, *result);
            }
            while let Some((_, var)) = deaths.next_if(|(step, _)| *step <= at) {
                self.temporary_dies(*var);
            }
            let rest = &block[at + 1..];
            if may_skip(&item.op) && self.is_counted(rest) {
                self.begin_arm();
                rests.push(rest);
            }
        }
        for rest in rests.into_iter().rev() {
            let arm = self.end_arm();
            self.merge_rest(arm, rest);
        }
    }

    /// A block whose end is not that of the steps around it, even if nothing after it is reached.
    pub(super) fn inner_block(&mut self, block: &'a Block) {
        let ended = std::mem::take(&mut self.ended);
        self.block(block);
        self.ended = ended;
    }

    /// A temporary is let go of by the operator that takes it, unless its parts are in the result.
    fn operand_dies(&mut self, operand: Var, result: Var) {
        let is_scalar =
            |var: &Var| (self.values.get(var)).is_some_and(|slot| slot.value.kind.is_scalar());
        if [operand, result].iter().all(is_scalar)
            && let Some(frame) = self.frames.last_mut()
        {
            frame.free_var(operand);
        }
    }

    fn temporary_dies(&mut self, var: Var) {
        let lives_on = |frame: &Frame| {
            let (own, parts) = (
                self.context.outlives(var, frame.region),
                self.context.parts_outlive(var, frame.region),
            );
            !own.is_empty() || !parts.is_empty()
        };
        let is_scalar = self
            .values
            .get(&var)
            .is_some_and(|slot| slot.value.kind.is_scalar());
        let ends_here = is_scalar && self.uses.deaths.is_only_read(var);
        if !ends_here && self.frames.iter().any(lives_on) {
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.free_var(var);
        }
    }

    // ---- values --------------------------------------------------------------------------

    pub(super) fn set(&mut self, var: Var, mut value: Value) {
        let long = |expr: &Expr| !expr.has_at_most(MAX_VALUE_TERMS);
        value.number = value.number.filter(|number| !long(number));
        value.length = value.length.filter(|length| !long(length));
        let depth = self.frames.len();
        self.values.insert(var, Slot { value, depth });
    }

    pub(super) fn value(&mut self, var: Var) -> Value {
        if let Some(slot) = self.values.get(&var) {
            return slot.value.clone();
        }
        if let Some(constant) = self.context.constant_of(var) {
            return constant.clone();
        }
        let name = self.context.cell_name(var).unwrap_or_default();
        let captured = self.context.captures(self.function.object, var);
        let mut value = if captured && !name.is_empty() {
            Value::input(Place::new(Root::Cell(var), name))
        } else {
            let target = self.context.points_to(var).next();
            let text = if name.is_empty() {
                target.map_or("", |target| self.context.name(target))
            } else {
                name
            };
            let text = text.strip_prefix("builtins.").unwrap_or(text);
            if text.is_empty() {
                Value::default()
            } else {
                Value::default().labelled(text)
            }
        };
        value.kind = self.context.kind_of(var);
        self.library_constant(var, &mut value);
        self.values.insert(
            var,
            Slot {
                value: value.clone(),
                depth: 0,
            },
        );
        value
    }

    /// What holds a constant of a library is as long as its model says.
    pub(super) fn library_constant(&self, var: Var, value: &mut Value) {
        let mut found = self.context.points_to(var);
        if let (Some(only), None) = (found.next(), found.next())
            && value.length.is_none()
        {
            let name = self.context.name(only);
            let length = self.context.input.models.constant_length(name);
            value.length = length.map(number);
        }
    }

    /// The value of a variable that is defined already.
    pub(super) fn defined(&mut self, var: Var) -> Option<Value> {
        if let Some(slot) = self.values.get(&var) {
            return Some(slot.value.clone());
        }
        let known = self.context.constant_of(var).is_some()
            || self.context.captures(self.function.object, var);
        known.then(|| self.value(var))
    }

    /// The kind of a variable, from its value or from what it points to.
    pub(super) fn kind(&mut self, var: Var) -> Kind {
        match self.value(var).kind {
            Kind::Unknown if self.handed_in.contains(&var) => Kind::Unknown,
            Kind::Unknown => self.context.kind_of(var),
            kind => kind,
        }
    }

    /// What the source calls the value, for names of unknowns.
    pub(super) fn label(value: &Value) -> String {
        value.label.as_deref().unwrap_or("value").to_owned()
    }

    pub(super) fn measure(&mut self, place: &Arc<Place>, quantity: Quantity) -> Expr {
        let symbol = quantity.symbol(place);
        let measure = Measure {
            symbol: symbol.clone(),
            place: Arc::clone(place),
            quantity,
        };
        self.measures.entry(symbol.clone()).or_insert(measure);
        Expr::symbol(&symbol)
    }

    /// The value as a number, where it is known or an input's.
    pub(super) fn number(&mut self, value: &Value) -> Option<Expr> {
        if value.number.is_some() {
            return value.number.clone();
        }
        let place = value.place.clone()?;
        matches!(value.kind, Kind::Unknown | Kind::Int | Kind::Bool)
            .then(|| self.measure(&place, Quantity::Number))
    }

    /// The length, where it is known or an input's.
    pub(super) fn length(&mut self, value: &Value) -> Option<Expr> {
        if let Some(container) = value.container {
            return self.container_length(container);
        }
        if value.length.is_some() {
            return value.length.clone();
        }
        let place = value.place.clone()?;
        Some(self.measure(&place, Quantity::Length))
    }

    /// What stands at `step` of a value.
    pub(super) fn part(&mut self, value: &Value, step: Step) -> Value {
        if let (Step::Attribute(name), Some(base)) = (step, base_of(value))
            && let Some(known) = self.attributes.get(&(base, name))
        {
            return known.clone();
        }
        if let (Step::Element | Step::Key(_) | Step::Each | Step::This(_), Some(container)) =
            (step, value.container)
            && let Some(whole) = self.containers.get(container.0 as usize)
            && let Some(element) = &whole.element
        {
            let elements_grow = whole.elements_grow;
            // In later iterations, elements may be there that are not known yet.
            let changing = self.unstable_element(container);
            let mut part = match changing {
                Some(Some(element)) => element,
                Some(None) => Value::of(element.kind),
                None => Value {
                    sum: self.container_sum(container),
                    ..element.clone()
                },
            };
            let grows = matches!(part.kind, Kind::List | Kind::Set | Kind::Dict);
            if grows && (part.container.is_none() || elements_grow) {
                part.container = None;
                part.part_of = Some(container);
                // What was put into all of them may be in one of them.
                if part.sum.is_some() {
                    part.length = part.sum.clone();
                    part.is_bound = true;
                }
            }
            return part;
        }
        value.at(step, self.context.input.symbols)
    }

    /// What the elements of a container are that a loop around the present step changes, as far
    /// as it is known; nothing of one that stays as it is.
    pub(super) fn unstable_element(&self, container: ContainerId) -> Option<Option<Value>> {
        let own = self
            .frames
            .iter()
            .rev()
            .find_map(|frame| frame.changing(container))?;
        let element = own.iter().find(|(id, _)| *id == container);
        Some(element.map(|(_, element)| element.clone()))
    }

    /// What holds of either of two values.
    pub(super) fn met(&mut self, one: &Value, other: &Value) -> Value {
        let nothing = |value: &Value| value.kind == Kind::None;
        if one == other || nothing(one) || nothing(other) {
            return one.join(other);
        }
        let [one, other] = [one, other].map(|value| match one.container == other.container {
            true => value.clone(),
            false => self.frozen(value, 2),
        });
        let (one, other) = (self.resolved(&one, 1), self.resolved(&other, 1));
        one.join(&other)
    }

    /// `base.name = value`
    pub(super) fn set_attribute(&mut self, base: &Value, name: Name, value: Value) {
        let Some(key) = base_of(base) else {
            return;
        };
        let slot = (key, name);
        if base.place.is_some() && !self.attributes.contains_key(&slot) {
            let original = base.at(Step::Attribute(name), self.context.input.symbols);
            self.originals.entry(slot.clone()).or_insert(original);
        }
        let known = self.attributes.get(&slot).or(self.originals.get(&slot));
        let merged = match known {
            Some(known) if self.frames.len() > 1 => {
                let known = known.clone();
                self.met(&known, &value)
            }
            _ => value,
        };
        self.attributes.insert(slot, merged);
    }

    /// The values that meet.
    pub(super) fn phis(&mut self, phis: &[Phi]) {
        for phi in phis {
            let mut merged: Option<Value> = None;
            for &var in &phi.from {
                let value = self.value(var);
                merged = Some(match merged {
                    Some(other) => self.met(&other, &value),
                    None => value,
                });
            }
            let merged = self.adopt(merged.unwrap_or_default(), phi.to);
            self.set(phi.to, merged);
        }
    }

    pub(super) fn forget_index(&mut self, iterations: &Iterations) {
        for value in self.attributes.values_mut() {
            *value = iterations.after(value);
        }
        self.returned = self.returned.take().map(|value| iterations.after(&value));
    }

    // ---- allocations ---------------------------------------------------------------------

    pub(super) fn builtin_line(&self, kind: Kind, count: Expr, bytes: Expr) -> Line {
        Line {
            site: self.site(),
            type_name: self.context.type_name(kind),
            count,
            bytes,
        }
    }

    pub(super) fn allocate(&mut self, line: Line, owner: Owner) -> usize {
        if self.skipped {
            self.grade = self.grade.join(Grade::Upper);
        }
        match self.frames.last_mut() {
            Some(frame) => frame.allocate(line, owner),
            None => 0,
        }
    }

    /// One object of `kind` and of that many bytes.
    pub(super) fn one(&mut self, kind: Kind, bytes: Expr, owner: Owner) -> usize {
        let line = self.builtin_line(kind, Expr::one(), bytes);
        self.allocate(line, owner)
    }

    /// One object that is gone when the step ends.
    pub(super) fn transient(&mut self, kind: Kind, bytes: Expr) {
        let at = self.one(kind, bytes, Owner::Local);
        if let Some(frame) = self.frames.last_mut() {
            frame.free(at);
        }
    }

    /// One object whose elements stand inside of it: a string, a tuple.
    pub(super) fn flat(&mut self, kind: Kind, length: &Expr, owner: Owner) {
        let (head, each) = sizes::head(self.context.input.sizes, kind);
        if length.is_zero() && kind != Kind::ByteArray {
            return;
        }
        self.one(
            kind,
            &number(head) + &length.scale(&i64::try_from(each).unwrap_or(1).into()),
            owner,
        );
    }

    /// An integer, unless it is known to be a shared one.
    pub(super) fn int(&mut self, value: Option<&Expr>, owner: Owner) {
        if value.is_some_and(|value| self.is_small(value)) {
            return;
        }
        self.grade = self.grade.join(Grade::Upper);
        let plain = number(self.context.input.sizes.int.arithmetic);
        let bytes = self.counted_int().unwrap_or(plain);
        self.one(Kind::Int, bytes, owner);
    }

    pub(super) fn is_small(&self, value: &Expr) -> bool {
        let mut most = value.clone();
        for (index, count) in self.loops.iter().rev() {
            most = most.upper_bound_over(index, &Expr::ZERO, count).value;
        }
        let Some(most) = most.as_constant().and_then(|most| most.to_i64()) else {
            return false;
        };
        let int = &self.context.input.sizes.int;
        let low = value.as_constant().and_then(|value| value.to_i64());
        let not_below = low.map_or_else(|| value.is_nonnegative(), |low| low >= int.small_min);
        not_below && most <= int.small_max
    }

    // ---- inputs of callees ---------------------------------------------------------------

    /// What stands at `place` of a call's arguments.
    pub(super) fn resolve(&mut self, place: &Place, arguments: &[Value]) -> Value {
        let mut value = match place.root {
            Root::Parameter(at) => arguments.get(at as usize).cloned().unwrap_or_default(),
            Root::Cell(cell) => self.value(cell),
        };
        for step in &place.steps {
            value = self.part(&value, *step);
        }
        let Some(walk) = &place.below else {
            return value;
        };
        // Only of inputs it is known what a walk comes to.
        let Some(start) = &value.place else {
            return Value::default();
        };
        let start = Place::clone(start).walked(walk.ways.clone());
        let symbols = self.context.input.symbols;
        let end = (walk.then.iter()).try_fold(start, |place, step| place.then(*step, symbols));
        end.map_or_else(Value::default, Value::input)
    }

    /// How many elements a place of a call's arguments sums up of which only the largest is known:
    /// those of what is not an input.
    fn times(&mut self, place: &Place, arguments: &[Value]) -> Option<Expr> {
        let mut times = Expr::one();
        let mut start = Place::clone(place);
        for at in (0..place.steps.len()).filter(|at| place.steps[*at] == Step::Each) {
            start.steps = place.steps[..at].to_vec();
            start.below = None;
            let whole = self.resolve(&start, arguments);
            if whole.place.is_none() {
                times = &times * &self.length(&whole)?;
            }
        }
        Some(times)
    }

    /// What a callee's measures are at a call.
    pub(super) fn substitution(
        &mut self,
        summary: &FunctionSummary,
        arguments: &[Value],
    ) -> Substitution {
        let mut substitution = Substitution::new();
        for measure in &summary.measures {
            let value = self.resolve(&measure.place, arguments);
            let times = self.times(&measure.place, arguments);
            let found = match measure.quantity {
                Quantity::Number => self.number(&value),
                Quantity::Length => self.length(&value),
                Quantity::Text => self.known_text_length(&value),
                Quantity::Nodes | Quantity::Depth => {
                    let place = value.place.clone().filter(|place| place.below.is_some());
                    place.map(|place| self.measure(&place, measure.quantity))
                }
            };
            let found = found.zip(times).map(|(found, times)| &found * &times);
            let found = found.filter(|found| found.has_at_most(MAX_VALUE_TERMS));
            let by = found.unwrap_or_else(|| {
                let name = self.context.input.symbols.text(summary.name);
                let quantity = format!("{} of {name}", measure.symbol.name());
                let reason = "the argument does not determine it";
                let seen = Seen::Input(measure.clone());
                self.traced_at(&quantity, reason, (summary.module, summary.line), seen)
            });
            substitution.insert(measure.symbol.clone(), by);
        }
        for unknown in &summary.unknowns {
            if !self.unknowns.contains(unknown) && self.unknowns.len() < self.most_unknowns() {
                self.unknowns.push(unknown.clone());
            } else if !self.unknowns.contains(unknown) {
                let (name, traces) = (unknown.symbol.name(), unknown.traces.clone());
                let by = self.untold(name, "unknown in a callee", traces);
                substitution.insert(unknown.symbol.clone(), by);
            }
        }
        substitution
    }

    pub(super) fn object_name(&self, object: Obj) -> &'a str {
        let context = self.context;
        let name = context.name(object);
        name.strip_prefix("builtins.").unwrap_or(name)
    }
}

fn base_of(value: &Value) -> Option<Base> {
    match (value.container, &value.place) {
        (Some(container), _) => Some(Base::Container(container)),
        (None, Some(place)) => Some(Base::Place(Arc::clone(&place.text))),
        _ => None,
    }
}
