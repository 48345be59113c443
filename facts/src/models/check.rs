//! Checks that what models speak of exists.

use std::collections::BTreeMap;

use super::definition::{Binding, Class, Definition, Function, Kind};
use super::error::ModelError;
use super::size::SizeExpr;
use super::syntax::{Argument, Body, Column, Content, Expr, MethodCall, Place, Statement};

type Definitions = BTreeMap<String, Definition>;

/// Functions of the flow language itself.
pub(super) const INTRINSICS: [&str; 4] = ["each", "contents", "type", "make"];

/// Defines the modules that others stand in and that no file names.
pub(super) fn add_modules(definitions: &mut Definitions) {
    let mut missing = Definitions::new();
    for definition in definitions.values() {
        let mut owner = definition.owner.as_str();
        while !owner.is_empty() && !definitions.contains_key(owner) {
            let (parent, name) = owner.rsplit_once('.').unwrap_or(("", owner));
            missing.insert(
                owner.into(),
                Definition {
                    place: definition.place.clone(),
                    owner: parent.into(),
                    name: name.into(),
                    kind: Kind::Module,
                    hidden: false,
                },
            );
            owner = parent;
        }
    }
    definitions.extend(missing);
}

/// The full name of what `name` stands for in `module`, aliases followed: looked up in the
/// module, in builtins, and as a full name.
pub(super) fn resolve<'d>(
    definitions: &'d Definitions,
    module: &str,
    name: &str,
) -> Option<&'d str> {
    let (mut module, mut name) = (module, name);
    let mut candidate = String::new();
    for _ in 0..8 {
        let (full, definition) = [module, "builtins", ""].into_iter().find_map(|prefix| {
            candidate.clear();
            candidate.push_str(prefix);
            if !prefix.is_empty() {
                candidate.push('.');
            }
            candidate.push_str(name);
            definitions.get_key_value(candidate.as_str())
        })?;
        match &definition.kind {
            Kind::Alias(target) => {
                module = module_of(definitions, full);
                name = target;
            }
            _ => return Some(full),
        }
    }
    None
}

/// The module around the definition `name`.
pub(super) fn module_of<'d>(definitions: &'d Definitions, name: &'d str) -> &'d str {
    let mut owner = name;
    while let Some(definition) = definitions.get(owner) {
        if matches!(definition.kind, Kind::Module) {
            break;
        }
        owner = &definition.owner;
    }
    owner
}

/// The class that `name` stands for in `module`.
pub(super) fn class<'d>(
    definitions: &'d Definitions,
    module: &str,
    name: &str,
) -> Option<(&'d str, &'d Class)> {
    let found = |full: &'d str| match &definitions.get(full)?.kind {
        Kind::Class(class) => Some((full, class)),
        _ => None,
    };
    // A full name may begin like something of the module that is no class.
    resolve(definitions, module, name)
        .and_then(found)
        .or_else(|| resolve(definitions, "", name).and_then(found))
}

/// Pushes an error for everything that does not exist.
pub(super) fn check(definitions: &Definitions, errors: &mut Vec<ModelError>) {
    for (full, definition) in definitions {
        let module = module_of(definitions, full);
        let mut checker = Checker {
            definitions,
            definition,
            module,
            body: &Body::default(),
            line: definition.place.line,
            errors,
        };
        checker.owner();
        match &definition.kind {
            Kind::Module => {}
            Kind::Class(class) => checker.class(full, class),
            Kind::Function(function) => {
                let mut checker = Checker {
                    body: &function.body,
                    ..checker
                };
                checker.function(function);
            }
            Kind::Value(value, _) => checker.expression(value),
            Kind::Alias(target) => {
                if resolve(definitions, module, target).is_none_or(|found| found == full) {
                    checker.error(format!("`{target}` is not modelled"));
                }
            }
        }
    }
}

struct Checker<'c> {
    definitions: &'c Definitions,
    definition: &'c Definition,
    module: &'c str,
    body: &'c Body,
    /// The line that errors are reported on.
    line: usize,
    errors: &'c mut Vec<ModelError>,
}

impl Checker<'_> {
    fn error(&mut self, message: impl Into<String>) {
        let mut error = self.definition.place.error(message);
        error.line = self.line;
        self.errors.push(error);
    }

    fn owner(&mut self) {
        let owner = &self.definition.owner;
        let method = matches!(&self.definition.kind, Kind::Function(function)
            if function.binding != Binding::Free);
        let fits = match self.definitions.get(owner).map(|owner| &owner.kind) {
            None | Some(Kind::Module) => !method,
            Some(Kind::Class(_)) => !matches!(self.definition.kind, Kind::Module),
            Some(_) => false,
        };
        if !fits {
            let expected = if method { "class" } else { "class or module" };
            self.error(format!("there is no {expected} `{owner}`"));
        }
    }

    fn class(&mut self, full: &str, found: &Class) {
        for base in &found.bases {
            if class(self.definitions, self.module, base).is_none() {
                self.error(format!("the base `{base}` is not a modelled class"));
            }
        }
        if self.inherits_itself(full) {
            self.error(format!("class `{full}` inherits from itself"));
        }
        if let Some(elements) = &found.elements {
            self.expression(elements);
        }
    }

    fn inherits_itself(&self, full: &str) -> bool {
        let mut seen = vec![full];
        let mut next = 0;
        while let Some(&name) = seen.get(next) {
            next += 1;
            let module = module_of(self.definitions, name);
            let Some((_, found)) = class(self.definitions, "", name) else {
                continue;
            };
            for base in &found.bases {
                match class(self.definitions, module, base) {
                    Some((base, _)) if base == full => return true,
                    Some((base, _)) if !seen.contains(&base) => seen.push(base),
                    _ => {}
                }
            }
        }
        false
    }

    fn function(&mut self, function: &Function) {
        for parameter in &function.body.parameters {
            if let Some(default) = &parameter.default {
                self.expression(default);
            }
        }
        for (line, statement) in &function.body.statements {
            self.line = *line;
            match statement {
                Statement::Assign(_, value) | Statement::Do(value) => self.expression(value),
                Statement::Store(left, place, right) => {
                    self.expression(left);
                    self.place(place);
                    self.expression(right);
                }
                Statement::Elements(left, right) => {
                    self.expression(left);
                    self.expression(right);
                }
            }
        }
        if let Some((line, value)) = &function.body.returns {
            self.line = if *line == 0 { self.line } else { *line };
            self.expression(value);
        }
        self.line = self.definition.place.line;
        for allocation in &function.cost.allocates {
            self.size(&allocation.bytes);
        }
        let named = [&function.cost.text_of, &function.cost.gives];
        for name in named.into_iter().flatten() {
            self.parameter(name);
        }
        for name in &function.body.singly {
            self.parameter(name);
        }
        for growth in &function.cost.grows {
            self.parameter(&growth.parameter);
            self.size(&growth.by);
        }
        let cost = &function.cost;
        let lengths = [
            &cost.result_length,
            &cost.element_length,
            &cost.elements_length,
        ];
        lengths
            .into_iter()
            .flatten()
            .for_each(|length| self.size(length));
    }

    fn size(&mut self, size: &SizeExpr) {
        for name in size.parameters() {
            self.parameter(name);
        }
    }

    fn parameter(&mut self, name: &str) {
        if !self.body.has_parameter(name) {
            self.error(format!("`{name}` is not a parameter"));
        }
    }

    /// What selects an element is a parameter.
    fn place(&mut self, place: &Place) {
        if let Place::At(name, Column(column)) = place
            && !self.body.has_parameter(name)
        {
            self.error(format!("`{name}` is not a parameter (column {column})"));
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Name(name, Column(column)) => self.name(name, *column),
            Expr::Constant(_) | Expr::Nothing => {}
            Expr::Either(all) => all.iter().for_each(|value| self.expression(value)),
            Expr::Load(base, place) => {
                self.expression(base);
                self.place(place);
            }
            Expr::Call(callee, arguments) => self.call(callee, arguments),
            Expr::Method(call) => self.method(call),
            Expr::Fallback(both) => {
                self.method(&both.0);
                self.method(&both.1);
            }
            Expr::New(name, contents, Column(column)) => {
                if class(self.definitions, self.module, name).is_none() {
                    self.error(format!(
                        "`{name}` is not a modelled class (column {column})"
                    ));
                }
                for content in contents {
                    let (Content::Store(_, value) | Content::Elements(value)) = content;
                    self.expression(value);
                }
            }
            Expr::Reference(name, Column(column)) => {
                if resolve(self.definitions, self.module, name).is_none() {
                    self.error(format!("`{name}` is not modelled (column {column})"));
                }
            }
        }
    }

    fn name(&mut self, name: &str, column: usize) {
        let shared = || class(self.definitions, self.module, name).is_some_and(|(_, c)| c.shared);
        if !self.body.has(name) && !shared() {
            let message = format!("`{name}` is neither a parameter nor assigned (column {column})");
            self.error(message);
        }
    }

    fn call(&mut self, callee: &Expr, arguments: &[Argument]) {
        match intrinsic(self.body, callee) {
            Some(name) => {
                if !matches!(arguments, [Argument::Positional(_)]) {
                    self.error(format!("`{name}` takes one argument"));
                }
            }
            None => self.expression(callee),
        }
        for argument in arguments {
            self.expression(argument.value());
        }
    }

    fn method(&mut self, call: &MethodCall) {
        self.expression(&call.base);
        for argument in &call.arguments {
            self.expression(argument.value());
        }
    }
}

/// The function of the flow language that `callee` is, where no parameter or local hides it.
pub(super) fn intrinsic<'e>(body: &Body, callee: &'e Expr) -> Option<&'e str> {
    match callee {
        Expr::Name(name, _) if INTRINSICS.contains(&name.as_str()) && !body.has(name) => Some(name),
        _ => None,
    }
}
