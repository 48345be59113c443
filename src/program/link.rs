//! Ties the lowered files together: imports, star imports, builtins.

use heapcast_facts::{Map, ModelNames, NextIds, Obj, ObjectKind, Relocation, Symbol, Var};

use super::exports::Exports;
use super::{Known, Program, is_special, module_id};
use crate::lower::{ImportTarget, Links};
use crate::project::{ModuleId, ModuleIndex, Project, Resolution};

/// What a file left to be linked, with the program's identifiers.
struct Unlinked {
    module: Obj,
    links: Links,
}

/// Where an imported name leads.
enum Found {
    Module(Obj),
    Cell(Var),
    Object(Obj),
    Nothing,
}

/// Collects what is to be linked, and links it.
pub(super) struct Linker {
    names: ModelNames,
    units: Vec<Unlinked>,
    objects: Vec<Obj>,
    exports: Exports,
    externals: Map<Symbol, Obj>,
    namespaces: Map<Symbol, Obj>,
}

impl Linker {
    pub(super) fn new(names: ModelNames) -> Self {
        Self {
            names,
            units: Vec::new(),
            objects: Vec::new(),
            exports: Exports::default(),
            externals: Map::default(),
            namespaces: Map::default(),
        }
    }

    /// A module that could not be read.
    pub(super) fn skip(&mut self, module: Obj) {
        self.objects.push(module);
    }

    /// Takes over what a file left to be linked.
    pub(super) fn add(&mut self, module: Obj, links: Links, by: &Relocation<'_>) {
        self.objects.push(module);
        let mut links = links.relocate(by);
        self.exports.modules.entry(module).or_default().exports = links.exports.take();
        self.units.push(Unlinked { module, links });
    }

    /// Links the program.
    pub(super) fn link(
        mut self,
        program: &mut Program,
        project: &Project,
        index: &ModuleIndex,
        next: &mut NextIds,
    ) -> Known {
        for unit in &self.units {
            self.types(program, &unit.links);
        }
        root_classes(program, &self.names);
        for &(module, name, cell) in &program.facts.module_global {
            self.exports
                .modules
                .entry(module)
                .or_default()
                .globals
                .insert(name, cell);
        }
        self.submodules(program, project, index);
        let mut context = Context {
            program,
            index,
            next,
        };
        let units = std::mem::take(&mut self.units);
        for unit in &units {
            self.star_imports(&mut context, unit);
        }
        self.exports.close(&context.program.symbols);
        context
            .program
            .facts
            .module_global
            .extend(self.exports.brought());
        for unit in &units {
            for link in &unit.links.imports {
                let found = self.import(&mut context, unit.module, link.target);
                bind(context.program, link.var, &found);
            }
            self.rebinds(&mut context, unit);
            self.unresolved_names(&mut context, unit);
        }
        let mut known = Known {
            names: self.names,
            ..Known::default()
        };
        for unit in units {
            known.receivers.extend(unit.links.receivers);
            known.strings.extend(unit.links.strings);
        }
        known
    }

    /// The types of a file's constants, displays and class statements.
    fn types(&self, program: &mut Program, links: &Links) {
        let facts = &mut program.facts;
        for &(var, kind) in &links.constants {
            let instance = self.names.instance(kind.class_name());
            facts.alloc.extend(instance.map(|instance| (var, instance)));
        }
        for &(object, kind) in &links.sites {
            let name = kind.class_name();
            let symbol = program.symbols.intern(name);
            facts.object.push((object, ObjectKind::Site, symbol));
            let class = self.names.object(name);
            facts.instance_of.extend(class.map(|class| (object, class)));
        }
        if let Some(tuple) = self.names.object("collections._Fields") {
            let classes = links.tuple_classes.iter();
            facts
                .model_base
                .extend(classes.map(|&class| (class, 0, tuple)));
        }
    }

    /// Submodules are attributes of their packages, where the package binds no such name.
    fn submodules(&mut self, program: &mut Program, project: &Project, index: &ModuleIndex) {
        for (place, module) in project.modules.iter().enumerate() {
            let Some((parent, last)) = module.name.rsplit_once('.') else {
                continue;
            };
            let Some(package) = index.by_name(parent) else {
                continue;
            };
            if index.submodule(package, last) != Some(module_id(place)) {
                continue;
            }
            let (Some(&owner), Some(&object)) =
                (self.objects.get(package.index()), self.objects.get(place))
            else {
                continue;
            };
            let name = program.symbols.intern(last);
            let bound = self
                .exports
                .modules
                .get(&owner)
                .is_some_and(|m| m.globals.contains_key(&name));
            if !bound {
                program.facts.model_member.push((owner, name, object));
            }
        }
    }

    fn star_imports(&mut self, context: &mut Context<'_>, unit: &Unlinked) {
        for &(level, name) in &unit.links.stars {
            if let Found::Module(source) = self.module(context, unit.module, level, name)
                && self.exports.modules.contains_key(&source)
            {
                self.exports
                    .modules
                    .entry(unit.module)
                    .or_default()
                    .stars
                    .push(source);
            }
        }
    }

    /// What star imports put in the place of globals that were bound before.
    fn rebinds(&mut self, context: &mut Context<'_>, unit: &Unlinked) {
        for rebind in &unit.links.rebinds {
            let Some(&(level, module)) = unit.links.stars.get(rebind.star as usize) else {
                continue;
            };
            let brought = match self.module(context, unit.module, level, module) {
                Found::Module(source) => self
                    .exports
                    .export(source, rebind.name, &context.program.symbols)
                    .map_or(Found::Nothing, Found::Cell),
                Found::Object(_) => {
                    let owner = context.program.symbols.text(module);
                    let dotted = format!("{owner}.{}", context.program.symbols.text(rebind.name));
                    let object = self.names.object(&dotted);
                    object.map_or(Found::Nothing, Found::Object)
                }
                other => other,
            };
            match brought {
                Found::Nothing => context.program.facts.assign.push((rebind.var, rebind.old)),
                found => bind(context.program, rebind.var, &found),
            }
        }
    }

    fn place_of(&self, module: Obj) -> ModuleId {
        module_id(self.objects.binary_search(&module).unwrap_or(0))
    }

    fn found(&self, module: ModuleId) -> Found {
        let object = self.objects.get(module.index());
        object.map_or(Found::Nothing, |&object| Found::Module(object))
    }

    /// The module that a dotted name means in `from`.
    fn module(&mut self, context: &mut Context<'_>, from: Obj, level: u32, name: Symbol) -> Found {
        let dotted = context.program.symbols.text(name).to_owned();
        let place = self.place_of(from);
        let resolution = if level > 0 {
            let name = (!dotted.is_empty()).then_some(dotted.as_str());
            match context.index.resolve_relative(place, level, name) {
                Some(resolution) => resolution,
                None => return Found::Nothing,
            }
        } else {
            context.index.resolve_absolute(place, &dotted)
        };
        match resolution {
            Resolution::Module(id) => self.found(id),
            Resolution::Namespace => Found::Object(self.namespace(context, &dotted)),
            Resolution::External if level > 0 => Found::Nothing,
            Resolution::External => Found::Object(self.outside(context, &dotted)),
        }
    }

    /// A modelled object, or an unknown name.
    fn outside(&mut self, context: &mut Context<'_>, dotted: &str) -> Obj {
        if let Some(object) = self.names.object(dotted).or(self.names.value(dotted)) {
            return object;
        }
        let name = context.program.symbols.intern(dotted);
        *self
            .externals
            .entry(name)
            .or_insert_with(|| context.object(ObjectKind::External, name))
    }

    /// A folder that holds modules without being a package.
    fn namespace(&mut self, context: &mut Context<'_>, dotted: &str) -> Obj {
        let name = context.program.symbols.intern(dotted);
        if let Some(&object) = self.namespaces.get(&name) {
            return object;
        }
        let object = context.object(ObjectKind::ModelModule, name);
        self.namespaces.insert(name, object);
        if let Some((parent, last)) = dotted.rsplit_once('.') {
            self.namespace_member(context, parent, last, object);
        }
        object
    }

    fn namespace_member(&mut self, context: &mut Context<'_>, parent: &str, last: &str, part: Obj) {
        let owner = self.namespace(context, parent);
        let last = context.program.symbols.intern(last);
        let members = &mut context.program.facts.model_member;
        members.push((owner, last, part));
    }

    fn import(&mut self, context: &mut Context<'_>, from: Obj, target: ImportTarget) -> Found {
        match target {
            ImportTarget::Module { level, name } => self.module(context, from, level, name),
            ImportTarget::Top { name } => self.top(context, from, name),
            ImportTarget::Member {
                level,
                module,
                name,
            } => self.member(context, from, level, module, name),
        }
    }

    /// `import a.b` binds `a`; where `a` is a namespace, its part `b` becomes an attribute.
    fn top(&mut self, context: &mut Context<'_>, from: Obj, name: Symbol) -> Found {
        let dotted = context.program.symbols.text(name).to_owned();
        let top = dotted.split('.').next().unwrap_or_default();
        let top_symbol = context.program.symbols.intern(top);
        let found = self.module(context, from, 0, top_symbol);
        if let (Found::Object(_), Some((parent, last))) = (&found, dotted.rsplit_once('.'))
            && let Found::Module(object) = self.module(context, from, 0, name)
        {
            self.namespace_member(context, parent, last, object);
        }
        found
    }

    fn member(
        &mut self,
        context: &mut Context<'_>,
        from: Obj,
        level: u32,
        module: Symbol,
        name: Symbol,
    ) -> Found {
        let source = self.module(context, from, level, module);
        match source {
            Found::Module(source) => {
                let submodule = {
                    let package = self.place_of(source);
                    let text = context.program.symbols.text(name);
                    context.index.submodule(package, text)
                };
                let submodule = submodule.and_then(|id| self.objects.get(id.index()).copied());
                if let (true, Some(object)) = (source == from, submodule) {
                    return Found::Module(object);
                }
                match (self.exports.cell(source, name), submodule) {
                    (Some(cell), _) => Found::Cell(cell),
                    (None, Some(object)) => Found::Module(object),
                    (None, None) => Found::Nothing,
                }
            }
            Found::Object(_) => {
                let owner = context.program.symbols.text(module);
                let dotted = format!("{owner}.{}", context.program.symbols.text(name));
                let place = self.place_of(from);
                match context.index.resolve_absolute(place, &dotted) {
                    Resolution::Module(id) if level == 0 => self.found(id),
                    _ => Found::Object(self.outside(context, &dotted)),
                }
            }
            other => other,
        }
    }

    /// Names that a module does not bind: from star imports, or builtins.
    fn unresolved_names(&mut self, context: &mut Context<'_>, unit: &Unlinked) {
        let early = unit
            .links
            .builtins
            .iter()
            .map(|&(var, name)| (var, name, true));
        let others = unit
            .links
            .names
            .iter()
            .map(|&(var, name)| (var, name, false));
        for (var, name, is_early) in others.chain(early) {
            if let Some(cell) = self.exports.cell(unit.module, name).filter(|_| !is_early) {
                context.program.facts.assign.push((var, cell));
                continue;
            }
            let text = context.program.symbols.text(name).to_owned();
            let found = if is_special(&text) {
                self.names.instance("builtins.str")
            } else {
                None
            };
            let dotted = format!("builtins.{text}");
            let builtin = self
                .names
                .object(&dotted)
                .or(self.names.value(&dotted))
                .or(found);
            match builtin.or_else(|| self.outside_star(context, unit, &text)) {
                Some(object) => context.program.facts.alloc.push((var, object)),
                None if is_builtin_exception(&text) => {
                    let object = self.outside(context, &format!("builtins.{text}"));
                    context.program.facts.alloc.push((var, object));
                }
                None => {}
            }
        }
    }

    /// A name that only a star import of code outside of the project can bring.
    fn outside_star(
        &mut self,
        context: &mut Context<'_>,
        unit: &Unlinked,
        text: &str,
    ) -> Option<Obj> {
        for &(level, name) in &unit.links.stars {
            if level > 0 {
                continue;
            }
            let module = context.program.symbols.text(name).to_owned();
            let is_outside = matches!(
                context
                    .index
                    .resolve_absolute(self.place_of(unit.module), &module),
                Resolution::External
            );
            if is_outside {
                let dotted = format!("{module}.{text}");
                let modelled = self.names.object(&module).is_some();
                match self.names.object(&dotted) {
                    Some(object) => return Some(object),
                    None if !modelled => return Some(self.outside(context, &dotted)),
                    None => {}
                }
            }
        }
        None
    }
}

/// Every class of the project is an `object`.
fn root_classes(program: &mut Program, names: &ModelNames) {
    let Some(root) = names.object("builtins.object") else {
        return;
    };
    let facts = &mut program.facts;
    let classes = facts.object.iter();
    facts.root_class.extend(
        classes
            .filter(|row| row.1 == ObjectKind::Class)
            .map(|row| (row.0, root)),
    );
}

/// Exceptions that no model describes are builtins all the same.
fn is_builtin_exception(name: &str) -> bool {
    name.ends_with("Error") || name.ends_with("Warning") || name.ends_with("Exception")
}

struct Context<'a> {
    program: &'a mut Program,
    index: &'a ModuleIndex,
    next: &'a mut NextIds,
}

impl Context<'_> {
    fn object(&mut self, kind: ObjectKind, name: Symbol) -> Obj {
        let object = Obj(self.next.object);
        self.next.object += 1;
        self.program.facts.object.push((object, kind, name));
        object
    }
}

fn bind(program: &mut Program, var: Var, found: &Found) {
    match *found {
        Found::Module(object) | Found::Object(object) => program.facts.alloc.push((var, object)),
        Found::Cell(cell) => program.facts.assign.push((var, cell)),
        Found::Nothing => {}
    }
}
