//! Functions, lambdas and their parameters.

use heapcast_facts::{Field, Obj, ObjectKind, Region, RegionKind, Symbol, Var};
use rustpython_ast::{self as ast, Expr, Parameters, Stmt};
use rustpython_text_size::{Ranged, TextRange};

use super::builder::{Lowerer, MODULE_OBJECT};
use super::frame::{ClassContext, Frame};
use super::names::is_name;
use super::scope::{MODULE, ScopeId, ScopeKind};
use super::{Constant, Receiver};
use crate::ir::{Argument, Callee, Function, FunctionKind, Names, Op, Parameter, ParameterKind};

/// The code of a function whose body is lowered after the code around it.
#[derive(Clone, Copy)]
pub(super) enum Code<'a> {
    Body(&'a [Stmt]),
    Value(&'a Expr),
}

/// A function that waits for its turn.
pub(super) struct Pending<'a> {
    object: Obj,
    name: Symbol,
    scope: ScopeId,
    class: Option<ClassContext>,
    /// Whether the first parameter is the receiver of a method of `class`.
    is_method: bool,
    is_class_method: bool,
    receiver: Option<Var>,
    is_async: bool,
    code: Code<'a>,
    parameters: Vec<Parameter>,
    range: TextRange,
}

impl<'a> Lowerer<'a> {
    /// The dotted name of something called `name` in the current scope.
    pub(super) fn qualify(&mut self, name: &str) -> Symbol {
        let owner = self.definer();
        let prefix = self.qualified.get(&owner).copied().unwrap_or_default();
        let text = format!("{}.{name}", self.symbols.text(prefix));
        self.intern(&text)
    }

    /// The object that directly holds a definition made here.
    fn definer(&self) -> Obj {
        match (self.frame.class, self.current_scope_kind()) {
            (Some(class), ScopeKind::Class) => class.object,
            _ => self.frame.function,
        }
    }

    /// The kind of the innermost scope that is no comprehension.
    pub(super) fn current_scope_kind(&self) -> ScopeKind {
        self.frame
            .scopes
            .iter()
            .rev()
            .map(|&id| self.scopes.get(id).kind)
            .find(|&kind| kind != ScopeKind::Comprehension)
            .unwrap_or(ScopeKind::Module)
    }

    fn function_object(&mut self, name: Symbol) -> Obj {
        let object = self.new_object();
        let definer = self.definer();
        self.facts.object.push((object, ObjectKind::Function, name));
        self.facts.function_in.push((object, definer));
        self.qualified.insert(object, name);
        object
    }

    /// A `def` statement.
    pub(super) fn function_definition(&mut self, definition: &'a ast::StmtFunctionDef) {
        let mut decorators = Vec::with_capacity(definition.decorator_list.len());
        for decorator in &definition.decorator_list {
            decorators.push(self.expression(&decorator.expression));
        }
        self.line = self.line_of(definition.name.range());
        let name = self.qualify(definition.name.as_str());
        let object = self.function_object(name);
        let parameters = self.formals(object, Some(&definition.parameters));
        if let Some(returns) = &definition.returns {
            self.annotation_calls(returns);
        }
        let in_class = self.current_scope_kind() == ScopeKind::Class;
        let is_static =
            has_decorator(definition, "staticmethod") && definition.name.as_str() != "__new__";
        let is_method = in_class && !is_static;
        self.queue.push_back(Pending {
            object,
            name,
            scope: self.scopes.at(definition.range()),
            class: self.frame.class,
            is_method,
            is_class_method: has_decorator(definition, "classmethod"),
            receiver: self.frame.receiver.filter(|_| !in_class),
            is_async: definition.is_async,
            code: Code::Body(&definition.body),
            parameters,
            range: definition.range(),
        });
        let mut value = self.closure(object);
        value = self.implicit_method_kind(definition.name.as_str(), in_class, value);
        for decorator in decorators.into_iter().rev() {
            value = self.apply_decorator(decorator, value);
        }
        self.bind(definition.name.as_str(), value);
    }

    /// `__init_subclass__` and `__class_getitem__` are class methods without being marked so.
    fn implicit_method_kind(&mut self, name: &str, in_class: bool, value: Var) -> Var {
        if !in_class || !matches!(name, "__init_subclass__" | "__class_getitem__") {
            return value;
        }
        let to = self.plain(Constant::ClassMethod);
        let field = self.intern("__func__");
        let object = self.new_site(Constant::ClassMethod);
        self.facts.alloc.push((to, object));
        self.facts.store.push((to, Field::attribute(field), value));
        to
    }

    fn closure(&mut self, function: Obj) -> Var {
        let to = self.holder_of(function);
        self.definitions.insert(to, function);
        self.push(Op::Closure { to, function });
        to
    }

    /// Applies a decorator to what it stands on.
    pub(super) fn apply_decorator(&mut self, decorator: Var, value: Var) -> Var {
        let (call, result) =
            self.emit_call(Callee::Value(decorator), vec![Argument::Positional(value)]);
        self.facts.decorator_call.push((call,));
        result
    }

    /// A `lambda` expression.
    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda) -> Var {
        self.at(lambda);
        let owner = self.qualify("<lambda");
        let number = self.lambdas.entry(owner).or_default();
        *number += 1;
        let text = format!("{}{number}>", self.symbols.text(owner));
        let name = self.intern(&text);
        let object = self.function_object(name);
        let parameters = self.formals(object, lambda.parameters.as_deref());
        let in_class = self.current_scope_kind() == ScopeKind::Class;
        self.queue.push_back(Pending {
            object,
            name,
            scope: self.scopes.at(lambda.range()),
            class: self.frame.class,
            is_method: in_class,
            is_class_method: false,
            receiver: self.frame.receiver.filter(|_| !in_class),
            is_async: false,
            code: Code::Value(&lambda.body),
            parameters,
            range: lambda.range(),
        });
        self.closure(object)
    }

    /// Evaluates the defaults of a definition and declares its parameters.
    fn formals(&mut self, function: Obj, parameters: Option<&'a Parameters>) -> Vec<Parameter> {
        let Some(parameters) = parameters else {
            return Vec::new();
        };
        let mut result = Vec::new();
        let positional = parameters
            .posonlyargs
            .iter()
            .map(|parameter| (parameter, ParameterKind::PositionalOnly))
            .chain(
                parameters
                    .args
                    .iter()
                    .map(|parameter| (parameter, ParameterKind::Positional)),
            );
        let mut index = 0;
        for (parameter, kind) in positional {
            let formal = self.formal(function, parameter, kind);
            self.facts.formal.push((function, index, formal.var));
            if kind == ParameterKind::Positional {
                self.facts
                    .formal_keyword
                    .push((function, formal.name, formal.var));
            }
            index += 1;
            result.push(formal);
        }
        if let Some(star) = &parameters.vararg {
            let formal = self.star_formal(function, star, ParameterKind::Star);
            self.facts.formal_star.push((function, index, formal.var));
            result.push(formal);
        }
        for parameter in &parameters.kwonlyargs {
            let formal = self.formal(function, parameter, ParameterKind::KeywordOnly);
            self.facts
                .formal_keyword
                .push((function, formal.name, formal.var));
            result.push(formal);
        }
        if let Some(star) = &parameters.kwarg {
            let formal = self.star_formal(function, star, ParameterKind::StarStar);
            self.facts.formal_star_star.push((function, formal.var));
            result.push(formal);
        }
        result
    }

    fn formal(
        &mut self,
        function: Obj,
        parameter: &'a ast::ParameterWithDefault,
        kind: ParameterKind,
    ) -> Parameter {
        let default = parameter
            .default
            .as_deref()
            .map(|default| self.expression(default));
        let name = self.mangle(parameter.parameter.name.as_str());
        let var = self.new_var_of(function);
        self.formal_vars.insert(var, ());
        if let Some(default) = default {
            self.facts.default_value.push((function, var, default));
            self.note_constant(default);
        }
        if let Some(Expr::NoneLiteral(_)) = parameter.default.as_deref() {
            self.optional.insert(var, ());
        }
        if let Some(annotation) = &parameter.parameter.annotation {
            self.annotation(var, annotation, 0);
            self.annotation_calls(annotation);
        }
        Parameter {
            name,
            var,
            kind,
            default,
        }
    }

    /// Annotations are evaluated where the function is defined; their calls matter.
    fn annotation_calls(&mut self, annotation: &'a Expr) {
        if self.lazy_annotations {
            return;
        }
        if rustpython_ast::helpers::any_over_expr(annotation, &|part| part.is_call_expr()) {
            self.expression(annotation);
        }
    }

    fn star_formal(
        &mut self,
        function: Obj,
        parameter: &'a ast::Parameter,
        kind: ParameterKind,
    ) -> Parameter {
        let name = self.intern(parameter.name.as_str());
        let var = self.new_var_of(function);
        let object = self.new_site(if kind == ParameterKind::Star {
            Constant::Tuple
        } else {
            Constant::Dict
        });
        self.facts.alloc.push((var, object));
        self.gathered.insert(var, ());
        if kind == ParameterKind::StarStar {
            let name = self.plain(Constant::Str);
            self.facts.store.push((var, Field::KEYS, name));
        }
        Parameter {
            name,
            var,
            kind,
            default: None,
        }
    }

    /// Lowers the functions that wait, and those that they define, until none is left.
    pub(super) fn drain_queue(&mut self) {
        while let Some(pending) = self.queue.pop_front() {
            self.function_body(pending);
        }
    }

    fn function_body(&mut self, pending: Pending<'a>) {
        self.line = self.line_of(pending.range);
        let frame = self.frame_of(&pending);
        let outer = std::mem::replace(&mut self.frame, frame);
        let region = self.outermost_region();
        let is_generator = self.scopes.get(pending.scope).yields;
        self.declare_cells(pending.scope);
        self.bind_parameters(&pending.parameters);
        self.self_parameter(&pending);
        if is_generator {
            self.generator_object();
        }
        let kind = match pending.code {
            Code::Body(statements) => {
                self.statements(statements);
                FunctionKind::Def
            }
            Code::Value(value) => {
                let value = self.expression(value);
                self.return_value(Some(value));
                FunctionKind::Lambda
            }
        };
        self.flush();
        let body = std::mem::replace(&mut self.frame, outer).block;
        if self.input.keep_ir {
            self.functions.push(Function {
                object: pending.object,
                kind,
                name: pending.name,
                is_async: pending.is_async,
                is_generator,
                parameters: pending.parameters,
                region,
                body,
                names: self.scopes.frame_names(pending.scope),
                line: self.line_of(pending.range),
                end_line: self.line_at(pending.range.end()),
            });
        }
    }

    fn frame_of(&self, pending: &Pending<'a>) -> Frame {
        let mut frame = Frame::new(pending.object, Region(0), pending.scope);
        frame.class = pending.class;
        let first = pending.parameters.first().filter(|first| {
            pending.is_method
                && matches!(
                    first.kind,
                    ParameterKind::PositionalOnly | ParameterKind::Positional
                )
        });
        frame.receiver = first.map(|first| first.var).or(pending.receiver);
        if self.symbols.text(pending.name).ends_with(".__getattr__") {
            frame.asked = pending.parameters.get(1).map(|parameter| parameter.var);
        }
        frame
    }

    /// Opens the region of the current function's body.
    fn outermost_region(&mut self) -> Region {
        let region = self.new_region(RegionKind::Function);
        self.frame.outermost = region;
        self.frame.region = region;
        region
    }

    fn bind_parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            let text = self.symbols.text(parameter.name).to_owned();
            self.bind(&text, parameter.var);
        }
        self.flush();
    }

    fn self_parameter(&mut self, pending: &Pending<'a>) {
        if let (true, Some(class), Some(first)) = (
            pending.is_method,
            self.frame.class,
            pending.parameters.first(),
        ) {
            let text = self
                .symbols
                .text(pending.name)
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_owned();
            let is_class = pending.is_class_method
                || matches!(
                    text.as_str(),
                    "__new__" | "__init_subclass__" | "__class_getitem__"
                );
            let name = self.intern(&text);
            self.links.receivers.push(Receiver {
                var: first.var,
                class: class.object,
                method: self.frame.function,
                name,
                is_class,
            });
        }
    }

    /// The generator that calling a generator function returns.
    fn generator_object(&mut self) {
        let object = self.new_site(Constant::Generator);
        let var = self.holder_of(object);
        let function = self.frame.function;
        self.facts.return_value.push((function, var));
        self.frame.generator = Some(var);
    }

    /// `return value`; in a generator, the value of `yield from`.
    pub(super) fn return_value(&mut self, value: Option<Var>) {
        if let Some(value) = value {
            match self.frame.generator {
                Some(generator) => {
                    let field = self.intern("__value__");
                    self.facts
                        .store
                        .push((generator, Field::attribute(field), value));
                }
                None => self.returned(value),
            }
        }
        self.flush();
        self.push(Op::Return { from: value });
        self.frame.reachable = false;
    }

    fn returned(&mut self, value: Var) {
        let function = self.frame.function;
        let Some(&guard) = self.frame.guards.last() else {
            self.facts.return_value.push((function, value));
            return;
        };
        let var = self.new_var();
        self.facts.assign.push((var, value));
        self.facts.return_value.push((function, var));
        let row = (function, var, guard.formal, u32::from(guard.given));
        self.facts.return_if.push(row);
    }

    /// Lowers the module's own code, then all functions.
    pub(super) fn module(&mut self, module: &'a ast::ModModule) {
        let name = self.intern(self.input.name);
        self.qualified.insert(MODULE_OBJECT, name);
        self.facts
            .object
            .push((MODULE_OBJECT, ObjectKind::Module, name));
        self.facts
            .object_line
            .push((MODULE_OBJECT, MODULE_OBJECT, 1));
        let region = self.outermost_region();
        self.declare_cells(MODULE);
        self.statements(&module.body);
        self.flush();
        let body = std::mem::take(&mut self.frame.block);
        if self.input.keep_ir {
            self.functions.push(Function {
                object: MODULE_OBJECT,
                kind: FunctionKind::Module,
                name,
                is_async: false,
                is_generator: false,
                parameters: Vec::new(),
                region,
                body,
                names: Names::default(),
                line: 1,
                end_line: self.line_at(module.range.end()),
            });
        }
        self.drain_queue();
    }
}

/// Whether a function is decorated with the builtin of that name.
fn has_decorator(definition: &ast::StmtFunctionDef, name: &str) -> bool {
    let decorators = &definition.decorator_list;
    decorators
        .iter()
        .any(|decorator| is_name(&decorator.expression, name))
}
