//! Class statements; their bodies are code of the function around them.

use heapcast_facts::{Field, Obj, ObjectKind, Symbol, Var};
use rustpython_ast::{self as ast, Expr, Stmt};
use rustpython_text_size::Ranged;

use super::Constant;
use super::builder::Lowerer;
use super::frame::ClassContext;
use super::names::{is_name, last_name};
use super::scope::bound_names;
use crate::ir::{Argument, DisplayKind, Op};

impl<'a> Lowerer<'a> {
    /// A new class object called `name` in the current scope.
    pub(super) fn class_object(&mut self, name: Symbol) -> Obj {
        let text = self.symbols.text(name).to_owned();
        let qualified = self.qualify(&text);
        let object = self.new_object();
        self.facts
            .object
            .push((object, ObjectKind::Class, qualified));
        self.qualified.insert(object, qualified);
        object
    }

    /// A variable that holds a class which is made here.
    pub(super) fn class_value(&mut self, class: Obj, bases: Vec<Var>) -> Var {
        let to = self.holder_of(class);
        self.push(Op::Class { to, class, bases });
        to
    }

    /// A `class` statement.
    pub(super) fn class_definition(&mut self, definition: &'a ast::StmtClassDef) {
        let mut decorators = Vec::with_capacity(definition.decorator_list.len());
        for decorator in &definition.decorator_list {
            decorators.push(self.expression(&decorator.expression));
        }
        let arguments = match &definition.arguments {
            Some(arguments) => self.arguments(arguments),
            None => Vec::new(),
        };
        self.line = self.line_of(definition.name.range());
        let name = self.intern(definition.name.as_str());
        let class = self.class_object(name);
        let bases = self.bases(class, &arguments);
        self.class_keywords(class, &arguments, definition);
        self.class_body(class, name, definition);
        self.at(definition);
        let mut value = self.class_value(class, bases);
        self.definitions.insert(value, class);
        for decorator in decorators.into_iter().rev() {
            value = self.apply_decorator(decorator, value);
        }
        self.other_code_runs();
        self.bind(definition.name.as_str(), value);
    }

    fn bases(&mut self, class: Obj, arguments: &[Argument]) -> Vec<Var> {
        let mut bases = Vec::new();
        for argument in arguments {
            if let Argument::Positional(var) = *argument {
                self.facts.base_class.push((class, bases.len() as u32, var));
                bases.push(var);
            }
        }
        bases
    }

    /// `metaclass=` and the arguments that `__init_subclass__` of a base gets.
    fn class_keywords(
        &mut self,
        class: Obj,
        arguments: &[Argument],
        definition: &ast::StmtClassDef,
    ) {
        if arguments.is_empty() {
            return;
        }
        let explicit = arguments.iter().find_map(|argument| match *argument {
            Argument::Keyword(name, var) if self.symbols.text(name) == "metaclass" => Some(var),
            _ => None,
        });
        if let Some(var) = explicit {
            self.facts.metaclass.push((class, var));
            self.creation(class, var);
        }
        self.line = self.line_of(definition.name.range());
        let holder = self.holder_of(class);
        if explicit.is_none() {
            let inherited = self.new_var();
            self.facts.class_of.push((inherited, holder));
            self.creation(class, inherited);
        }
        let receiver = self.new_var();
        self.facts.super_of.push((receiver, class, holder));
        let hook = self.intern("__init_subclass__");
        let call = self.new_implied_call();
        self.facts.method_call.push((call, receiver, hook));
        for argument in arguments {
            if let Argument::Keyword(name, var) = *argument
                && self.symbols.text(name) != "metaclass"
            {
                self.facts.actual_keyword.push((call, name, var));
            }
        }
    }

    /// A class statement calls the metaclass.
    fn creation(&mut self, class: Obj, metaclass: Var) {
        let creation = self.new_implied_call();
        self.facts.call.push((creation, metaclass));
        self.facts.creation.push((creation, class));
        let made = self.new_var();
        self.facts.call_result.push((creation, made));
        let name = self.plain(Constant::Str);
        let (bases, _) = self.new_container(DisplayKind::Tuple);
        let (namespace, dict) = self.new_container(DisplayKind::Dict);
        self.facts.class_namespace.push((dict, class));
        for (index, argument) in (0..).zip([name, bases, namespace]) {
            self.facts.actual.push((creation, index, argument));
        }
        self.namespaces.insert(class, namespace);
    }

    fn class_body(&mut self, class: Obj, name: Symbol, definition: &'a ast::StmtClassDef) {
        let scope = self.scopes.at(definition.range());
        let outer = self.frame.class.replace(ClassContext {
            object: class,
            name,
        });
        self.frame.scopes.push(scope);
        let bound = bound_names(&definition.body, []);
        for name in &bound {
            let name = self.mangle(name);
            self.class_names.insert(name, ());
        }
        self.statements(&definition.body);
        self.frame.reachable = true;
        for text in bound {
            self.class_member(class, text);
        }
        self.data_fields(class, definition);
        self.frame.scopes.pop();
        self.frame.class = outer;
    }

    fn class_member(&mut self, class: Obj, text: &str) {
        let name = self.mangle(text);
        let Some(slot) = self.local_slot(name) else {
            return;
        };
        let Some(value) = self.frame.value(slot) else {
            return;
        };
        self.facts.class_attribute.push((class, name, value));
        if let Some(&namespace) = self.namespaces.get(&class) {
            self.facts.store.push((namespace, Field::key(name), value));
        }
        self.frame.publish(value);
        if text == "__set_name__" || self.known(value).is_some() {
            return;
        }
        self.set_name_protocol(class, name, value);
    }

    /// A descriptor learns its name when the class is made.
    fn set_name_protocol(&mut self, class: Obj, name: Symbol, value: Var) {
        if self.definitions.contains_key(&value) {
            return;
        }
        let owner = self.holder_of(class);
        let text = self.constant(crate::ir::Const::Str(name));
        self.protocol(value, "__set_name__", &[owner, text]);
    }

    /// The fields that a dataclass-like class declares: annotated names in order.
    fn data_fields(&mut self, class: Obj, definition: &'a ast::StmtClassDef) {
        let mut index = 0;
        for statement in &definition.body {
            self.enum_members(class, statement);
            let Stmt::AnnAssign(assignment) = statement else {
                continue;
            };
            let Expr::Name(name) = &*assignment.target else {
                continue;
            };
            if is_class_variable(&assignment.annotation) {
                continue;
            }
            let field = self.intern(name.id.as_str());
            let held = self.new_var();
            self.annotation(held, &assignment.annotation, 0);
            self.facts.declared_attribute.push((class, field, held));
            self.facts.data_field.push((class, index, field));
            index += 1;
        }
    }
}

impl Lowerer<'_> {
    /// The strings of `__match_args__`.
    fn match_arguments(&mut self, class: Obj, tuple: &ast::ExprTuple) {
        for (index, element) in tuple.elts.iter().enumerate() {
            if let Expr::StringLiteral(text) = element {
                let name = self.intern(text.value.to_str());
                self.facts.match_argument.push((class, index as u32, name));
            }
        }
    }

    /// The names that a plain assignment in a class body binds.
    fn enum_members(&mut self, class: Obj, statement: &Stmt) {
        let Stmt::Assign(assignment) = statement else {
            return;
        };
        for target in &assignment.targets {
            if is_name(target, "__match_args__")
                && let Expr::Tuple(tuple) = &*assignment.value
            {
                self.match_arguments(class, tuple);
            }
            if let Expr::Name(name) = target
                && !name.id.as_str().starts_with('_')
            {
                let name = self.intern(name.id.as_str());
                self.facts.enum_member.push((class, name));
            }
        }
    }
}

/// Whether an annotation is `ClassVar` or `ClassVar[…]`.
fn is_class_variable(annotation: &Expr) -> bool {
    match annotation {
        Expr::Subscript(subscript) => is_class_variable(&subscript.value),
        Expr::StringLiteral(text) => text.value.to_str().contains("ClassVar"),
        other => last_name(other) == Some("ClassVar"),
    }
}
