//! The nodes that values flow between, and the copies of cloned functions.
//!
//! A node is a variable of the program, or one that the rules make up: the copy of a variable, a
//! field of an object, what looking an attribute up gives. Each is the same whenever it is made
//! of the same parts.

use heapcast_facts::{Call, Field, FieldKind, Obj, ObjectKind, PROGRAM, Region, Var};

use super::{NO_VAR, World};
use crate::Record;

/// Which copy of a cloned function's code something belongs to; 0 is the code as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Context(pub(crate) u32);

/// The code as it stands.
pub(crate) const PLAIN: Context = Context(0);

/// How deeply copies of functions of the project may nest.
const CLONE_DEPTH: u32 = 3;

/// All copies together have at most that many variables more than the program has.
const COPIED_VARIABLES: usize = 100_000;

/// How much may meet in one place: less in larger programs, where more of it does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How many values may arrive at one node along edges; one is counted for each edge.
    data: u16,
    /// How many functions, classes and modules may, and exceptions where they are caught.
    code: u16,
    /// How many functions, classes and modules may in a copy, which is there to tell calls apart.
    copied_code: u16,
    /// How many functions and classes an attribute may have, and a call may go to.
    registry: u16,
    /// A call passes arguments to at most that many of the functions that it may go to.
    targets: u32,
    /// And a call in a copy.
    copied_targets: u32,
}

impl Limits {
    /// The limits for a program of that many variables.
    pub(super) fn of(vars: usize) -> Self {
        let data = (3_000_000 / vars.max(1)).clamp(12, MOST_DATA as usize) as u16;
        let code = (data * data * 5 / MOST_DATA).max(LEAST_CODE);
        let targets = u32::from(data).clamp(24, 40);
        Self {
            data,
            code,
            copied_code: code * data / MOST_DATA,
            registry: REGISTRY,
            targets,
            copied_targets: targets * u32::from(data) / u32::from(MOST_DATA),
        }
    }
}

/// How many functions and classes may meet in an attribute and where that is called.
const REGISTRY: u16 = 1500;

/// How many values may arrive at one node in a small program.
const MOST_DATA: u16 = 48;

/// How many functions, classes and modules may arrive at one node in a large program.
const LEAST_CODE: u16 = 30;

/// Where a call passes more functions for one parameter, it tells nothing from other calls.
const PASSED: u16 = 4;

/// How many constant keys or indices of other containers are kept apart in one.
pub(super) const COPIED_FIELDS: u32 = 24;

/// How many constant strings that a variable holds are looked up as names of attributes.
const NAMES: usize = 6;

/// A node that only the rules know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Made {
    /// The copy of a variable.
    Copied(Context, Var),
    /// A field of an object.
    Cell(Obj, Field),
    /// What reading an attribute of an object gives.
    Read(Obj, Field),
    /// What a class (or `super()`) has under a name, as it is found.
    Lookup(Obj, Field),
    /// What static and class methods among these are once they are unwrapped.
    Unwrapped(Obj, Field),
    /// The functions that read properties among these.
    Getter(Obj, Field),
    /// The functions that write properties among these.
    Setter(Obj, Field),
    /// The functions that delete properties, and `__delete__` of descriptors, among these.
    Deleter(Obj, Field),
    /// `__get__` of descriptors among these.
    DescriptorGet(Obj, Field),
    /// `__set__` of descriptors among these.
    DescriptorSet(Obj, Field),
    /// What a call calls.
    Callee(Call),
    /// The functions and classes that a call passes for a parameter that is stored as it is.
    Passed(Call, Var),
    /// The object that an attribute is read from into the variable.
    Accessed(Var),
    /// The class through which an attribute is read into the variable.
    AccessOwner(Var),
    /// The object that the variable is stored in an attribute of.
    Updated(Var),
    /// What handlers of the region may catch.
    Caught(Region),
}

/// A call that only the rules know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum MadeCall {
    /// The copy of a call.
    Copied(Context, Call),
    /// The call that reading an attribute into the variable may make.
    Access(Var),
    /// The call of a property's setter that storing the variable may make.
    Update(Var),
    /// The call of a `__set__` that storing the variable may make.
    DescriptorUpdate(Var),
    /// The call of `__init__` that a class statement makes for members of an enumeration.
    Members(Obj),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ContextRow {
    unit: Obj,
    call: Call,
    /// How many arguments what is called brings with it.
    shift: u32,
    depth: u32,
    /// The node of the unit's first variable.
    first: u32,
}

impl ContextRow {
    pub(super) const PLAIN: Self = Self {
        unit: PROGRAM,
        call: Call(u32::MAX),
        shift: 0,
        depth: 0,
        first: 0,
    };
}

/// What a node is the static variable of, and in which unit and copy.
pub(crate) type Home = (Obj, Context, Var);

impl World {
    // ---- units -----------------------------------------------------------------------------

    /// The unit that a function's code belongs to.
    pub(crate) fn unit_of_function(&self, function: Obj) -> Obj {
        self.units.get(&function).copied().unwrap_or(PROGRAM)
    }

    /// The unit that a variable belongs to.
    pub(crate) fn unit_of_var(&self, var: Var) -> Obj {
        self.var_owner
            .get(var.index())
            .map_or(PROGRAM, |&owner| self.unit_of_function(owner))
    }

    /// The unit that a call belongs to.
    pub(crate) fn unit_of_call(&self, call: Call) -> Obj {
        self.call_owner
            .get(call.index())
            .map_or(PROGRAM, |&owner| self.unit_of_function(owner))
    }

    /// The function that a copy is of, the call that enters it, and how many arguments what is
    /// called brings with it.
    pub(super) fn entry_of(&self, context: Context) -> (Obj, Call, u32) {
        let row = self.contexts[context.0 as usize];
        (row.unit, row.call, row.shift)
    }

    /// The unit of a copy.
    pub(crate) fn unit_of_context(&self, context: Context) -> Obj {
        self.contexts[context.0 as usize].unit
    }

    // ---- copies ----------------------------------------------------------------------------

    /// The copy of a variable that the code of a unit defines; others stay as they are.
    pub(crate) fn defined_in(&self, context: Context, var: Var) -> Var {
        let row = self.contexts[context.0 as usize];
        if context == PLAIN || self.unit_of_var(var) != row.unit {
            return var;
        }
        self.var_place
            .get(&(row.unit, var))
            .map_or(var, |&place| Var(row.first + place))
    }

    /// The copy of a variable that the code of a unit uses, its own or not.
    pub(crate) fn used_in(&self, context: Context, var: Var) -> Var {
        let row = self.contexts[context.0 as usize];
        if context == PLAIN {
            return var;
        }
        self.var_place
            .get(&(row.unit, var))
            .map_or(var, |&place| Var(row.first + place))
    }

    pub(crate) fn call_in(&mut self, context: Context, call: Call) -> Call {
        if context == PLAIN {
            return call;
        }
        self.make_call(MadeCall::Copied(context, call))
    }

    pub(crate) fn object_in(&mut self, context: Context, object: Obj) -> Obj {
        let unit = self.contexts[context.0 as usize].unit;
        if context == PLAIN
            || (object != unit && self.object_units.get(&object).copied() != Some(unit))
        {
            return object;
        }
        self.make(Record::Copy(context.0, object))
    }

    /// The static variable of a node, with its unit and copy; none for other nodes.
    pub(crate) fn home(&self, node: Var) -> Option<Home> {
        match self.made(node) {
            None => Some((PROGRAM, PLAIN, node)),
            Some(Made::Copied(context, var)) => Some((self.unit_of_context(context), context, var)),
            Some(_) => None,
        }
    }

    /// The static call of a call, with its copy; calls that rules made up stay as they are.
    pub(crate) fn call_home(&self, call: Call) -> (Context, Call) {
        match self.made_call(call) {
            Some(MadeCall::Copied(context, original)) => (context, original),
            _ => (PLAIN, call),
        }
    }

    /// The static function of a function, with its copy.
    pub(crate) fn function_home(&self, function: Obj) -> (Context, Obj) {
        match self.record(function) {
            Some(Record::Copy(context, original)) => (Context(context), original),
            _ => (PLAIN, function),
        }
    }

    // ---- making ----------------------------------------------------------------------------

    pub(super) fn make_node(&mut self, made: Made) -> Var {
        let made = self.own_attribute(made);
        if let Some(&node) = self.made_ids.get(&made) {
            return node;
        }
        let node = Var((self.var_owner.len() + self.made.len()) as u32);
        self.made.push(made);
        self.uses.push(0);
        self.made_ids.insert(made, node);
        node
    }

    /// A constant key of an object's namespace is the object's attribute.
    fn own_attribute(&self, made: Made) -> Made {
        if let Made::Cell(namespace, field) = made
            && let FieldKind::Key(name) = field.kind()
            && let Some(Record::Namespace(object)) = self.record(namespace)
        {
            return Made::Cell(object, Field::attribute(name));
        }
        made
    }

    pub(super) fn make_call(&mut self, made: MadeCall) -> Call {
        if let Some(&call) = self.made_call_ids.get(&made) {
            return call;
        }
        let call = Call((self.call_owner.len() + self.made_calls.len()) as u32);
        self.made_calls.push(made);
        self.made_call_ids.insert(made, call);
        call
    }

    pub(super) fn made(&self, node: Var) -> Option<Made> {
        let index = node.index().checked_sub(self.var_owner.len())?;
        self.made.get(index).copied()
    }

    pub(super) fn made_call(&self, call: Call) -> Option<MadeCall> {
        let index = call.index().checked_sub(self.call_owner.len())?;
        self.made_calls.get(index).copied()
    }

    /// The static variable that `var` is a copy of; none for nodes that rules made up.
    pub(crate) fn original_var(&self, var: Var) -> Option<Var> {
        self.home(var).map(|(_, _, var)| var)
    }

    /// The static call that `call` is a copy of; none for calls that rules made up.
    pub(crate) fn original_call(&self, call: Call) -> Option<Call> {
        match self.made_call(call) {
            None => Some(call),
            Some(MadeCall::Copied(_, original)) => Some(original),
            Some(_) => None,
        }
    }

    /// The object and field of a field's node.
    pub(crate) fn cell(&self, node: Var) -> Option<(Obj, Field)> {
        match self.made(node) {
            Some(Made::Cell(object, field)) => Some((object, field)),
            _ => None,
        }
    }

    /// Counts what arrives at a node along edges, code apart from data.
    pub(super) fn admits(&mut self, node: Var, object: Obj) -> bool {
        if self.arrivals.len() <= node.index() {
            self.arrivals.resize(node.index() + 1, (0, 0));
        }
        let is_code = self.is_code(object);
        let limit = self.limit(node, is_code);
        let (data, code) = &mut self.arrivals[node.index()];
        let arrivals = if is_code { code } else { data };
        *arrivals = arrivals.saturating_add(1);
        *arrivals <= limit
    }

    /// How many objects may arrive at a node. What attributes hold is called by few: a registry of
    /// functions is there as a whole.
    pub(super) fn limit(&self, node: Var, is_code: bool) -> u16 {
        let limits = self.limits;
        match (is_code, self.made(node)) {
            (false, Some(Made::Caught(_))) => limits.code,
            (false, _) => limits.data,
            (true, Some(Made::Read(..))) => limits.registry,
            (true, Some(Made::Cell(_, field))) if field.is_attribute() => limits.registry,
            (true, Some(Made::Callee(call))) if self.context_of_call(call) == PLAIN => {
                limits.registry
            }
            (true, Some(Made::Passed(..))) => PASSED,
            (true, Some(Made::Copied(..) | Made::Callee(_))) => limits.copied_code,
            (true, _) => limits.code,
        }
    }

    /// Whether a name is among the first that a variable holds.
    pub(super) fn admits_name(&mut self, node: Var, name: Obj) -> bool {
        let names = self.held_names.entry(node).or_default();
        if names.contains(&name) {
            return true;
        }
        let is_early = names.len() < NAMES;
        if is_early {
            names.push(name);
        }
        is_early
    }

    /// The field of a container that an element is copied to.
    pub(super) fn copied_cell(&mut self, object: Obj, field: Field) -> Var {
        let made = Made::Cell(object, field);
        if !self.made_ids.contains_key(&made) && field.is_constant_element() {
            let fields = self.copied_fields.entry(object).or_default();
            *fields += 1;
            if *fields > COPIED_FIELDS {
                return self.make_node(Made::Cell(object, Field::UNKNOWN));
            }
        }
        self.make_node(made)
    }

    /// Whether a call passes an argument for a parameter that has a default.
    pub(super) fn passes(&self, call: Call, shift: u32, formal: Var) -> bool {
        let Some(&(index, name)) = self.optional.get(&formal) else {
            return true;
        };
        let (_, site) = self.call_home(call);
        index < self.least_positional(call).saturating_add(shift)
            || self.passed_names.contains_key(&(site, name))
    }

    /// How many arguments a call passes by position at least. What a copied function got as `*args`
    /// and passes on is as much as its own call passed.
    fn least_positional(&self, call: Call) -> u32 {
        let (context, site) = self.call_home(call);
        match self.made_call(site) {
            Some(MadeCall::Update(_)) => return 1,
            Some(MadeCall::Access(_) | MadeCall::DescriptorUpdate(_)) => return 2,
            Some(MadeCall::Members(_)) => return u32::MAX,
            _ => {}
        }
        let row = self.contexts[context.0 as usize];
        let passed_on = |star: &Var| match self.star_formals.get(star) {
            Some(&(function, start)) if context != PLAIN && function == row.unit => {
                (self.least_positional(row.call).saturating_add(row.shift)).saturating_sub(start)
            }
            _ => 0,
        };
        let stars = self.spreading.get(&site).into_iter().flatten();
        let plain = self.positional.get(&site).copied().unwrap_or(0);
        stars.map(passed_on).fold(plain, u32::saturating_add)
    }

    /// Whether a call passes the elements of something: nobody knows how many arguments.
    pub(super) fn spreads(&self, call: Call) -> bool {
        let (_, site) = self.call_home(call);
        self.spreading.contains_key(&site)
    }

    /// What receives the result of a call.
    pub(crate) fn result_of(&self, call: Call) -> Option<Var> {
        match self.made_call(call) {
            Some(MadeCall::Access(to)) => Some(to),
            Some(MadeCall::Update(_) | MadeCall::DescriptorUpdate(_)) => None,
            _ => {
                let (context, original) = self.call_home(call);
                let result = self.results.get(original.index()).copied()?;
                (result != NO_VAR).then(|| self.defined_in(context, result))
            }
        }
    }

    // ---- contexts --------------------------------------------------------------------------

    /// The copy of a function that a call enters.
    pub(super) fn entered(&mut self, call: Call, function: Obj, shift: u32) -> Option<Obj> {
        if let Some(&entered) = self.entered.get(&(call, function)) {
            return entered;
        }
        let limit = self.most_targets(call);
        let targets = self.targets.entry(call).or_default();
        *targets += 1;
        let entered = if *targets > limit {
            None
        } else if self.record(function).is_none() && self.unit_of_function(function) == function {
            let context = self.context(call, function, shift);
            Some(self.object_in(context, function))
        } else {
            Some(function)
        };
        self.entered.insert((call, function), entered);
        entered
    }

    /// How many functions a call passes arguments to.
    pub(super) fn most_targets(&self, call: Call) -> u32 {
        match self.context_of_call(call) {
            PLAIN => self.limits.targets,
            _ => self.limits.copied_targets,
        }
    }

    /// The context that calling the cloned function `function` at `call` enters.
    fn context(&mut self, call: Call, function: Obj, shift: u32) -> Context {
        let outer = self.context_of_call(call);
        let row = self.contexts[outer.0 as usize];
        let modelled = self.kind(function) == ObjectKind::ModelFunction;
        let depth = row.depth + u32::from(!modelled);
        let vars = self.unit_vars.get(&function).map_or(0, Vec::len);
        let left = self.copies_left.get(&function).copied().unwrap_or(0);
        let is_bounded = depth <= CLONE_DEPTH
            && left > 0
            && self.copied_vars + vars <= self.var_owner.len() + COPIED_VARIABLES;
        if self.nests(outer, function) {
            return PLAIN;
        }
        if !is_bounded {
            *self.uncopied.entry(function).or_default() += 1;
            return PLAIN;
        }
        self.open_context(call, function, shift, depth)
    }

    fn open_context(&mut self, call: Call, function: Obj, shift: u32, depth: u32) -> Context {
        let context = Context(self.contexts.len() as u32);
        self.contexts.push(ContextRow {
            unit: function,
            call,
            shift,
            depth,
            first: (self.var_owner.len() + self.made.len()) as u32,
        });
        if let Some(left) = self.copies_left.get_mut(&function) {
            *left -= 1;
        }
        if let Some(vars) = self.unit_vars.get(&function) {
            self.copied_vars += vars.len();
            self.made
                .extend(vars.iter().map(|&var| Made::Copied(context, var)));
            for &var in vars {
                self.uses.push(self.uses[var.index()]);
            }
        }
        context
    }

    fn context_of_call(&self, call: Call) -> Context {
        match self.made_call(call) {
            Some(MadeCall::Copied(context, _)) => context,
            Some(
                MadeCall::Access(var) | MadeCall::Update(var) | MadeCall::DescriptorUpdate(var),
            ) => match self.made(var) {
                Some(Made::Copied(context, _)) => context,
                Some(Made::Callee(call)) => self.context_of_call(call),
                _ => PLAIN,
            },
            Some(MadeCall::Members(_)) | None => PLAIN,
        }
    }

    /// Whether a context is that of a call that `function` makes already (recursion).
    fn nests(&self, mut context: Context, function: Obj) -> bool {
        while context != PLAIN {
            let row = self.contexts[context.0 as usize];
            if row.unit == function {
                return true;
            }
            context = self.context_of_call(row.call);
        }
        false
    }

    // ---- places ----------------------------------------------------------------------------

    /// The function whose call this is: calls that a model makes are its caller's.
    pub(crate) fn caller(&self, call: Call) -> Obj {
        let (owner, context) = match self.made_call(call) {
            None => {
                let owner = self.call_owner.get(call.index());
                return owner.copied().unwrap_or(PROGRAM);
            }
            Some(MadeCall::Members(class)) => {
                let creation = self.creations.get(&class);
                return creation.map_or(PROGRAM, |&creation| self.caller(creation));
            }
            Some(MadeCall::Copied(context, original)) => {
                let owner = self.call_owner.get(original.index()).copied();
                (owner.unwrap_or(PROGRAM), context)
            }
            Some(
                MadeCall::Access(var) | MadeCall::Update(var) | MadeCall::DescriptorUpdate(var),
            ) => self.owner_of_node(var),
        };
        if self.kind(owner) == ObjectKind::ModelFunction && context != PLAIN {
            self.caller(self.contexts[context.0 as usize].call)
        } else {
            owner
        }
    }

    pub(super) fn owner_of_node(&self, node: Var) -> (Obj, Context) {
        let owner_of = |var: Var| self.var_owner.get(var.index()).copied().unwrap_or(PROGRAM);
        match self.made(node) {
            None => (owner_of(node), PLAIN),
            Some(Made::Copied(context, original)) => (owner_of(original), context),
            Some(Made::Callee(call)) => (self.caller(call), PLAIN),
            Some(_) => (PROGRAM, PLAIN),
        }
    }

    /// The innermost region around a call that has handlers or is a function.
    pub(crate) fn region(&self, call: Call) -> Region {
        let caller = self.caller(call);
        let region = self
            .original_call(call)
            .filter(|call| self.call_owner.get(call.index()).copied() == Some(caller))
            .and_then(|call| self.call_region.get(&call).copied())
            .or_else(|| self.outermost.get(&caller).copied())
            .unwrap_or(Region(u32::MAX));
        self.handling(region)
    }
}
