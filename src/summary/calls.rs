//! Calls: a known function's summary instantiated, a class's instance made, a library's model
//! asked, and a named unknown for the rest.

use heapcast_facts::{Call, Obj, ObjectKind, Symbol as Name, Var};

use super::context::MAX_CANDIDATES;

use super::Seen;
use super::cost::Line;
use super::driven::{Drive, LetsGo};
use super::frame::{Finished, Owned, Owner};
use super::interpret::Interpreter;
use super::loops::positional;
use super::sizes::{self, number};
use super::value::{Kind, Root, Step, Value};
use super::{Destination, FunctionSummary};
use crate::algebra::{Expr, Grade, Graded, TypeName};
use crate::ir::{Argument, Callee, Parameter, ParameterKind};

/// A call that is being interpreted.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) to: Var,
    pub(super) call: Option<Call>,
    pub(super) callee: Callee,
    pub(super) arguments: &'a [Argument],
}

/// Special methods that builtin types answer without any memory of their own.
const SILENT: &[&str] = &[
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__bool__",
    "__next__",
    "__iter__",
];

impl<'a> Interpreter<'a> {
    pub(super) fn call(&mut self, to: Var, call: Call, callee: Callee, arguments: &'a [Argument]) {
        let site = Site {
            to,
            call: Some(call),
            callee,
            arguments,
        };
        let mut ways: Vec<Obj> = self.context.targets(call).iter().map(|row| row.1).collect();
        let classes: Vec<Obj> = self
            .context
            .instantiates(call)
            .iter()
            .map(|row| row.1)
            .collect();
        // A class stands for its construction, `__init__` included.
        let is_class = |way: &Obj| {
            matches!(
                self.context.kind(*way),
                Some(ObjectKind::Class | ObjectKind::ModelClass)
            )
        };
        let mut makers = Vec::new();
        if ways.iter().chain(&classes).any(is_class) {
            (makers, ways) = ways.into_iter().partition(|way| self.is_maker(*way));
            makers.retain(|maker| self.context.by_object.contains_key(maker));
            ways.extend(classes);
        }
        ways.sort_unstable();
        ways.dedup();
        // What `type(x)` gives may be any class, unless points-to knows of some.
        let any_class = |way: &Obj| self.context.name(*way) == "builtins.type.__call__";
        let is_any = ways.iter().any(any_class);
        ways.retain(|way| !any_class(way));
        if self.is_handed_in(callee, &ways) {
            self.handed_in.insert(to);
            self.unknown_call(site);
            let value = self.value(to);
            let kind = Kind::Unknown;
            return self.set(to, Value { kind, ..value });
        }
        match ways.as_slice() {
            [] if is_any => self.unknown_call(site),
            [] => self.untargeted(site),
            [only] => self.way(site, *only, &makers),
            several => {
                let several: Vec<Obj> = several.iter().take(16).copied().collect();
                self.grade = self.grade.join(Grade::Upper);
                self.any_of(to, &several, |interpreter, way| {
                    interpreter.way(site, way, &makers);
                });
            }
        }
    }

    /// Whether what is called is an argument, which callers that nobody sees choose: an interface answers
    /// for these. Classes are left out, because `cls` is one.
    fn is_handed_in(&mut self, callee: Callee, ways: &[Obj]) -> bool {
        let Callee::Value(var) = callee else {
            return false;
        };
        let is_function = |way: &Obj| {
            let kind = self.context.kind(*way);
            matches!(kind, Some(ObjectKind::Function | ObjectKind::ModelFunction))
        };
        let is_of_interface = self.choices.is_some() || self.is_counting();
        if !is_of_interface || !ways.iter().any(is_function) {
            return false;
        }
        let place = self.value(var).place;
        place.is_some_and(|place| {
            let is_element =
                |step: &Step| matches!(step, Step::Element | Step::This(_) | Step::Each);
            matches!(place.root, Root::Parameter(_)) && place.steps.iter().all(is_element)
        })
    }

    /// One of several targets is called, each of which sets `to`.
    fn any_of(&mut self, to: Var, targets: &[Obj], each: impl Fn(&mut Self, Obj)) {
        let mut arms: Vec<Option<Finished>> = Vec::new();
        let mut result: Option<Value> = None;
        for &target in targets {
            let mut arm = self.arm(|interpreter| each(interpreter, target));
            self.if_called(&mut arm, target);
            arms.push(arm);
            let value = self.value(to);
            result = Some(match result {
                Some(other) => self.met(&other, &value),
                None => value,
            });
        }
        self.merge(arms);
        self.set(to, result.unwrap_or_default());
    }

    fn is_maker(&self, function: Obj) -> bool {
        let name = self.context.name(function);
        [".__init__", ".__new__", ".__post_init__"]
            .iter()
            .any(|end| name.ends_with(end))
    }

    fn way(&mut self, site: Site<'a>, target: Obj, makers: &[Obj]) {
        let before = self.requested();
        match self.context.kind(target) {
            Some(ObjectKind::Function) => self.known(site, target, None),
            Some(ObjectKind::Class) => self.construct(site, target, makers),
            Some(ObjectKind::ModelFunction | ObjectKind::ModelClass) => {
                let name = self.object_name(target);
                self.library(site, name, target);
                if !self.calls_back(site, name) {
                    self.name_callbacks(site, name);
                }
                self.note_other(target, before);
            }
            _ => {
                self.unknown_call(site);
                self.note_other(target, before);
            }
        }
    }

    /// No target is known: what the interpreter does itself, or unknown code.
    fn untargeted(&mut self, site: Site<'a>) {
        let symbols = self.context.input.symbols;
        match site.callee {
            Callee::Protocol(base, name) => {
                let mut value = self.value(base);
                if symbols.text(name) != "__enter__" {
                    value = Value::default();
                }
                self.set(site.to, value);
                if !SILENT.contains(&symbols.text(name)) {
                    self.set(site.to, Value::default());
                }
            }
            Callee::Method(base, name) => {
                let text = symbols.text(name);
                let kind = match self.kind(base) {
                    // With a key and a default, it is that of a dict.
                    Kind::Unknown if text == "pop" && site.arguments.len() < 2 => Kind::List,
                    Kind::Unknown => self.owner_of(text),
                    kind => kind,
                };
                let value = self.value(base);
                if self.kind(base) == Kind::Unknown && self.by_methods(site, base, name, kind) {
                    return;
                }
                let assumed = value.kind == Kind::Unknown && self.kind(base) != kind;
                let name = format!("{}.{text}", kind.name());
                let full = format!("builtins.{name}");
                if kind == Kind::Unknown {
                    return self.unknown_call(site);
                }
                if !self.builtin(site, &name) {
                    if self.context.input.models.costs(&full).is_none() {
                        return self.unknown_call(site);
                    }
                    self.modelled(site, (&name, &full), false, true);
                }
                if !self.calls_back(site, &name) {
                    self.name_callbacks(site, &name);
                }
                if assumed {
                    self.assume(&value, kind, text);
                }
            }
            Callee::Value(var) => {
                let label = self.value(var).label;
                let known = label.is_some_and(|label| {
                    self.context.cell_name(var).is_none() && self.builtin(site, &label)
                });
                if !known {
                    self.unknown_call(site);
                }
            }
        }
    }

    /// Takes a value of unknown type for an instance of the project's classes that have all the
    /// methods that are called on it; whether there are such.
    fn by_methods(&mut self, site: Site<'a>, base: Var, name: Name, builtin: Kind) -> bool {
        let called = self.uses.called.get(&base).cloned().unwrap_or_default();
        if builtin != Kind::Unknown && called.iter().all(|name| self.is_builtin(builtin, *name)) {
            return false;
        }
        let has_all = |class: Obj| {
            called
                .iter()
                .all(|name| self.context.has_method(class, *name))
        };
        let methods = self.context.methods(name);
        let mut found: Vec<(Obj, Obj)> = methods.to_vec();
        found.retain(|(class, _)| has_all(*class));
        if found.is_empty() && builtin == Kind::Unknown {
            found = methods.to_vec();
        }
        if found.is_empty() || found.len() > MAX_CANDIDATES {
            return false;
        }
        let value = self.value(base);
        let mut classes: Vec<&str> = Vec::new();
        for (class, _) in &found {
            let name = self.object_name(*class);
            classes.push(name.rsplit('.').next().unwrap_or(name));
        }
        let method = self.context.input.symbols.text(name);
        self.assume_one_of(&value, &classes, method);
        let targets: Vec<Obj> = found.iter().map(|(_, target)| *target).collect();
        self.any_of(site.to, &targets, |interpreter, target| {
            interpreter.known(site, target, Some(&value));
        });
        true
    }

    fn is_builtin(&self, kind: Kind, method: Name) -> bool {
        let method = self.context.input.symbols.text(method);
        let full = format!("builtins.{}.{method}", kind.name());
        super::builtins::owner_of(method) == kind
            || self.context.input.models.costs(&full).is_some()
    }

    /// The builtin type that alone has a method of that name. What strings and bytes both have is
    /// taken for that of a string.
    fn owner_of(&self, method: &str) -> Kind {
        let known = super::builtins::owner_of(method);
        if known != Kind::Unknown {
            return known;
        }
        let models = self.context.input.models;
        let has = |kind: &Kind| {
            let full = format!("builtins.{}.{method}", kind.name());
            models.costs(&full).is_some()
        };
        let kinds = [Kind::Str, Kind::List, Kind::Dict, Kind::Set, Kind::Int];
        let mut owners = kinds.into_iter().filter(has);
        match (owners.next(), owners.next()) {
            (Some(kind), None) => kind,
            (None, _) if has(&Kind::Bytes) => Kind::Bytes,
            _ => Kind::Unknown,
        }
    }

    pub(super) fn label_of(&mut self, callee: Callee) -> String {
        let (base, name) = match callee {
            Callee::Value(var) => {
                let value = self.value(var);
                return value.label.as_deref().unwrap_or("call").to_owned();
            }
            Callee::Method(base, name) | Callee::Protocol(base, name) => (base, name),
        };
        let text = self.context.input.symbols.text(name);
        match self.value(base).label {
            Some(base) => format!("{base}.{text}"),
            None => text.to_owned(),
        }
    }

    pub(super) fn unknown_call(&mut self, site: Site<'a>) {
        let label = self.label_of(site.callee);
        self.named_unknown(site.to, &label, "the code that is called is not known");
    }

    /// `f(...)` stands, in each metric's formula, for that metric of the call. A part of what it gives
    /// may be kept, and not the whole.
    pub(super) fn named_unknown(&mut self, to: Var, label: &str, reason: &str) {
        self.named_unknown_in(Owner::Result(to), to, label, reason);
    }

    /// The same of what leaves something with that owner.
    pub(super) fn named_unknown_in(&mut self, owner: Owner, to: Var, label: &str, reason: &str) {
        let seen = Seen::Call(called_name(label).into());
        self.unknown_cost(owner, (&format!("{label}(...)"), reason), seen);
        let value = Value {
            kind: self.context.kind_of(to),
            ..Value::default()
        };
        self.set(to, value.labelled(&format!("{label}(...)")));
    }

    /// What stands for itself in the formula of each metric.
    pub(super) fn unknown_cost(
        &mut self,
        owner: Owner,
        (quantity, reason): (&str, &str),
        seen: Seen,
    ) -> usize {
        let stays = match &seen {
            Seen::Call(name) if self.is_counting() => Some(Seen::Stays(name.clone())),
            _ => None,
        };
        let whole = self.traced(quantity, reason, seen);
        let Some(stays) = stays else {
            return self.unknown_object(owner, whole);
        };
        // What it has while it runs, and then what it leaves.
        let at = self.unknown_object(Owner::Local, whole);
        if let Some(frame) = self.frames.last_mut() {
            frame.free(at);
        }
        let left = self.traced(&format!("what {quantity} leaves"), reason, stays);
        self.unknown_object(owner, left)
    }

    fn unknown_object(&mut self, owner: Owner, bytes: Expr) -> usize {
        let line = Line {
            site: self.site(),
            type_name: TypeName::new("unknown"),
            count: bytes.clone(),
            bytes,
        };
        self.allocate(line, owner)
    }

    // ---- classes -------------------------------------------------------------------------

    fn construct(&mut self, site: Site<'a>, class: Obj, makers: &[Obj]) {
        let sizes = self.context.input.sizes;
        let kind = match self.context.kind_of_class(class) {
            kind @ (Kind::Dict | Kind::List | Kind::Set) => kind,
            _ => Kind::Instance,
        };
        if !makers.iter().any(|maker| self.makes_instance(*maker)) {
            self.instance_of(class, kind, site.to);
        }
        let length = (kind != Kind::Instance).then_some(Expr::ZERO);
        let id = self.container(kind, length, Owner::Var(site.to));
        let label = self.object_name(class).to_owned();
        let instance = Value {
            container: Some(id),
            ..Value::of(kind)
        };
        self.set(site.to, instance.clone().labelled(&label));
        if !site.arguments.is_empty() {
            let count = number(site.arguments.len() as u64 + u64::from(!makers.is_empty()));
            let bytes = &number(sizes.tuple.head) + &(&count * &number(sizes.tuple.slot));
            self.transient(Kind::Tuple, bytes);
        }
        let named = (site.arguments.iter()).filter(|a| matches!(a, Argument::Keyword(..)));
        let named = named.count() as u64;
        let passed = (named > 0).then(|| {
            // What is passed by name comes to `__init__` in a dict, and in a tuple of the names beside
            // an array of all values.
            let table = sizes.dict_table(sizes.dict_slots(named), true);
            let slots = named + site.arguments.len() as u64 + 2;
            let beside = sizes.tuple.head + slots * sizes.tuple.slot;
            let bytes = number(sizes.dict.head + table + beside);
            self.one(Kind::Dict, bytes, Owner::Local)
        });
        for &maker in makers {
            self.known(site, maker, Some(&instance));
        }
        if let (Some(at), Some(frame)) = (passed, self.frames.last_mut()) {
            frame.free(at);
        }
        self.set(site.to, instance.labelled(&label));
    }

    /// An instance of a class of the program, without what is put in it.
    fn instance_of(&mut self, class: Obj, kind: Kind, to: Var) {
        let sizes = self.context.input.sizes;
        let Some(layout) = self.context.layout(class) else {
            return;
        };
        let bytes = match kind {
            Kind::Instance => sizes.instance_size(layout.attributes, layout.slotted),
            // With a dict for the attributes, which has room for thirty, and two references.
            _ => {
                let attributes = match layout.attributes {
                    0 => 0,
                    _ => sizes.dict.head + 34 * sizes.tuple.slot,
                };
                sizes::head(sizes, kind).0 + 3 * sizes.tuple.slot + attributes
            }
        };
        let line = Line {
            site: self.site(),
            type_name: self.context.class_name(class),
            count: Expr::one(),
            bytes: number(bytes),
        };
        self.allocate(line, Owner::Var(to));
    }

    /// Whether a function is a `__new__` of the program that counts the instance.
    fn makes_instance(&self, maker: Obj) -> bool {
        let at = self.context.by_object.get(&maker);
        let summary = at.and_then(|at| self.context.summary_for(self.at, *at as usize));
        self.context.name(maker).ends_with(".__new__")
            && summary.is_some_and(|summary| !summary.retained.is_zero())
    }

    /// What `object.__new__` makes: the largest of the instances that it may be.
    pub(super) fn bare_instance(&mut self, to: Var) -> bool {
        let sizes = self.context.input.sizes;
        let classes = self.context.points_to(to).take(MAX_CANDIDATES);
        let classes = classes.filter_map(|object| self.context.class_of_object(object));
        let largest = classes.max_by_key(|class| {
            let layout = self.context.layout(*class);
            layout.map(|layout| sizes.instance_size(layout.attributes, layout.slotted))
        });
        let Some(class) = largest else { return false };
        self.instance_of(class, Kind::Instance, to);
        self.set(to, Value::of(Kind::Instance));
        true
    }

    // ---- known functions -----------------------------------------------------------------

    pub(super) fn changes_arguments(&self, target: Obj) -> bool {
        let Some(&at) = self.context.by_object.get(&target) else {
            return false;
        };
        let known = self.context.summary_for(self.at, at as usize);
        !self.is_recursive(at as usize) && known.is_some_and(|summary| !summary.effects.is_empty())
    }

    pub(super) fn is_recursive(&self, at: usize) -> bool {
        let component = |at: usize| self.context.component.get(at);
        component(at) == component(self.at) && self.context.is_in_cycle(at)
    }

    /// Whether a target of an implied call is code of the project.
    pub(super) fn is_own_call(&self, call: Call) -> bool {
        self.context
            .targets(call)
            .iter()
            .any(|(_, target)| self.context.by_object.contains_key(target))
    }

    /// The calls of special methods that a step other than a call makes.
    pub(super) fn implied_calls(&mut self, to: Var) {
        self.implied_calls_of(to, &Value::default());
    }

    /// The same, of methods of what is known.
    pub(super) fn implied_calls_of(&mut self, to: Var, receiver: &Value) {
        let calls: Vec<Call> = self
            .context
            .implied(to)
            .filter(|call| self.is_own_call(*call))
            .collect();
        for call in calls {
            let targets = self.context.targets(call).iter().map(|row| row.1);
            let own = targets.filter(|target| self.context.by_object.contains_key(target));
            let own: Vec<Obj> = own.take(16).collect();
            let value = self.defined(to);
            let site = Site {
                to,
                call: Some(call),
                callee: Callee::Value(to),
                arguments: &[],
            };
            let arms = own.iter().map(|target| {
                let mut arm =
                    self.arm(|interpreter| interpreter.known(site, *target, Some(receiver)));
                if own.len() > 1 {
                    self.if_called(&mut arm, *target);
                }
                arm
            });
            let arms: Vec<Option<Finished>> = arms.collect();
            self.merge(arms);
            if let Some(value) = value {
                self.set(to, value);
            }
        }
    }

    fn known(&mut self, site: Site<'a>, target: Obj, receiver: Option<&Value>) {
        let Some(&at) = self.context.by_object.get(&target) else {
            return self.unknown_call(site);
        };
        let at = at as usize;
        let before = self.requested();
        let function = self
            .context
            .functions
            .get(at)
            .map(|(function, _)| *function);
        let summary = self.context.summary_for(self.at, at).cloned();
        if at == self.at
            && self.recursion.is_some()
            && let Some(function) = function
        {
            let arguments = self.inputs_of(site, function, target, receiver);
            self.note_recursion(target);
            self.recursive_call(site, target, &arguments);
            return self.frame_of(site, function);
        }
        let (Some(function), Some(summary)) =
            (function, summary.filter(|_| !self.is_recursive(at)))
        else {
            let label = self.context.short_name(target).to_owned();
            self.named_unknown(site.to, &label, "a recursive call");
            if at != self.at {
                let cause = "what recursive calls leave behind is not counted";
                self.assumption(&format!("kept by {label}"), cause);
            }
            return self.note_other(target, before);
        };
        let arguments = self.inputs_of(site, function, target, receiver);
        let passed = self.passed_from(site, function, target, receiver.is_some());
        let taken = match function.is_generator && !function.is_async {
            true => self.taken_singly(site.to),
            false => None,
        };
        let lets_go = taken.map_or(LetsGo::Nothing, |taken| taken.0);
        let special = self.special(at, function, (&passed, lets_go));
        let driven = taken.filter(|_| special.is_some());
        let driven = driven.map(|taken| Drive::of(function, taken.1));
        let summary = special.unwrap_or(summary);
        self.asks_of_callee(&summary, &passed);
        // What runs step by step is there before the first.
        if driven.is_some() {
            self.frame_of(site, function);
        }
        self.instantiate_for(site, (&summary, driven), &arguments);
        if driven.is_none() {
            self.frame_of(site, function);
        }
    }

    /// The object that a call of a generator or coroutine gives holds its frame.
    fn frame_of(&mut self, site: Site<'a>, function: &crate::ir::Function) {
        if function.is_generator || function.is_async {
            self.generator_object(function, site.to);
        }
    }

    /// What a known function gets from a call.
    fn inputs_of(
        &mut self,
        site: Site<'a>,
        function: &crate::ir::Function,
        target: Obj,
        receiver: Option<&Value>,
    ) -> Vec<Value> {
        let bound = match (receiver, site.callee) {
            (Some(receiver), _) => Some(receiver.clone()),
            (None, Callee::Method(base, _) | Callee::Protocol(base, _)) => {
                let passes = site
                    .call
                    .is_some_and(|call| self.context.is_bound(call, target));
                passes.then(|| self.value(base))
            }
            (None, Callee::Value(_)) => {
                let passes = site
                    .call
                    .is_some_and(|call| self.context.is_bound(call, target));
                passes.then(Value::default)
            }
        };
        self.bind(function, bound, site.arguments)
    }

    /// What each parameter gets.
    fn bind(
        &mut self,
        function: &crate::ir::Function,
        receiver: Option<Value>,
        arguments: &[Argument],
    ) -> Vec<Value> {
        let mut given: std::collections::VecDeque<Value> = receiver.into_iter().collect();
        // What a star passes: to any parameter that nothing else is passed for.
        let (mut starred, mut mapping): (Option<Value>, Option<Value>) = (None, None);
        for argument in arguments {
            match argument {
                Argument::Positional(var) if starred.is_none() => given.push_back(self.value(*var)),
                Argument::Star(var) => starred = Some(self.value(*var)),
                Argument::StarStar(var) => mapping = Some(self.value(*var)),
                _ => {}
            }
        }
        let named: Vec<Name> = function.parameters.iter().map(|p| p.name).collect();
        let mut bound = Vec::with_capacity(function.parameters.len());
        for parameter in &function.parameters {
            let keyword = arguments.iter().find_map(|argument| match argument {
                Argument::Keyword(name, var) if *name == parameter.name => Some(*var),
                _ => None,
            });
            let value = match (parameter.kind, keyword) {
                (ParameterKind::Star, _) => {
                    self.rest_of(given.drain(..).collect(), starred.as_ref())
                }
                (ParameterKind::StarStar, _) => {
                    self.keywords_of(arguments, &named, mapping.as_ref())
                }
                (_, Some(var)) => self.value(var),
                (ParameterKind::KeywordOnly, None) => {
                    self.mapped_or_default(parameter, mapping.as_ref())
                }
                (_, None) => match (given.pop_front(), &starred) {
                    (Some(value), _) => value,
                    (None, Some(starred)) => {
                        let value = self.part(starred, Step::Element);
                        match self.default_of(parameter) {
                            Some(default) => self.met(&value, &default),
                            None => value,
                        }
                    }
                    (None, None) => self.mapped_or_default(parameter, mapping.as_ref()),
                },
            };
            bound.push(value);
        }
        bound
    }

    fn default_of(&self, parameter: &Parameter) -> Option<Value> {
        let default = parameter.default?;
        Some(
            self.context
                .constant_of(default)
                .cloned()
                .unwrap_or_default(),
        )
    }

    /// A parameter that gets its value from a mapping that is passed, or else its default.
    fn mapped_or_default(&mut self, parameter: &Parameter, mapping: Option<&Value>) -> Value {
        let mapped = mapping.map(|mapping| match &mapping.key {
            // No key of what has no elements.
            None if mapping.length.as_ref().is_some_and(Expr::is_zero) => Value::of(Kind::None),
            _ => self.part(mapping, Step::Key(parameter.name)),
        });
        match (mapped, self.default_of(parameter)) {
            (Some(mapped), Some(default)) => self.met(&mapped, &default),
            (mapped, default) => mapped.or(default).unwrap_or_default(),
        }
    }

    /// The tuple of all further positional arguments.
    fn rest_of(&mut self, rest: Vec<Value>, starred: Option<&Value>) -> Value {
        let mut length = Some(number(rest.len() as u64));
        let mut element = rest.iter().cloned().reduce(|a, b| self.met(&a, &b));
        if let Some(starred) = starred {
            let more = self.length(starred);
            length = length.zip(more).map(|(a, b)| &a + &b);
            let any = self.part(starred, Step::Element);
            element = Some(match element {
                Some(element) => self.met(&element, &any),
                None => any,
            });
        }
        let items = (starred.is_none() && (1..=8).contains(&rest.len())).then(|| rest.into());
        Value {
            items,
            ..Value::sized(Kind::Tuple, length)
        }
        .with_element(element)
    }

    /// The dict of all further keyword arguments.
    fn keywords_of(
        &mut self,
        arguments: &[Argument],
        named: &[Name],
        mapping: Option<&Value>,
    ) -> Value {
        let further = arguments.iter().filter_map(|argument| match argument {
            Argument::Keyword(name, var) if !named.contains(name) => Some(*var),
            _ => None,
        });
        let further: Vec<Var> = further.collect();
        let mut length = Some(number(further.len() as u64));
        let mut all: Vec<Value> = further.into_iter().map(|var| self.value(var)).collect();
        if let Some(mapping) = mapping {
            let more = self.length(mapping);
            length = length.zip(more).map(|(a, b)| &a + &b);
            all.push(self.part(mapping, Step::Element));
        }
        let element = all.into_iter().reduce(|a, b| self.met(&a, &b));
        Value::sized(Kind::Dict, length).with_element(element)
    }

    pub(super) fn instantiate(
        &mut self,
        site: Site<'a>,
        summary: &FunctionSummary,
        arguments: &[Value],
    ) {
        self.instantiate_for(site, (summary, None), arguments);
    }

    /// The costs of a call: of a generator that is summarised for elements that so many names hold, what
    /// there is of it at a time.
    fn instantiate_for(
        &mut self,
        site: Site<'a>,
        (summary, driven): (&FunctionSummary, Option<Drive>),
        arguments: &[Value],
    ) {
        let substitution = self.substitution(summary, arguments);
        let here = self.site();
        for assumption in &summary.assumptions {
            self.takes_at_call(assumption, arguments);
        }
        let own = summary.at_call(self.context.name(summary.function), &substitution);
        // These are by type already.
        let lines = |cost: &super::Cost| -> Vec<Line> {
            let here = |line: &Line| Line {
                site: here,
                ..line.clone()
            };
            cost.terms().iter().map(here).collect()
        };
        let best = [summary.total.grade(), summary.peak.grade()]
            .into_iter()
            .fold(Grade::Exact, Grade::join);
        if best != Grade::Open {
            let best = match self.skipped && !own.total.terms().is_empty() {
                true => best.join(Grade::Upper),
                false => best,
            };
            self.grade = self.grade.join(best);
        } else {
            self.grade = self.grade.join(Grade::Upper);
        }
        self.bind_attributes(site, summary, &substitution, arguments);
        for effect in &summary.effects {
            let place = self.resolve(&effect.place, arguments);
            let by = effect.longer.substitute(&substitution);
            if let Some(container) = self.container_of(&place) {
                self.is_of(container, effect.kind);
                self.grows_unseen(container);
                self.extend(container, &by, None);
            } else if !by.is_zero() {
                let name = self.context.short_name(summary.function);
                let quantity = format!("len({}) of {name}", effect.place.text);
                self.assumption(&quantity, "what is put in there is not counted");
            }
        }
        let peaks: Vec<Vec<Line>> = own.peak.moments().iter().map(&lines).collect();
        let total = lines(&own.total);
        if self.notes.is_some() {
            let retained = own.retained_in.iter();
            let retained: Vec<Line> = retained.flat_map(|kept| lines(&kept.cost)).collect();
            self.note_summary(summary, &substitution, (&total, &peaks), &retained);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.total.extend(total);
            for peak in &peaks {
                frame.note(peak.clone());
            }
        }
        for retained in &own.retained_in {
            let owner = match retained.destination {
                Destination::Result if driven.is_some() => continue,
                Destination::Result => Owner::Result(site.to),
                Destination::Parameter(at) => self.argument_owner(site, at, summary.function),
                Destination::Elsewhere => Owner::Elsewhere,
            };
            for line in lines(&retained.cost) {
                if let Some(frame) = self.frames.last_mut() {
                    frame.keep(Owned {
                        line,
                        owner: owner.clone(),
                    });
                }
            }
        }
        if let Some(driven) = driven {
            let in_result = |kept: &&super::Retained| kept.destination == Destination::Result;
            let yielded = own.retained_in.iter().filter(in_result);
            let yielded = yielded.flat_map(|kept| lines(&kept.cost)).collect();
            self.drive(site, peaks, yielded, driven);
        }
        let result = match &summary.result.place {
            Some(place) => self.resolve(place, arguments),
            None => summary
                .result
                .map(&|expr| Some(Graded::exact(expr.substitute(&substitution)))),
        };
        let result = self.adopt(result, site.to);
        self.set(site.to, result);
    }

    /// Whose object an argument's is, for what a callee stores in it.
    pub(super) fn argument_owner(&mut self, site: Site<'a>, at: u32, function: Obj) -> Owner {
        let mut vars: Vec<Var> = positional(site.arguments).collect();
        let bound = site
            .call
            .is_some_and(|call| self.context.is_bound(call, function));
        match site.callee {
            Callee::Method(base, _) | Callee::Protocol(base, _) if bound => vars.insert(0, base),
            _ if bound => vars.insert(0, site.to),
            _ => {}
        }
        // Where a part of the argument is kept, what was stored in it may be that.
        vars.get(at as usize)
            .map_or(Owner::Elsewhere, |var| Owner::Result(*var))
    }

    /// A container that a callee made and this function may change.
    pub(super) fn adopt(&mut self, value: Value, to: Var) -> Value {
        self.adopt_for(value, Owner::Var(to))
    }

    /// A container that a callee made, and whose it is.
    pub(super) fn adopt_for(&mut self, value: Value, owner: Owner) -> Value {
        if value.container.is_some() || value.place.is_some() {
            return value;
        }
        if !matches!(
            value.kind,
            Kind::List | Kind::Dict | Kind::Set | Kind::ByteArray
        ) || value.length.is_none()
        {
            return value;
        }
        let id = self.container(value.kind, value.length.clone(), owner);
        if let Some(container) = self.containers.get_mut(id.0 as usize) {
            container.adopted(value.element.as_deref().cloned(), value.is_bound);
            container.key = value.key.as_deref().cloned();
        }
        Value {
            container: Some(id),
            ..value
        }
    }
}

/// The name that stands before the parentheses of a call, if it is one.
pub(super) fn called_name(label: &str) -> &str {
    let last = label.rsplit('.').next().unwrap_or(label);
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    if last.chars().all(is_name) { last } else { "" }
}
