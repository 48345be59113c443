//! Where the variables and objects of a program stand, and what to call them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heapcast_facts::{Call, Field, FieldKind, Map, Obj, ObjectKind, Symbol, Var};
use heapcast_rules::Record;

use super::{CallNames, Solved};
use crate::ir::{self, Op};
use crate::program::Program;

/// A file and a line.
pub(super) type Place = (Arc<str>, u32);

/// See the module.
pub(super) struct Places<'a> {
    pub(super) solved: &'a Solved,
    /// The file of the function that is explained: of places in it, prose has the line alone.
    pub(super) here: Option<Arc<str>>,
    names: CallNames<'a>,
    paths: Map<Obj, Arc<str>>,
    lines: Map<Var, u32>,
    /// Where a variable is stored, and in which cell or object.
    writes: Map<Var, Vec<(u32, Var)>>,
    /// Where a variable is returned, yielded or raised.
    handed: Map<Var, u32>,
    owners: Map<Var, Obj>,
    objects: Map<Obj, (Obj, u32)>,
    classes: Map<Obj, Obj>,
    /// The functions and names of parameters.
    parameters: Map<Var, (Obj, Symbol)>,
    /// The names of variables that functions share.
    cells: Map<Var, Symbol>,
    calls: Map<Call, (Obj, u32)>,
    results: Map<Var, Call>,
    /// The calls that pass a variable, by position, name or as the receiver.
    passing: Map<Var, Vec<Call>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(solved: &'a Solved) -> Self {
        let Solved { program, derived } = solved;
        let facts = &program.facts;
        let files = program.modules.iter();
        let paths = files.map(|info| (info.object, Arc::from(info.display.as_str())));
        let mut places = Self {
            solved,
            here: None,
            names: CallNames::new(program, derived),
            paths: paths.collect(),
            lines: Map::default(),
            writes: Map::default(),
            handed: Map::default(),
            owners: facts.variable_in.iter().copied().collect(),
            objects: Map::default(),
            classes: facts.instance_of.iter().copied().collect(),
            parameters: Map::default(),
            cells: Map::default(),
            calls: Map::default(),
            results: Map::default(),
            passing: Map::default(),
        };
        for &(object, module, line) in &facts.object_line {
            places.objects.insert(object, (module, line));
        }
        for &(call, function, line) in &facts.call_in {
            places.calls.insert(call, (function, line));
        }
        for &(call, var) in &facts.call_result {
            places.results.insert(var, call);
        }
        for &(_, name, cell) in &facts.module_global {
            places.cells.insert(cell, name);
        }
        places.index_passing();
        for function in program.code.iter().flat_map(|module| &module.functions) {
            places.index_function(function);
        }
        places
    }

    fn index_passing(&mut self) {
        let facts = &self.solved.program.facts;
        let positional = facts.actual.iter().map(|&(call, _, var)| (call, var));
        let named = facts
            .actual_keyword
            .iter()
            .map(|&(call, _, var)| (call, var));
        let starred = facts.actual_star.iter().map(|&(call, _, var)| (call, var));
        let spread = facts.actual_star_star.iter().copied();
        let receivers = facts.method_call.iter().map(|&(call, var, _)| (call, var));
        let all = positional.chain(named).chain(starred).chain(spread);
        for (call, var) in all.chain(receivers) {
            self.passing.entry(var).or_default().push(call);
        }
    }

    fn index_function(&mut self, function: &ir::Function) {
        for parameter in &function.parameters {
            let own = (function.object, parameter.name);
            self.parameters.insert(parameter.var, own);
            self.lines.insert(parameter.var, function.line);
        }
        ir::visit_items(&function.body, &mut |item| {
            if let Some(to) = ir::defined(&item.op) {
                self.lines.insert(to, item.line);
            }
            self.index_step(item);
        });
    }

    fn index_step(&mut self, item: &ir::Item) {
        let mut write = |from: Var, to: Var| {
            self.writes.entry(from).or_default().push((item.line, to));
        };
        match &item.op {
            Op::StoreCell { cell, from, name } => {
                write(*from, *cell);
                self.cells.insert(*cell, *name);
            }
            Op::SetAttribute { base, from, .. } | Op::SetSubscript { base, from, .. } => {
                write(*from, *base);
            }
            Op::Display { to, elements, .. } => {
                elements.iter().for_each(|&(from, _)| write(from, *to));
            }
            Op::DictDisplay { to, entries, .. } => {
                let parts = entries
                    .iter()
                    .flat_map(|&(key, value)| key.into_iter().chain([value]));
                parts.for_each(|from| write(from, *to));
            }
            Op::Return { from } | Op::Raise { from } => {
                if let Some(from) = from {
                    self.handed.insert(*from, item.line);
                }
            }
            Op::Yield { from, .. } | Op::YieldFrom { from, .. } => {
                self.handed.insert(*from, item.line);
            }
            Op::Loop(inner) => {
                if let ir::LoopKind::For { element, .. } = inner.kind {
                    self.lines.insert(element, item.line);
                }
            }
            _ => {}
        }
    }

    // ---- where ---------------------------------------------------------------------------

    /// The file of the code of a function, or of a module.
    fn path(&self, function: Obj) -> Option<Arc<str>> {
        let module = self.objects.get(&function).map_or(function, |row| row.0);
        self.paths.get(&module).cloned()
    }

    /// Where a variable is defined.
    pub(super) fn of_var(&self, var: Var) -> Option<Place> {
        let line = *self.lines.get(&var)?;
        Some((self.path(*self.owners.get(&var)?)?, line))
    }

    /// A line of the function that a variable belongs to.
    pub(super) fn beside(&self, var: Var, line: u32) -> Option<Place> {
        Some((self.path(*self.owners.get(&var)?)?, line))
    }

    /// Where a call stands.
    pub(super) fn of_call(&self, call: Call) -> Option<Place> {
        let &(function, line) = self.calls.get(&call)?;
        Some((self.path(function)?, line))
    }

    /// Where a function, class or allocation stands.
    pub(super) fn of_object(&self, object: Obj) -> Option<Place> {
        match self.solved.derived.record(object) {
            Some(Record::Instance(call, _)) => self.of_call(call),
            Some(Record::Copy(_, of) | Record::Bound(of, _)) => self.of_object(of),
            Some(_) => None,
            None => {
                let &(module, line) = self.objects.get(&object)?;
                Some((self.paths.get(&module).cloned()?, line))
            }
        }
    }

    /// Where a variable is stored in another, or in an object that this one holds.
    pub(super) fn of_write(&self, from: Var, to: impl Fn(Var) -> bool) -> Option<Place> {
        let writes = self.writes.get(&from)?;
        let &(line, base) = writes.iter().find(|(_, base)| to(*base))?;
        self.beside(base, line).or_else(|| self.beside(from, line))
    }

    /// Where a variable is returned, yielded or raised.
    pub(super) fn of_handing(&self, var: Var) -> Option<Place> {
        self.beside(var, *self.handed.get(&var)?)
    }

    // ---- what ----------------------------------------------------------------------------

    pub(super) fn parameter(&self, var: Var) -> Option<(Obj, &str)> {
        let &(function, name) = self.parameters.get(&var)?;
        Some((function, self.solved.program.symbols.text(name)))
    }

    pub(super) fn cell(&self, var: Var) -> Option<&str> {
        let name = self.cells.get(&var)?;
        Some(self.solved.program.symbols.text(*name))
    }

    pub(super) fn owner(&self, var: Var) -> Option<Obj> {
        self.owners.get(&var).copied()
    }

    /// The call whose result a variable receives.
    pub(super) fn result(&self, var: Var) -> Option<Call> {
        self.results.get(&var).copied()
    }

    /// The calls that pass a variable.
    pub(super) fn passing(&self, var: Var) -> &[Call] {
        self.passing.get(&var).map_or(&[], Vec::as_slice)
    }

    /// Whether a call may go to a function.
    pub(super) fn goes_to(&self, call: Call, function: Obj) -> bool {
        let targets = &self.solved.derived.call_target;
        targets.binary_search(&(call, function)).is_ok()
    }

    /// What a call may go to.
    pub(super) fn targets(&self, call: Call) -> impl Iterator<Item = Obj> {
        let targets = &self.solved.derived.call_target;
        let start = targets.partition_point(|row| row.0 < call);
        let rest = targets.get(start..).unwrap_or_default().iter();
        rest.take_while(move |row| row.0 == call).map(|row| row.1)
    }

    /// Whether a variable may hold an object.
    pub(super) fn holds(&self, var: Var, object: Obj) -> bool {
        let held = &self.solved.derived.var_points_to;
        held.binary_search(&(var, object)).is_ok()
    }

    pub(super) fn kind(&self, object: Obj) -> Option<ObjectKind> {
        self.names.kind(object)
    }

    /// The name of a function or class; of others, nothing.
    pub(super) fn name(&self, object: Obj) -> Option<String> {
        let name = match self.kind(object) {
            Some(ObjectKind::Class | ObjectKind::ModelClass) => self.names.static_name(object),
            _ => self.names.callee(object),
        }?;
        let builtin = name.strip_prefix("builtins.");
        let builtin = builtin.or_else(|| name.strip_prefix("<builtin>."));
        Some(builtin.map_or_else(|| name.clone(), str::to_owned))
    }

    /// An object in prose.
    pub(super) fn object(&self, object: Obj) -> String {
        let made = |what: &str, place: Option<Place>| match place {
            Some((path, line)) if self.here.as_ref() == Some(&path) => {
                format!("the {what} of line {line}")
            }
            Some((path, line)) => {
                let file = path.rsplit(['/', '\\']).next().unwrap_or(&path);
                format!("the {what} of {file}:{line}")
            }
            None => format!("a {what}"),
        };
        let class_of = |class: Obj| {
            let name = self.name(class).unwrap_or_else(|| "object".to_owned());
            name.rsplit('.').next().unwrap_or(&name).to_owned()
        };
        match self.solved.derived.record(object) {
            Some(Record::Instance(call, class)) => made(&class_of(class), self.of_call(call)),
            Some(Record::AnyInstance(class)) => format!("any {}", class_of(class)),
            Some(Record::ExternalInstance(class)) => {
                format!("an instance of {}", self.object(class))
            }
            Some(Record::Bound(function, _)) => self.object(function),
            Some(Record::Super(class, _)) => format!("super() of {}", class_of(class)),
            Some(Record::Namespace(of)) => format!("the attributes of {}", self.object(of)),
            Some(Record::Copy(_, of)) => self.object(of),
            Some(Record::Member(..)) => self.quoted(object),
            None => match self.kind(object) {
                Some(ObjectKind::Site) | None => {
                    let class = self.classes.get(&object).map(|class| class_of(*class));
                    made(class.as_deref().unwrap_or("object"), self.of_object(object))
                }
                Some(ObjectKind::Class | ObjectKind::ModelClass) => {
                    format!("class {}", self.quoted(object))
                }
                Some(ObjectKind::Module | ObjectKind::ModelModule) => {
                    format!("module {}", self.quoted(object))
                }
                Some(_) => self.quoted(object),
            },
        }
    }

    fn quoted(&self, object: Obj) -> String {
        let name = self.name(object).or_else(|| self.names.static_name(object));
        format!("`{}`", name.as_deref().unwrap_or("?"))
    }

    /// A field in prose.
    pub(super) fn field(&self, field: Field) -> String {
        let text = |name: Symbol| self.solved.program.symbols.text(name);
        match field.kind() {
            FieldKind::Attribute(name) => format!("attribute `{}`", text(name)),
            FieldKind::Key(name) => format!("the element under {:?}", text(name)),
            FieldKind::Index(at) => format!("element {at}"),
            FieldKind::Unknown | FieldKind::All => "an element".to_owned(),
            FieldKind::Keys => "a key".to_owned(),
        }
    }
}

/// The calls of the functions on a line, or on any.
pub(super) fn calls_on(
    program: &Program,
    functions: &[Obj],
    on: impl Fn(u32) -> bool,
) -> BTreeMap<Call, u32> {
    let implied: BTreeSet<Call> = program.facts.implied_call.iter().map(|row| row.0).collect();
    let rows = program.facts.call_in.iter();
    rows.filter(|(_, function, line)| functions.contains(function) && on(*line))
        .filter(|(call, ..)| !implied.contains(call))
        .map(|&(call, _, line)| (call, line))
        .collect()
}
