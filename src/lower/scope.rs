//! Which names each scope binds, and which of them inner functions share.

use heapcast_facts::{Map, Symbol, Symbols};
use rustpython_ast::visitor::{self, Visitor};
use rustpython_ast::{
    Comprehension, ExceptHandler, Expr, ExprContext, ModModule, Parameters, Pattern, Stmt,
};
use rustpython_text_size::{Ranged, TextRange};

use super::embedded::{self, Embedded};
use super::names::{imported_member, imported_module};
use crate::ir::Names;

/// Identity of a scope within its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ScopeId(pub(super) u32);

/// The module's own scope.
pub(super) const MODULE: ScopeId = ScopeId(0);

/// What makes a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Function,
    Class,
    Comprehension,
}

/// What is known of a name in a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// The scope assigns it (or declares it as a parameter).
    pub(super) bound: bool,
    /// `global name` stands in the scope.
    pub(super) global: bool,
    /// `nonlocal name` stands in the scope.
    pub(super) nonlocal: bool,
    /// A function inside reads it.
    pub(super) captured: bool,
    /// A function inside assigns it.
    pub(super) volatile: bool,
}

/// One scope.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: ScopeKind,
    pub(super) parent: Option<ScopeId>,
    pub(super) names: Map<Symbol, Name>,
    /// Whether a `yield` stands directly in it.
    pub(super) yields: bool,
    free: Vec<(Symbol, bool)>,
    /// Whether it is that of a generator expression.
    generates: bool,
    /// The names that its frame has.
    frame: Names,
}

/// The scopes of one file.
#[derive(Debug)]
pub(super) struct Scopes {
    scopes: Vec<Scope>,
    by_range: Map<TextRange, ScopeId>,
}

impl Scopes {
    /// Finds the scopes of a module, and what it evaluates of its constant strings.
    pub(super) fn of(module: &ModModule, text: &str, symbols: &mut Symbols) -> (Self, Embedded) {
        let mut finder = Finder {
            scopes: Self {
                scopes: Vec::new(),
                by_range: Map::default(),
            },
            symbols,
            text,
            embedded: Embedded::default(),
            open: Vec::new(),
            classes: Vec::new(),
        };
        finder.enter(ScopeKind::Module, module.range);
        finder.visit_body(&module.body);
        finder.leave();
        finder.scopes.count_names();
        (finder.scopes, finder.embedded)
    }

    /// How many names the frame of the scope has.
    pub(super) fn frame_names(&self, id: ScopeId) -> Names {
        self.get(id).frame
    }

    fn count_names(&mut self) {
        let mut shared: Map<(ScopeId, Symbol), bool> = Map::default();
        for at in 0..self.scopes.len() {
            let id = ScopeId(at as u32);
            let scope = self.get(id);
            let bound = scope.names.values().filter(|name| name.bound).count() as u32;
            let mut free = 0;
            for &name in scope.names.keys() {
                let Some(owner) = self.owner(id, name).filter(|owner| *owner != id) else {
                    continue;
                };
                free += 1;
                // What functions use is counted where these are made.
                let captured = self.get(owner).names.get(&name);
                let captured = captured.is_some_and(|name| name.captured);
                if scope.kind == ScopeKind::Comprehension && !captured {
                    *shared.entry((owner, name)).or_default() |= scope.generates;
                }
            }
            let frame = &mut self.scopes[at].frame;
            (frame.bound, frame.free) = (bound, free);
        }
        for ((owner, _), generates) in shared {
            let frame = &mut self.scopes[owner.0 as usize].frame;
            frame.shared += 1;
            frame.generated += u32::from(generates);
        }
    }

    /// The function or comprehension whose frame has a name that is used in a scope.
    fn owner(&self, id: ScopeId, name: Symbol) -> Option<ScopeId> {
        let mut at = Some(id);
        while let Some(id) = at {
            let scope = self.get(id);
            let known = scope.names.get(&name).copied().unwrap_or_default();
            let sees = scope.kind != ScopeKind::Class && !known.nonlocal;
            match scope.kind {
                ScopeKind::Module => return None,
                _ if known.global => return None,
                _ if sees && known.bound => return Some(id),
                _ => at = scope.parent,
            }
        }
        None
    }

    /// The scope that the node at `range` makes.
    pub(super) fn at(&self, range: TextRange) -> ScopeId {
        self.by_range.get(&range).copied().unwrap_or(MODULE)
    }

    pub(super) fn get(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }
}

struct Finder<'a> {
    scopes: Scopes,
    symbols: &'a mut Symbols,
    text: &'a str,
    embedded: Embedded,
    open: Vec<ScopeId>,
    /// The names of the classes around.
    classes: Vec<String>,
}

/// The name that the code of a class has for a private one: `__name` is `_Class__name`.
pub(super) fn mangled(class: &str, text: &str) -> Option<String> {
    let class = class.trim_start_matches('_');
    let private = text.starts_with("__") && !text.ends_with("__") && !text.contains('.');
    (private && !class.is_empty()).then(|| format!("_{class}{text}"))
}

impl Finder<'_> {
    fn enter(&mut self, kind: ScopeKind, range: TextRange) {
        let id = ScopeId(self.scopes.scopes.len() as u32);
        self.scopes.scopes.push(Scope {
            kind,
            parent: self.open.last().copied(),
            names: Map::default(),
            yields: false,
            free: Vec::new(),
            generates: false,
            frame: Names::default(),
        });
        self.scopes.by_range.insert(range, id);
        self.open.push(id);
    }

    fn current(&mut self) -> &mut Scope {
        let id = self.open.last().copied().unwrap_or(MODULE);
        &mut self.scopes.scopes[id.0 as usize]
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        let class = self.classes.last();
        match class.and_then(|class| mangled(class, text)) {
            Some(name) => self.symbols.intern(&name),
            None => self.symbols.intern(text),
        }
    }

    fn name(&mut self, text: &str) -> (Symbol, &mut Name) {
        let symbol = self.symbol(text);
        (symbol, self.current().names.entry(symbol).or_default())
    }

    fn bind(&mut self, text: &str) {
        self.name(text).1.bound = true;
    }

    fn read(&mut self, text: &str) {
        self.name(text);
    }

    /// Closes the innermost scope and hands the names that it does not bind to those around it.
    fn leave(&mut self) {
        let Some(id) = self.open.pop() else { return };
        let scope = &mut self.scopes.scopes[id.0 as usize];
        let is_function = scope.kind == ScopeKind::Function;
        let mut free: Vec<(Symbol, Name)> = Vec::new();
        for (&symbol, name) in &scope.names {
            if name.global || name.nonlocal || !name.bound {
                let passed = Name {
                    captured: is_function || name.captured,
                    volatile: name.volatile
                        || (name.bound && (name.nonlocal || name.global) && is_function),
                    global: name.global,
                    ..Name::default()
                };
                free.push((symbol, passed));
            }
        }
        for (symbol, written) in std::mem::take(&mut scope.free) {
            free.push((
                symbol,
                Name {
                    captured: true,
                    volatile: written,
                    ..Name::default()
                },
            ));
        }
        let parent = scope.parent;
        for (symbol, passed) in free {
            self.hand_up(parent, symbol, passed);
        }
    }

    fn hand_up(&mut self, parent: Option<ScopeId>, symbol: Symbol, passed: Name) {
        let Some(parent) = parent else { return };
        if passed.global {
            let name = self.scopes.scopes[0].names.entry(symbol).or_default();
            name.bound |= passed.volatile;
            name.captured = true;
            name.volatile |= passed.volatile;
            return;
        }
        let scope = &mut self.scopes.scopes[parent.0 as usize];
        if scope.kind == ScopeKind::Class && passed.captured {
            // The names of a class body are invisible to the functions in it.
            scope.free.push((symbol, passed.volatile));
            return;
        }
        let name = scope.names.entry(symbol).or_default();
        name.captured |= passed.captured;
        name.volatile |= passed.volatile;
    }

    fn parameters(&mut self, parameters: &Parameters) {
        for parameter in parameters.iter() {
            self.bind(parameter.name().as_str());
        }
    }

    fn parameter_expressions(&mut self, parameters: &Parameters) {
        for parameter in parameters.iter() {
            if let Some(default) = parameter.default() {
                self.visit_expr(default);
            }
            if let Some(annotation) = parameter.annotation() {
                self.visit_annotation(annotation);
            }
        }
    }

    fn comprehension(&mut self, range: TextRange, elements: &[&Expr], loops: &[Comprehension]) {
        let Some(first) = loops.first() else { return };
        self.visit_expr(&first.iter);
        self.enter(ScopeKind::Comprehension, range);
        for (index, generator) in loops.iter().enumerate() {
            self.visit_expr(&generator.target);
            if index > 0 {
                self.visit_expr(&generator.iter);
            }
            for condition in &generator.ifs {
                self.visit_expr(condition);
            }
        }
        for element in elements {
            self.visit_expr(element);
        }
        self.leave();
    }

    /// A walrus inside of a comprehension binds in the scope around all comprehensions.
    fn bind_walrus(&mut self, text: &str) {
        let symbol = self.symbol(text);
        let mut inside = false;
        for &id in self.open.iter().rev() {
            let scope = &mut self.scopes.scopes[id.0 as usize];
            let name = scope.names.entry(symbol).or_default();
            if scope.kind == ScopeKind::Comprehension {
                inside = true;
            } else {
                name.bound = true;
                break;
            }
        }
        if !inside {
            self.bind(text);
        }
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => {
                self.bind(definition.name.as_str());
                for decorator in &definition.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.parameter_expressions(&definition.parameters);
                if let Some(returns) = &definition.returns {
                    self.visit_annotation(returns);
                }
                self.enter(ScopeKind::Function, definition.range());
                self.parameters(&definition.parameters);
                self.visit_body(&definition.body);
                self.leave();
            }
            Stmt::ClassDef(definition) => {
                self.bind(definition.name.as_str());
                for decorator in &definition.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                if let Some(arguments) = &definition.arguments {
                    visitor::walk_arguments(self, arguments);
                }
                self.enter(ScopeKind::Class, definition.range());
                self.classes.push(definition.name.to_string());
                self.visit_body(&definition.body);
                self.classes.pop();
                self.leave();
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.bind(imported_module(alias));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    if alias.name.as_str() != "*" {
                        self.bind(imported_member(alias));
                    }
                }
            }
            Stmt::Global(global) => {
                for name in &global.names {
                    self.name(name.as_str()).1.global = true;
                }
            }
            Stmt::Nonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    self.name(name.as_str()).1.nonlocal = true;
                }
            }
            Stmt::TypeAlias(alias) => {
                if let Expr::Name(name) = &*alias.name {
                    self.bind(name.id.as_str());
                }
                visitor::walk_stmt(self, statement);
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => match name.ctx {
                ExprContext::Store | ExprContext::Del => self.bind(name.id.as_str()),
                _ => self.read(name.id.as_str()),
            },
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                if let Expr::Name(name) = &*named.target {
                    self.bind_walrus(name.id.as_str());
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.parameter_expressions(parameters);
                }
                self.enter(ScopeKind::Function, lambda.range());
                if let Some(parameters) = &lambda.parameters {
                    self.parameters(parameters);
                }
                self.visit_expr(&lambda.body);
                self.leave();
            }
            Expr::ListComp(comp) => {
                self.comprehension(comp.range(), &[&comp.elt], &comp.generators);
            }
            Expr::SetComp(comp) => {
                self.comprehension(comp.range(), &[&comp.elt], &comp.generators);
            }
            Expr::Generator(comp) => {
                self.comprehension(comp.range(), &[&comp.elt], &comp.generators);
                let made = self.scopes.at(comp.range());
                self.scopes.scopes[made.0 as usize].generates = made != MODULE;
            }
            Expr::DictComp(comp) => {
                self.comprehension(comp.range(), &[&comp.key, &comp.value], &comp.generators);
            }
            Expr::Call(call) => {
                if let Some(evaluated) = embedded::parsed(call, self.text) {
                    self.visit_expr(&evaluated);
                    self.embedded.add(call, evaluated);
                }
                visitor::walk_expr(self, expression);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.current().yields = true;
                visitor::walk_expr(self, expression);
            }
            // A chain of operators leans to the left; it is walked without recursion.
            Expr::BinOp(_) => {
                let mut current = expression;
                let mut rights = Vec::new();
                while let Expr::BinOp(operation) = current {
                    rights.push(&*operation.right);
                    current = &operation.left;
                }
                self.visit_expr(current);
                for right in rights.into_iter().rev() {
                    self.visit_expr(right);
                }
            }
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name.as_str());
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        if let Some(name) = pattern_name(pattern) {
            self.bind(name);
        }
        visitor::walk_pattern(self, pattern);
    }
}

/// The names that statements bind directly, in order of first appearance: what may change in a
/// loop's body.
pub(super) fn bound_names<'a>(
    statements: impl IntoIterator<Item = &'a Stmt>,
    expressions: impl IntoIterator<Item = &'a Expr>,
) -> Vec<&'a str> {
    let mut names = BoundNames {
        names: Vec::new(),
        seen: Map::default(),
    };
    for statement in statements {
        names.visit_stmt(statement);
    }
    for expression in expressions {
        names.visit_expr(expression);
    }
    names.names
}

struct BoundNames<'a> {
    names: Vec<&'a str>,
    seen: Map<&'a str, ()>,
}

impl<'a> BoundNames<'a> {
    fn bind(&mut self, name: &'a str) {
        if self.seen.insert(name, ()).is_none() {
            self.names.push(name);
        }
    }
}

impl<'a> Visitor<'a> for BoundNames<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => self.bind(definition.name.as_str()),
            Stmt::ClassDef(definition) => self.bind(definition.name.as_str()),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.bind(imported_module(alias));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.bind(imported_member(alias));
                }
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                if matches!(name.ctx, ExprContext::Store | ExprContext::Del) {
                    self.bind(name.id.as_str());
                }
            }
            Expr::Lambda(_) => {}
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                if let Expr::Name(name) = &*named.target {
                    self.bind(name.id.as_str());
                }
            }
            Expr::BinOp(_) => {
                let mut current = expression;
                while let Expr::BinOp(operation) = current {
                    self.visit_expr(&operation.right);
                    current = &operation.left;
                }
                self.visit_expr(current);
            }
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name.as_str());
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        if let Some(name) = pattern_name(pattern) {
            self.bind(name);
        }
        visitor::walk_pattern(self, pattern);
    }
}

/// The name that a pattern itself binds; those of its parts are their own.
fn pattern_name(pattern: &Pattern) -> Option<&str> {
    let name = match pattern {
        Pattern::MatchAs(inner) => &inner.name,
        Pattern::MatchStar(inner) => &inner.name,
        Pattern::MatchMapping(inner) => &inner.rest,
        _ => return None,
    };
    name.as_ref().map(|name| name.as_str())
}
