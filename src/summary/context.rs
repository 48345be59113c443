//! What the post-pass looks up: facts and derived relations, indexed once.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use heapcast_facts::{Call, FixedState, Map, Obj, ObjectKind, Region, Symbol, Var};
use heapcast_rules::{Record, Via};

use super::constants::Constants;
use super::index::Index;
use super::specialise::Specialised;
use super::uses::Uses;
use super::value::{Kind, Value};
use super::{FunctionSummary, SummaryInput};
use crate::algebra::{Expr, Rational, TypeName};
use crate::ir::{Argument, Const, Function, Op, visit};

type Set<K> = HashSet<K, FixedState>;

/// How large the instances of a class are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) attributes: usize,
    pub(super) slotted: bool,
}

/// See the module.
pub(super) struct Context<'a> {
    pub(super) input: &'a SummaryInput<'a>,
    /// Every function with its module.
    pub(super) functions: Vec<(&'a Function, Obj)>,
    pub(super) by_object: Map<Obj, u32>,
    index: Index,
    objects: Vec<Option<(ObjectKind, Symbol)>>,
    implied: Vec<(Var, Call)>,
    classes: Map<Obj, Obj>,
    layouts: Map<Obj, Layout>,
    /// The classes of the program whose instances are containers of a builtin kind.
    own_containers: Map<Obj, Kind>,
    /// The iterator of each element that a loop takes.
    iterators: Map<Var, Vec<Var>>,
    captures: Set<(Obj, Var)>,
    captured: Map<Obj, u64>,
    regions: Map<Region, u32>,
    cells: Map<Var, Cell>,
    annotations: Map<Var, Var>,
    constants: Map<Var, Value>,
    /// How often each cell is written to, in the code.
    stores: Map<Var, u32>,
    /// The attributes that are bound outside of constructors.
    rebound: Set<Symbol>,
    /// The variables of modules.
    globals: Set<Var>,
    /// The component of each function, and whether it is recursive.
    pub(super) component: Vec<u32>,
    pub(super) cyclic: Vec<bool>,
    /// Whether each function is the only one of its component.
    pub(super) alone: Vec<bool>,
    type_names: Vec<TypeName>,
    /// The methods of the project's classes by name, with their classes.
    methods: Map<Symbol, Vec<(Obj, Obj)>>,
    pub(super) done: Vec<OnceLock<Arc<FunctionSummary>>>,
    /// The functions whose summaries are there when a function is interpreted, sorted.
    pub(super) before: Vec<Vec<u32>>,
    /// What each function does with its variables, once it is interpreted.
    uses: Vec<OnceLock<Arc<Uses>>>,
    /// The summaries of functions for certain arguments.
    pub(super) specialised: Specialised,
}

/// A number with few decimal places.
fn thousandths(number: f64) -> Option<Expr> {
    let scaled = (number * 1000.0).round();
    let exact = scaled.abs() < 1e15 && (scaled / 1000.0).to_bits() == number.to_bits();
    let number = Rational::new(scaled as i64, 1000).filter(|_| exact)?;
    Some(Expr::constant(number))
}

/// A method of a value of unknown type may be that of this many classes.
pub(super) const MAX_CANDIDATES: usize = 8;

#[derive(Debug, Clone, Default)]
struct Cell {
    name: Symbol,
}

/// The rows of a sorted relation whose first column is `key`.
fn rows<T, K: Ord + Copy>(relation: &[T], key: K, column: impl Fn(&T) -> K) -> &[T] {
    let start = relation.partition_point(|row| column(row) < key);
    let rest = relation.get(start..).unwrap_or_default();
    let length = rest.partition_point(|row| column(row) == key);
    rest.get(..length).unwrap_or_default()
}

impl<'a> Context<'a> {
    pub(super) fn new(input: &'a SummaryInput<'a>) -> Self {
        let mut functions = Vec::new();
        for module in input.modules {
            let owner = module
                .functions
                .first()
                .map_or(heapcast_facts::PROGRAM, |f| f.object);
            functions.extend(module.functions.iter().map(|function| (function, owner)));
        }
        let by_object = functions
            .iter()
            .zip(0..)
            .map(|((function, _), at)| (function.object, at))
            .collect();
        let count = functions.len();
        let mut context = Self {
            input,
            functions,
            by_object,
            index: Index::of(input),
            objects: Vec::new(),
            implied: Vec::new(),
            classes: Map::default(),
            layouts: Map::default(),
            own_containers: Map::default(),
            iterators: Map::default(),
            captures: Set::default(),
            captured: Map::default(),
            regions: input
                .facts
                .region
                .iter()
                .map(|row| (row.0, row.3))
                .collect(),
            cells: Map::default(),
            annotations: input.facts.annotated.iter().copied().collect(),
            constants: Map::default(),
            stores: Map::default(),
            rebound: Set::default(),
            globals: input.facts.module_global.iter().map(|row| row.2).collect(),
            component: Vec::new(),
            cyclic: Vec::new(),
            alone: Vec::new(),
            type_names: Kind::ALL
                .iter()
                .map(|kind| TypeName::new(kind.name()))
                .collect(),
            methods: Map::default(),
            done: (0..count).map(|_| OnceLock::new()).collect(),
            before: Vec::new(),
            uses: (0..count).map(|_| OnceLock::new()).collect(),
            specialised: Specialised::new(count),
        };
        context.index_objects();
        context.index_implied();
        context.index_layouts();
        context.index_cells();
        context.index_captures();
        context.index_methods();
        context.index_rebound();
        context
    }

    /// Whether a function is to be explained.
    pub(super) fn is_noted(&self, function: Obj) -> bool {
        self.input.noted.contains(&function)
    }

    fn index_objects(&mut self) {
        let facts = self.input.facts;
        let last = facts
            .object
            .iter()
            .map(|(object, _, _)| object.index())
            .max();
        self.objects = vec![None; last.map_or(0, |last| last + 1)];
        for &(object, kind, name) in &facts.object {
            self.objects[object.index()] = Some((kind, name));
        }
        self.classes.extend(facts.instance_of.iter().copied());
    }

    fn index_implied(&mut self) {
        let facts = self.input.facts;
        let implied: Set<Call> = facts.implied_call.iter().map(|(call,)| *call).collect();
        let results = facts
            .call_result
            .iter()
            .filter(|(call, _)| implied.contains(call));
        self.implied = results.map(|&(call, var)| (var, call)).collect();
        for &(iterable, element) in &facts.iterate {
            self.iterators.entry(element).or_default().push(iterable);
        }
        self.implied.sort_unstable();
    }

    fn index_layouts(&mut self) {
        let facts = self.input.facts;
        let mut own: Map<Obj, Set<Symbol>> = Map::default();
        for &(class, name) in &facts.instance_attribute {
            own.entry(class).or_default().insert(name);
        }
        for &(class, _, name) in &facts.data_field {
            own.entry(class).or_default().insert(name);
        }
        let slots = self.input.symbols.get("__slots__");
        let attributes = facts.class_attribute.iter();
        let slotted: Set<Obj> = attributes
            .filter(|(_, name, _)| Some(*name) == slots)
            .map(|&(class, _, _)| class)
            .collect();
        let mut classes: Vec<Obj> = facts.object.iter().map(|row| row.0).collect();
        classes.retain(|&class| self.kind(class) == Some(ObjectKind::Class));
        for class in classes {
            let mut names: Set<Symbol> = own.get(&class).cloned().unwrap_or_default();
            let mut kind = Kind::Unknown;
            for &(_, _, base) in rows(&self.input.derived.mro, class, |row| row.0) {
                names.extend(own.get(&base).into_iter().flatten().copied());
                if self.kind(base) == Some(ObjectKind::ModelClass) && kind == Kind::Unknown {
                    kind = Kind::of_class(self.name(base));
                }
            }
            if matches!(kind, Kind::Dict | Kind::List | Kind::Set) {
                self.own_containers.insert(class, kind);
            }
            let slotted = slotted.contains(&class);
            let layout = Layout {
                attributes: names.len(),
                slotted,
            };
            self.layouts.insert(class, layout);
        }
    }

    /// Cells with the constants that they hold, where one store gives them one.
    fn index_cells(&mut self) {
        let facts = self.input.facts;
        for &(_, name, cell) in &facts.module_global {
            self.cells.entry(cell).or_default().name = name;
        }
        let mut cells = std::mem::take(&mut self.cells);
        for (function, _) in &self.functions {
            visit(&function.body, &mut |op| {
                if let Op::StoreCell { cell, name, .. } = op {
                    let known = cells.entry(*cell).or_default();
                    known.name = *name;
                }
            });
        }
        self.cells = cells;
        let functions = self.functions.iter().map(|(function, _)| *function);
        let constant = |value: &Const| self.constant(value);
        let compiled = |call: Call, arguments: &[Argument]| self.compiled(call, arguments);
        let symbols = self.input.symbols;
        let constants = Constants::of(functions, symbols, &constant, &compiled);
        let (found, stores) = (constants.found, constants.stores);
        self.constants = found;
        self.stores = stores;
    }

    /// The argument that the result of a library's function stands for, if it is the only one.
    fn compiled(&self, call: Call, arguments: &[Argument]) -> Option<Var> {
        let ([(_, target)], [Argument::Positional(only)]) = (self.targets(call), arguments) else {
            return None;
        };
        let cost = self.input.models.costs(self.name(*target))?;
        cost.text_of.is_some().then_some(*only)
    }

    /// Which functions use cells of enclosing functions.
    fn index_captures(&mut self) {
        let facts = self.input.facts;
        let local = facts.variable_in.iter().filter(|(var, owner)| {
            self.cells.contains_key(var) && self.kind(*owner) == Some(ObjectKind::Function)
        });
        let owners: Map<Var, Obj> = local.copied().collect();
        let mut captures: Set<(Obj, Var)> = facts.captures.iter().copied().collect();
        if !owners.is_empty() {
            for (function, _) in &self.functions {
                let own = function.object;
                visit(&function.body, &mut |op| {
                    super::keeping::operands(self, op, &mut |var| {
                        if owners.get(&var).is_some_and(|owner| *owner != own) {
                            captures.insert((own, var));
                        }
                    });
                });
            }
        }
        for (function, _) in &captures {
            *self.captured.entry(*function).or_default() += 1;
        }
        self.captures = captures;
    }

    fn index_methods(&mut self) {
        let mut methods: Map<Symbol, Vec<(Obj, Obj)>> = Map::default();
        for &(class, name, var) in &self.input.facts.class_attribute {
            if self.kind(class) != Some(ObjectKind::Class) {
                continue;
            }
            let own = |function: &Obj| self.by_object.contains_key(function);
            if let Some(function) = self.points_to(var).find(own) {
                methods.entry(name).or_default().push((class, function));
            }
        }
        self.methods = methods;
    }

    fn index_rebound(&mut self) {
        let mut rebound: Set<Symbol> = Set::default();
        for (function, _) in &self.functions {
            let own = self.is_constructor(function);
            let own = function.parameters.first().filter(|_| own).map(|p| p.var);
            visit(&function.body, &mut |op| match op {
                Op::SetAttribute { base, name, .. } if Some(*base) != own => {
                    rebound.insert(*name);
                }
                Op::DeleteAttribute { name, .. } => {
                    rebound.insert(*name);
                }
                _ => {}
            });
        }
        self.rebound = rebound;
    }

    /// Whether a function makes what a new instance has.
    pub(super) fn is_constructor(&self, function: &Function) -> bool {
        self.short_name(function.object).ends_with(".__init__")
    }

    /// Whether an attribute is bound in constructors alone, to what they are called on.
    pub(super) fn is_bound_once(&self, attribute: Symbol) -> bool {
        !self.rebound.contains(&attribute)
    }

    /// Whether a function calls itself, and no other that calls it.
    pub(super) fn calls_itself(&self, at: usize) -> bool {
        self.is_in_cycle(at) && self.alone.get(at) == Some(&true)
    }

    /// Whether a function calls itself, if only through others.
    pub(super) fn is_in_cycle(&self, at: usize) -> bool {
        let component = self.component.get(at).copied();
        component.and_then(|own| self.cyclic.get(own as usize)) == Some(&true)
    }

    /// What a function does with its variables.
    pub(super) fn uses_of(&self, at: usize, function: &Function) -> Arc<Uses> {
        let found = || Arc::new(Uses::of(self, function));
        let slot = self.uses.get(at);
        slot.map_or_else(found, |slot| Arc::clone(slot.get_or_init(found)))
    }

    /// The methods of that name of the project's classes, with their classes.
    pub(super) fn methods(&self, name: Symbol) -> &[(Obj, Obj)] {
        self.methods.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whether a class of the project itself has a method of that name.
    pub(super) fn has_method(&self, class: Obj, name: Symbol) -> bool {
        self.methods(name).iter().any(|(own, _)| *own == class)
    }

    /// The value of a constant.
    pub(super) fn constant(&self, value: &Const) -> Value {
        match value {
            Const::None | Const::Ellipsis => Value::of(Kind::None),
            Const::Bool(truth) => {
                let number = Some(Expr::from(i64::from(*truth)));
                Value {
                    kind: Kind::Bool,
                    number,
                    ..Value::default()
                }
            }
            Const::Int(number) => Value::int(Expr::from(*number)),
            Const::BigInt { .. } => Value::of(Kind::Int),
            Const::Float(number) => Value {
                number: thousandths(*number),
                ..Value::of(Kind::Float)
            },
            Const::Complex => Value::of(Kind::Complex),
            Const::Str(text) => {
                let length = self.input.symbols.text(*text).chars().count();
                let length = Some(super::sizes::number(length as u64));
                Value {
                    literal: Some(*text),
                    ..Value::sized(Kind::Str, length)
                }
            }
            Const::Bytes { length } => {
                Value::sized(Kind::Bytes, Some(super::sizes::number(*length)))
            }
        }
    }

    /// The path of the file that a function stands in.
    pub(super) fn path(&self, function: usize) -> Arc<str> {
        let module = self.functions.get(function).map(|(_, module)| *module);
        (self.input.file_of)(module.unwrap_or(heapcast_facts::PROGRAM))
    }

    /// The name of a function within its module.
    pub(super) fn short_name(&self, function: Obj) -> &str {
        let name = self.name(function);
        let module = self.by_object.get(&function);
        let module = module.and_then(|at| self.functions.get(*at as usize));
        let module = module.map_or("", |(_, module)| self.name(*module));
        let inside = name
            .strip_prefix(module)
            .and_then(|rest| rest.strip_prefix('.'));
        inside.unwrap_or(name)
    }

    /// The line on which a region starts.
    pub(super) fn line_of(&self, region: Region) -> Option<u32> {
        self.regions.get(&region).copied()
    }

    pub(super) fn kind(&self, object: Obj) -> Option<ObjectKind> {
        self.objects
            .get(object.index())
            .copied()
            .flatten()
            .map(|(kind, _)| kind)
    }

    pub(super) fn name(&self, object: Obj) -> &str {
        let name = self.objects.get(object.index()).copied().flatten();
        name.map_or("", |(_, name)| self.input.symbols.text(name))
    }

    pub(super) fn targets(&self, call: Call) -> &'a [(Call, Obj)] {
        (self.index.targets).rows(&self.input.derived.call_target, call.index())
    }

    pub(super) fn instantiates(&self, call: Call) -> &'a [(Call, Obj)] {
        (self.index.instantiates).rows(&self.input.derived.instantiates, call.index())
    }

    /// Whether `function` gets a receiver from `call`.
    pub(super) fn is_bound(&self, call: Call, function: Obj) -> bool {
        let receivers = &self.input.derived.call_receiver;
        let rows = self.index.receivers.rows(receivers, call.index());
        rows.iter().any(|&(_, target, _)| target == function)
    }

    /// The calls that syntax implies and whose result `var` receives.
    pub(super) fn implied(&self, var: Var) -> impl Iterator<Item = Call> + '_ {
        rows(&self.implied, var, |row| row.0)
            .iter()
            .map(|&(_, call)| call)
    }

    /// Through what something reachable from a call's result `var` outlives `region`.
    pub(super) fn parts_outlive(&self, var: Var, region: Region) -> &'a [(Var, Region, Via)] {
        let own = (self.index.parts_outlive).rows(self.input.parts_outlive, var.index());
        rows(own, region, |row| row.1)
    }

    /// Through what the value of `var` outlives `region`.
    pub(super) fn outlives(&self, var: Var, region: Region) -> &'a [(Var, Region, Via)] {
        let own = (self.index.outlives).rows(&self.input.derived.outlives, var.index());
        rows(own, region, |row| row.1)
    }

    /// Whether the elements of a generator expression are let go of one by one, and if so, whether a
    /// loop goes over them.
    pub(super) fn taken_singly(&self, generator: Var) -> Option<bool> {
        let found = rows(&self.input.derived.singly, generator, |row| row.0).first();
        found.map(|row| row.1)
    }

    /// Whether a modelled function lets go of each element of its first argument before the next.
    pub(super) fn takes_first_singly(&self, function: Obj) -> bool {
        let facts = self.input.facts;
        let mut taken = facts.takes_singly.iter().filter(|row| row.0 == function);
        taken.any(|row| facts.formal.contains(&(function, 0, row.1)))
    }

    /// How many cells of other functions a function captures.
    pub(super) fn captured(&self, function: Obj) -> u64 {
        self.captured.get(&function).copied().unwrap_or(0)
    }

    pub(super) fn captures(&self, function: Obj, cell: Var) -> bool {
        self.captures.contains(&(function, cell))
    }

    pub(super) fn cell_name(&self, cell: Var) -> Option<&str> {
        self.cells
            .get(&cell)
            .map(|cell| self.input.symbols.text(cell.name))
    }

    pub(super) fn constant_of(&self, var: Var) -> Option<&Value> {
        self.constants.get(&var)
    }

    /// Whether the code writes to a cell at one place only.
    pub(super) fn is_stored_once(&self, cell: Var) -> bool {
        self.stores.get(&cell) == Some(&1) && !self.globals.contains(&cell)
    }

    /// Whether a variable of a module holds a function or class, whatever happens.
    pub(super) fn code_of(&self, var: Var) -> Option<Kind> {
        if !self.globals.contains(&var) || self.stores.get(&var).is_some_and(|times| *times > 1) {
            return None;
        }
        let mut found = self.points_to(var);
        let kind = match (self.kind(found.next()?), found.next()) {
            (Some(ObjectKind::Function), None) => Kind::Function,
            (Some(ObjectKind::Class), None) => Kind::Class,
            _ => return None,
        };
        Some(kind)
    }

    /// Whether an object is a class of the project.
    pub(super) fn is_own_class(&self, object: Obj) -> bool {
        self.kind(object) == Some(ObjectKind::Class) && self.layouts.contains_key(&object)
    }

    pub(super) fn layout(&self, class: Obj) -> Option<Layout> {
        self.layouts.get(&class).copied()
    }

    pub(super) fn type_name(&self, kind: Kind) -> TypeName {
        let known = self.type_names.get(kind as usize);
        known.cloned().unwrap_or_else(|| TypeName::new(kind.name()))
    }

    pub(super) fn class_name(&self, class: Obj) -> TypeName {
        TypeName::new(self.name(class))
    }

    /// What a variable holds first, by name, where points-to knows of an object.
    pub(super) fn points_to(&self, var: Var) -> impl Iterator<Item = Obj> + '_ {
        let points_to = &self.input.derived.var_points_to;
        let rows = self.index.points_to.rows(points_to, var.index());
        rows.iter().map(|&(_, object)| object)
    }

    /// The kind of what a variable holds, where all that it may point to is alike.
    pub(super) fn kind_of(&self, var: Var) -> Kind {
        let mut found = Kind::Unknown;
        for object in self.points_to(var).take(8) {
            let kind = self.kind_of_object(object);
            if kind == Kind::Unknown || (found != Kind::Unknown && found != kind) {
                return Kind::Unknown;
            }
            found = kind;
        }
        found
    }

    /// Whether an object calls another one with arguments of its own.
    pub(super) fn is_partial(&self, object: Obj) -> bool {
        let class = self.class_of_object(object);
        class.is_some_and(|class| self.name(class) == "functools.partial")
    }

    fn kind_of_object(&self, object: Obj) -> Kind {
        let class = self.class_of_object(object);
        class.map_or(Kind::Unknown, |class| self.kind_of_class(class))
    }

    /// The kind of the instances of a class, if that is builtin or inherits from a builtin container.
    pub(super) fn kind_of_class(&self, class: Obj) -> Kind {
        let own = self.own_containers.get(&class).copied();
        own.unwrap_or_else(|| Kind::of_class(self.name(class)))
    }

    /// The iterator that a loop takes an element from.
    pub(super) fn iterator_of(&self, element: Var, iterable: Var) -> Option<Var> {
        let all = self.iterators.get(&element)?.iter().copied();
        all.into_iter().find(|var| *var != iterable)
    }

    pub(super) fn class_of_object(&self, object: Obj) -> Option<Obj> {
        match self.input.derived.record(object) {
            Some(Record::Instance(_, class) | Record::AnyInstance(class)) => Some(class),
            Some(Record::Copy(_, original)) => self.classes.get(&original).copied(),
            _ => self.classes.get(&object).copied(),
        }
    }

    /// Whether all that a variable may hold are instances of the program's classes.
    pub(super) fn holds_own_instances(&self, var: Var) -> bool {
        let is_own = |object: Obj| {
            let class = self.class_of_object(object);
            class.is_some_and(|class| self.kind(class) == Some(ObjectKind::Class))
        };
        let mut found = self.points_to(var).peekable();
        found.peek().is_some() && found.all(is_own)
    }

    /// The kind that a parameter's annotation names.
    pub(super) fn annotated(&self, var: Var) -> Kind {
        let Some(&annotation) = self.annotations.get(&var) else {
            return Kind::Unknown;
        };
        let mut classes = self.points_to(annotation);
        match (classes.next(), classes.next()) {
            (Some(class), None) => Kind::of_class(self.name(class)),
            _ => Kind::Unknown,
        }
    }
}
