//! Turns the body of a modelled function into input relations.

use std::collections::BTreeMap;

use crate::ids::{Call, Field, Obj, Var};
use crate::relations::{Facts, ObjectKind};
use crate::symbols::{Symbol, Symbols};

use super::check::{class, intrinsic, resolve};
use super::definition::Definition;
use super::emit::{ModelNames, NextIds};
use super::syntax::{Argument, Body, Content, Expr, MethodCall, Passing, Place, Statement};

type Definitions = BTreeMap<String, Definition>;

/// Writes the facts of one function.
pub(super) struct Writer<'w> {
    pub(super) facts: &'w mut Facts,
    symbols: &'w mut Symbols,
    ids: &'w mut NextIds,
    definitions: &'w Definitions,
    names: &'w ModelNames,
    function: Obj,
    module: &'w str,
    body: &'w Body,
    locals: BTreeMap<&'w str, Var>,
    /// What was written for an expression that can be written once.
    known: Vec<(Expr, Var)>,
}

impl<'w> Writer<'w> {
    pub(super) fn new(
        facts: &'w mut Facts,
        symbols: &'w mut Symbols,
        ids: &'w mut NextIds,
        definitions: &'w Definitions,
        names: &'w ModelNames,
        (function, module, body): (Obj, &'w str, &'w Body),
    ) -> Self {
        Self {
            facts,
            symbols,
            ids,
            definitions,
            names,
            function,
            module,
            body,
            locals: BTreeMap::new(),
            known: Vec::new(),
        }
    }

    fn var(&mut self) -> Var {
        let var = self.ids.var();
        self.facts.variable_in.push((var, self.function));
        var
    }

    /// A variable that holds `object`.
    pub(super) fn holding(&mut self, object: Obj) -> Var {
        let var = self.var();
        self.facts.alloc.push((var, object));
        var
    }

    /// All of the function: parameters, statements, result.
    pub(super) fn function(&mut self) {
        self.parameters();
        for (_, statement) in &self.body.statements {
            if let Statement::Assign(name, _) = statement
                && !self.locals.contains_key(name.as_str())
            {
                let var = self.var();
                self.locals.insert(name, var);
            }
        }
        for parameter in &self.body.parameters {
            if let Some(default) = &parameter.default
                && let Some(&var) = self.locals.get(parameter.name.as_str())
            {
                for alternative in alternatives(default) {
                    let from = self.value(alternative);
                    self.facts.default_value.push((self.function, var, from));
                }
            }
        }
        for (_, statement) in &self.body.statements {
            self.statement(statement);
        }
        if let Some((_, value)) = &self.body.returns {
            let var = self.value(value);
            self.facts.return_value.push((self.function, var));
        }
    }

    fn parameters(&mut self) {
        let mut index = 0;
        for parameter in &self.body.parameters {
            let var = self.var();
            self.locals.insert(&parameter.name, var);
            if self.body.singly.contains(&parameter.name) {
                self.facts.takes_singly.push((self.function, var));
            }
            match parameter.passing {
                Passing::PositionalOnly | Passing::Either => {
                    self.facts.formal.push((self.function, index, var));
                    index += 1;
                }
                Passing::KeywordOnly => {}
                Passing::Star => {
                    self.facts.formal_star.push((self.function, index, var));
                    self.argument_container(var, "tuple");
                }
                Passing::StarStar => {
                    self.facts.formal_star_star.push((self.function, var));
                    self.argument_container(var, "dict");
                }
            }
            if matches!(parameter.passing, Passing::Either | Passing::KeywordOnly) {
                let name = self.symbols.intern(&parameter.name);
                self.facts.formal_keyword.push((self.function, name, var));
            }
        }
    }

    /// The tuple or dict that holds the surplus arguments.
    fn argument_container(&mut self, var: Var, class: &str) {
        if let Some(object) = self.site(class) {
            self.facts.alloc.push((var, object));
        }
    }

    fn statement(&mut self, statement: &'w Statement) {
        match statement {
            Statement::Assign(name, value) => {
                if let Some(&var) = self.locals.get(name.as_str()) {
                    self.assign(var, value);
                }
            }
            Statement::Store(base, place, value) => {
                let base = self.value(base);
                self.store(base, place, value);
            }
            Statement::Elements(to, from) => {
                let to = self.value(to);
                let from = self.value(from);
                self.facts.elements.push((to, from));
            }
            Statement::Do(value) => {
                self.value(value);
            }
        }
    }

    fn assign(&mut self, to: Var, value: &Expr) {
        for alternative in alternatives(value) {
            if *alternative != Expr::Nothing {
                let from = self.value(alternative);
                self.facts.assign.push((to, from));
            }
        }
    }

    fn store(&mut self, base: Var, place: &Place, value: &Expr) {
        let key = self.key(place);
        let field = match key {
            Some(_) => Field::UNKNOWN,
            None => self.field(place),
        };
        for alternative in alternatives(value) {
            if *alternative != Expr::Nothing {
                let from = self.value(alternative);
                self.facts.store.push((base, field, from));
                (self.facts.store_by_key).extend(key.map(|key| (base, key, from)));
            }
        }
    }

    /// The parameter that selects an element.
    fn key(&self, place: &Place) -> Option<Var> {
        match place {
            Place::At(name, _) => self.locals.get(name.as_str()).copied(),
            _ => None,
        }
    }

    fn field(&mut self, place: &Place) -> Field {
        match place {
            Place::Attribute(name) => Field::attribute(self.symbols.intern(name)),
            Place::Key(key) => Field::key(self.symbols.intern(key)),
            Place::Index(index) => Field::index(*index),
            Place::Unknown => Field::UNKNOWN,
            Place::At(..) => Field::ALL,
            Place::All => Field::ALL,
            Place::Keys => Field::KEYS,
        }
    }

    /// A variable that holds the value of `value`.
    pub(super) fn value(&mut self, value: &Expr) -> Var {
        if let Expr::Name(name, _) = value
            && let Some(&var) = self.locals.get(name.as_str())
        {
            return var;
        }
        if let Some((_, var)) = self.known.iter().find(|(known, _)| known == value) {
            return *var;
        }
        let var = self.fresh_value(value);
        if self.is_repeatable(value) {
            self.known.push((value.clone(), var));
        }
        var
    }

    /// Whether a second occurrence of the expression in a function is the same value.
    fn is_repeatable(&self, value: &Expr) -> bool {
        match value {
            Expr::Name(..) | Expr::Constant(_) | Expr::Load(..) | Expr::Reference(..) => true,
            Expr::Call(callee, _) => intrinsic(self.body, callee).is_some_and(|n| n != "make"),
            _ => false,
        }
    }

    fn fresh_value(&mut self, value: &Expr) -> Var {
        match value {
            Expr::Name(name, _) => self.instance(name),
            Expr::Constant(class) => self.instance(class),
            Expr::Nothing => self.var(),
            Expr::Either(_) => {
                let var = self.var();
                self.assign(var, value);
                var
            }
            Expr::Load(base, place) => {
                let base = self.value(base);
                let field = self.field(place);
                let var = self.var();
                self.facts.load.push((base, field, var));
                if let Some(key) = self.key(place) {
                    self.facts.load_by_key.push((base, key, var));
                }
                var
            }
            Expr::Call(callee, arguments) => self.call(callee, arguments),
            Expr::Method(method) => self.method(method),
            Expr::Fallback(both) => self.fallback(&both.0, &both.1),
            Expr::New(class, contents, _) => self.new_object(class, contents),
            Expr::Reference(name, _) => {
                let full = resolve(self.definitions, self.module, name);
                match full.and_then(|full| self.names.object(full)) {
                    Some(object) => self.holding(object),
                    None => self.var(),
                }
            }
        }
    }

    /// A variable that holds the shared instance of an immutable class.
    fn instance(&mut self, name: &str) -> Var {
        let found = class(self.definitions, self.module, name);
        match found.and_then(|(full, _)| self.names.instance(full)) {
            Some(object) => self.holding(object),
            None => self.var(),
        }
    }

    /// A new object of `name` (or the shared one) that this function makes.
    fn site(&mut self, name: &str) -> Option<Obj> {
        let (full, found) = class(self.definitions, self.module, name)?;
        if found.shared {
            return self.names.instance(full);
        }
        let object = self.ids.object();
        let own = full.rsplit('.').next().unwrap_or(full);
        let own = self.symbols.intern(own);
        self.facts.object.push((object, ObjectKind::Site, own));
        self.facts.object_in.push((object, self.function));
        if let Some(class) = self.names.object(full) {
            self.facts.instance_of.push((object, class));
        }
        Some(object)
    }

    fn new_object(&mut self, name: &str, contents: &[Content]) -> Var {
        let var = self.var();
        let Some(object) = self.site(name) else {
            return var;
        };
        self.facts.alloc.push((var, object));
        let shared = class(self.definitions, self.module, name).is_some_and(|(_, c)| c.shared);
        if !shared {
            for content in contents {
                match content {
                    Content::Store(place, value) => self.store(var, place, value),
                    Content::Elements(from) => {
                        let from = self.value(from);
                        self.facts.elements.push((var, from));
                    }
                }
            }
        }
        var
    }

    /// The objects that `value`, a type, makes.
    pub(super) fn objects_of(&mut self, value: &Expr) -> Vec<Obj> {
        let mut found = Vec::new();
        for alternative in alternatives(value) {
            let start = self.facts.alloc.len();
            let var = self.value(alternative);
            let allocated = self.facts.alloc.iter().skip(start);
            found.extend(
                allocated
                    .filter(|(to, _)| *to == var)
                    .map(|(_, object)| *object),
            );
        }
        found
    }

    // ---- calls ---------------------------------------------------------------------------

    fn new_call(&mut self) -> Call {
        let call = self.ids.call();
        self.facts.call_in.push((call, self.function, 0));
        self.facts.implied_call.push((call,));
        call
    }

    fn result(&mut self, call: Call) -> Var {
        let var = self.var();
        self.facts.call_result.push((call, var));
        var
    }

    fn call(&mut self, callee: &Expr, arguments: &[Argument]) -> Var {
        if let (Some(name), [Argument::Positional(argument)]) =
            (intrinsic(self.body, callee), arguments)
        {
            let argument = self.value(argument);
            return self.intrinsic(name, argument);
        }
        let callee = self.value(callee);
        let call = self.new_call();
        self.facts.call.push((call, callee));
        self.arguments(call, arguments);
        self.result(call)
    }

    fn intrinsic(&mut self, name: &str, argument: Var) -> Var {
        match name {
            "each" => self.each(argument),
            "make" => {
                let call = self.new_call();
                self.facts.constructs.push((call, argument));
                self.result(call)
            }
            "type" => {
                let var = self.var();
                self.facts.class_of.push((var, argument));
                var
            }
            _ => {
                let var = self.var();
                self.facts.iterate.push((argument, var));
                var
            }
        }
    }

    /// What iterating `base` gives, by builtin containers and by the iteration protocol.
    fn each(&mut self, base: Var) -> Var {
        let item = self.var();
        self.facts.iterate.push((base, item));
        let iter = self.protocol(base, "__iter__", "");
        let iterator = self.result(iter);
        let next = self.protocol(iterator, "__next__", "");
        self.facts.call_result.push((next, item));
        let get = self.protocol(base, "__getitem__", "__iter__");
        let index = self.instance("int");
        self.facts.actual.push((get, 0, index));
        self.facts.call_result.push((get, item));
        item
    }

    fn protocol(&mut self, base: Var, name: &str, unless: &str) -> Call {
        let call = self.new_call();
        let (name, unless) = (self.symbols.intern(name), self.symbols.intern(unless));
        self.facts.protocol_call.push((call, base, name, unless));
        call
    }

    fn method(&mut self, method: &MethodCall) -> Var {
        let base = self.value(&method.base);
        let call = if method.is_special() {
            self.protocol(base, &method.name, "")
        } else {
            let call = self.new_call();
            let name = self.symbols.intern(&method.name);
            self.facts.method_call.push((call, base, name));
            call
        };
        self.arguments(call, &method.arguments);
        self.result(call)
    }

    fn fallback(&mut self, first: &MethodCall, second: &MethodCall) -> Var {
        let result = self.var();
        let left = self.value(&first.base);
        let call = self.protocol(left, &first.name, "");
        self.arguments(call, &first.arguments);
        self.facts.call_result.push((call, result));
        let other = if first.base == second.base {
            self.protocol(left, &second.name, &first.name)
        } else {
            let base = self.value(&second.base);
            let call = self.new_call();
            let name: Symbol = self.symbols.intern(&second.name);
            let unless = self.symbols.intern(&first.name);
            let row = (call, base, name, left, unless);
            self.facts.reflected_call.push(row);
            call
        };
        self.arguments(other, &second.arguments);
        self.facts.call_result.push((other, result));
        result
    }

    fn arguments(&mut self, call: Call, arguments: &[Argument]) {
        let mut index = 0;
        for argument in arguments {
            let var = self.value(argument.value());
            match argument {
                Argument::Positional(_) => {
                    self.facts.actual.push((call, index, var));
                    index += 1;
                }
                Argument::Keyword(name, _) => {
                    let name = self.symbols.intern(name);
                    self.facts.actual_keyword.push((call, name, var));
                }
                Argument::Star(_) => self.facts.actual_star.push((call, index, var)),
                Argument::StarStar(_) => self.facts.actual_star_star.push((call, var)),
            }
        }
    }
}

fn alternatives(value: &Expr) -> Vec<&Expr> {
    match value {
        Expr::Either(all) => all.iter().flat_map(alternatives).collect(),
        other => vec![other],
    }
}
