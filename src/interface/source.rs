//! What of a project's source a line of it rests on: top-level statements, found by the names in them.
//!
//! A slice after Weiser ("Program slicing", 1984), as coarse as top-level statements are: it has more
//! than what is needed, and of a function all.

use std::collections::BTreeSet;

use heapcast_facts::Map;
use rustpython_ast::visitor::{Visitor, walk_expr, walk_stmt};
use rustpython_ast::{Alias, Expr, Stmt};
use rustpython_text_size::{Ranged, TextRange};

use crate::project::{self, ModuleSource};

/// A slice of more statements is none: it would be most of its project.
const MAX_STATEMENTS: usize = 600;

/// A statement of a module, by its place among those at the top level.
type Place = (usize, usize);

/// The source of a project, of which modules are parsed once they are asked for.
pub struct Sources<'a> {
    modules: Vec<&'a ModuleSource>,
    by_name: Map<&'a str, usize>,
    parsed: Map<usize, Text>,
}

/// A parsed module.
#[derive(Default)]
struct Text {
    text: String,
    statements: Vec<Statement>,
    /// Which statements bind a name.
    binders: Map<String, Vec<usize>>,
}

/// A statement at the top level of a module.
struct Statement {
    lines: (u32, u32),
    range: TextRange,
    names: Names,
    /// Whether it is there for what it does to values that other statements bind.
    is_effect: bool,
}

/// The names in a statement.
#[derive(Default)]
struct Names {
    /// Those that it binds at the top level.
    bound: BTreeSet<String>,
    /// Those that are read or bound anywhere in it.
    used: BTreeSet<String>,
    /// `a.b.c`, from the name on.
    dotted: BTreeSet<Vec<String>>,
    imports: Vec<Import>,
}

struct Import {
    level: u32,
    module: String,
    /// What is imported from the module; nothing where it is the module itself.
    name: Option<String>,
    bound: String,
    is_local: bool,
}

/// Statements of a slice.
pub(super) struct Part<'s> {
    /// The module's name, as others import it.
    pub(super) module: &'s str,
    /// Whether the module is a package.
    pub(super) is_package: bool,
    /// The statements with their first lines.
    pub(super) statements: Vec<(u32, &'s str)>,
}

impl<'a> Sources<'a> {
    /// The source of these modules.
    pub fn new(modules: impl Iterator<Item = &'a ModuleSource>) -> Self {
        let modules: Vec<_> = modules.collect();
        let by_name = (0..).zip(&modules).map(|(at, m)| (m.name.as_str(), at));
        Self {
            by_name: by_name.collect(),
            modules,
            parsed: Map::default(),
        }
    }

    /// What the statements of those lines rest on, and they themselves; nothing where that is too much.
    pub(super) fn slice(&mut self, lines: &[(&str, u32)]) -> Option<BTreeSet<Place>> {
        let mut slice = Slice::default();
        for (module, line) in lines {
            let at = *self.by_name.get(module)?;
            let statements = &self.parsed(at).statements;
            let holds = |s: &Statement| s.lines.0 <= *line && *line <= s.lines.1;
            slice.keep((at, statements.iter().position(holds)?));
        }
        self.close(&mut slice);
        loop {
            let before = slice.kept.len();
            self.add_effects(&mut slice);
            self.close(&mut slice);
            if slice.kept.len() > MAX_STATEMENTS {
                return None;
            }
            if slice.kept.len() == before {
                return Some(slice.kept);
            }
        }
    }

    /// The text of a slice, by modules.
    pub(super) fn parts<'s>(&'s self, slice: &BTreeSet<Place>) -> Vec<Part<'s>> {
        let mut parts: Vec<Part<'s>> = Vec::new();
        let mut last = None;
        for &(module, statement) in slice {
            let (Some(source), Some(text)) = (self.modules.get(module), self.parsed.get(&module))
            else {
                continue;
            };
            if last != Some(module) {
                last = Some(module);
                parts.push(Part {
                    module: &source.name,
                    is_package: source.is_package,
                    statements: Vec::new(),
                });
            }
            if let (Some(part), Some(found)) = (parts.last_mut(), text.statements.get(statement)) {
                let written = text
                    .text
                    .get(found.range.to_std_range())
                    .unwrap_or_default();
                part.statements.push((found.lines.0, written));
            }
        }
        parts
    }

    fn parsed(&mut self, module: usize) -> &Text {
        let source = self.modules.get(module).copied();
        self.parsed.entry(module).or_insert_with(|| {
            let read = source.and_then(|source| Some((source, project::read(source).ok()?)));
            read.map_or_else(Text::default, |(source, text)| {
                Text::of(text, &source.display)
            })
        })
    }

    /// Follows names until nothing is added.
    fn close(&mut self, slice: &mut Slice) {
        while let Some((module, wanted)) = slice.wanted.pop() {
            if slice.kept.len() > MAX_STATEMENTS {
                return;
            }
            match wanted {
                Wanted::Statement(at) => self.follow((module, at), slice),
                Wanted::Name(name) => self.bring(module, &name, slice),
            }
        }
    }

    /// What a statement uses is wanted.
    fn follow(&mut self, (module, at): Place, slice: &mut Slice) {
        let package = self.package(module);
        self.parsed(module);
        let Some(text) = self.parsed.get(&module) else {
            return;
        };
        let Some(Statement { names, .. }) = text.statements.get(at) else {
            return;
        };
        for name in &names.used {
            slice.want(module, name);
        }
        for import in names.imports.iter().filter(|import| import.is_local) {
            let path: Vec<String> = import.name.iter().cloned().collect();
            self.want_from(&import.from(&package), &path, slice);
        }
        for chain in &names.dotted {
            let Some((base, rest)) = chain.split_first() else {
                continue;
            };
            for import in text.imports_of(base).chain(&names.imports) {
                if import.bound == *base {
                    let path = import.name.iter().chain(rest).cloned();
                    let path: Vec<String> = path.collect();
                    self.want_from(&import.from(&package), &path, slice);
                }
            }
        }
    }

    /// What stands at the end of a path from a module is wanted, if it is in the project.
    fn want_from(&self, from: &str, path: &[String], slice: &mut Slice) {
        let mut from = from.to_owned();
        for name in path {
            let below = format!("{from}.{name}");
            if let Some(&at) = self.by_name.get(from.as_str()) {
                slice.want(at, name);
            }
            if !self.by_name.contains_key(below.as_str()) {
                return;
            }
            from = below;
        }
    }

    /// The statements that bind a name are kept.
    fn bring(&mut self, module: usize, name: &str, slice: &mut Slice) {
        let package = self.package(module);
        let text = self.parsed(module);
        let own = text.binders.get(name);
        let binders = own.or_else(|| text.binders.get("*"));
        let mut imports: Vec<(String, Vec<String>)> = Vec::new();
        for &at in binders.into_iter().flatten() {
            slice.keep((module, at));
            let statement = text.statements.get(at);
            for import in statement.into_iter().flat_map(|s| &s.names.imports) {
                if import.bound == name {
                    imports.push((import.from(&package), import.name.iter().cloned().collect()));
                } else if import.bound == "*" && own.is_none() {
                    imports.push((import.from(&package), vec![name.to_owned()]));
                }
            }
        }
        for (from, path) in imports {
            self.want_from(&from, &path, slice);
        }
    }

    /// Keeps the statements that change what kept ones bind: `TABLE.append(x)`.
    fn add_effects(&mut self, slice: &mut Slice) {
        let mut added = Vec::new();
        let modules: BTreeSet<usize> = slice.kept.iter().map(|(module, _)| *module).collect();
        for module in modules {
            let Some(text) = self.parsed.get(&module) else {
                continue;
            };
            let kept = (0..)
                .zip(&text.statements)
                .filter(|(at, s)| !s.is_effect && slice.kept.contains(&(module, *at)));
            let values: BTreeSet<&String> = kept
                .filter(|(_, statement)| statement.names.imports.is_empty())
                .flat_map(|(_, statement)| &statement.names.bound)
                .collect();
            let changes = |statement: &Statement| {
                statement.is_effect && statement.names.used.iter().any(|n| values.contains(n))
            };
            let found = (0..).zip(&text.statements).filter(|(_, s)| changes(s));
            added.extend(found.map(|(at, _)| (module, at)));
        }
        added.into_iter().for_each(|place| slice.keep(place));
    }

    /// The package that relative imports of a module start from.
    fn package(&self, module: usize) -> String {
        let Some(source) = self.modules.get(module) else {
            return String::new();
        };
        match source.name.rsplit_once('.') {
            _ if source.is_package => source.name.clone(),
            Some((package, _)) => package.to_owned(),
            None => String::new(),
        }
    }
}

/// A slice that is being made.
#[derive(Default)]
struct Slice {
    kept: BTreeSet<Place>,
    asked: BTreeSet<(usize, String)>,
    wanted: Vec<(usize, Wanted)>,
}

enum Wanted {
    Statement(usize),
    Name(String),
}

impl Slice {
    fn keep(&mut self, place: Place) {
        if self.kept.insert(place) {
            self.wanted.push((place.0, Wanted::Statement(place.1)));
        }
    }

    fn want(&mut self, module: usize, name: &str) {
        if self.asked.insert((module, name.to_owned())) {
            self.wanted.push((module, Wanted::Name(name.to_owned())));
        }
    }
}

impl Import {
    /// The absolute name of the module that is imported from.
    fn from(&self, package: &str) -> String {
        if self.level == 0 {
            return self.module.clone();
        }
        let mut base = package;
        for _ in 1..self.level {
            base = base.rsplit_once('.').map_or("", |(above, _)| above);
        }
        match (base, self.module.as_str()) {
            ("", module) => module.to_owned(),
            (base, "") => base.to_owned(),
            (base, module) => format!("{base}.{module}"),
        }
    }
}

impl Text {
    /// The imports of the statements that bind a name.
    fn imports_of(&self, name: &str) -> impl Iterator<Item = &Import> {
        let binders = self.binders.get(name).into_iter().flatten();
        let statements = binders.filter_map(|at| self.statements.get(*at));
        statements.flat_map(|statement| &statement.names.imports)
    }

    fn of(text: String, display: &str) -> Self {
        let parsed = project::parse(&text, display);
        let mut statements: Vec<Statement> = Vec::new();
        let mut binders: Map<String, Vec<usize>> = Map::default();
        for statement in &parsed.module.body {
            let range = statement.range();
            let line = |offset: u32| parsed.lines.line(offset);
            let mut gatherer = Gatherer::default();
            gatherer.visit_stmt(statement);
            let names = gatherer.names;
            for name in &names.bound {
                let own = binders.entry(name.clone()).or_default();
                own.push(statements.len());
            }
            statements.push(Statement {
                lines: (line(range.start().to_u32()), line(range.end().to_u32())),
                range,
                is_effect: is_effect(statement, &names),
                names,
            });
        }
        Self {
            text,
            statements,
            binders,
        }
    }
}

/// Whether a statement may change what others bind. What runs only as a program does not count.
fn is_effect(statement: &Stmt, names: &Names) -> bool {
    match statement {
        Stmt::Expr(expression) => !expression.value.is_literal_expr(),
        Stmt::Assign(_) | Stmt::AnnAssign(_) => names.bound.is_empty(),
        Stmt::AugAssign(_) | Stmt::For(_) | Stmt::While(_) | Stmt::With(_) => true,
        Stmt::If(_) => !names.used.contains("__name__"),
        _ => false,
    }
}

/// Gathers the names of one statement.
#[derive(Default)]
struct Gatherer {
    names: Names,
    /// How many functions and classes are around.
    depth: u32,
}

impl Gatherer {
    fn bind(&mut self, name: &str) {
        if self.depth == 0 {
            self.names.bound.insert(name.to_owned());
        }
    }

    fn import(&mut self, alias: &Alias, from: Option<(u32, &str)>) {
        let name = alias.name.as_str();
        let bound = alias.asname.as_ref().map_or(name, |own| own.as_str());
        let (level, module, name) = match from {
            Some((level, module)) => (level, module, Some(name.to_owned())),
            // `import a.b` binds `a`, and `import a.b as c` the module itself.
            None if alias.asname.is_some() => (0, name, None),
            None => (0, name.split('.').next().unwrap_or(name), None),
        };
        let bound = match from {
            None if alias.asname.is_none() => module,
            _ => bound,
        };
        self.bind(bound);
        self.names.imports.push(Import {
            level,
            module: module.to_owned(),
            name: name.filter(|name| name != "*"),
            bound: bound.to_owned(),
            is_local: self.depth > 0,
        });
    }
}

/// `a.b.c` as its names, if it starts with a name.
fn chain(expression: &Expr) -> Option<Vec<String>> {
    match expression {
        Expr::Name(name) => Some(vec![name.id.to_string()]),
        Expr::Attribute(attribute) => {
            let mut chain = chain(&attribute.value)?;
            chain.push(attribute.attr.to_string());
            Some(chain)
        }
        _ => None,
    }
}

impl<'a> Visitor<'a> for Gatherer {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(own) => self.bind(&own.name),
            Stmt::ClassDef(own) => self.bind(&own.name),
            Stmt::Import(own) => own.names.iter().for_each(|alias| self.import(alias, None)),
            Stmt::ImportFrom(own) => {
                let module = own.module.as_ref().map_or("", |name| name.as_str());
                for alias in &own.names {
                    self.import(alias, Some((own.level, module)));
                }
            }
            Stmt::Global(own) => {
                for name in &own.names {
                    self.names.used.insert(name.to_string());
                }
            }
            _ => {}
        }
        let is_scope = matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        self.depth += u32::from(is_scope);
        walk_stmt(self, statement);
        self.depth -= u32::from(is_scope);
    }

    /// Annotations are not evaluated.
    fn visit_annotation(&mut self, _: &'a Expr) {}

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                self.names.used.insert(name.id.to_string());
                if !name.ctx.is_load() {
                    self.bind(&name.id);
                }
            }
            Expr::Attribute(_) => {
                self.names.dotted.extend(chain(expression));
            }
            _ => {}
        }
        walk_expr(self, expression);
    }
}
