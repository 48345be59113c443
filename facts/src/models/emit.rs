//! Turns models into input relations.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{Call, Field, Obj, Var};
use crate::relations::{Facts, ObjectKind, PROGRAM};
use crate::symbols::Symbols;

use super::Models;
use super::body::Writer;
use super::check::{self, module_of, resolve};
use super::definition::{Binding, Class, Definition, Function, Kind};
use super::syntax::{Body, Expr, Place};

/// The first identifiers that are free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NextIds {
    /// The first free variable.
    pub var: u32,
    /// The first free object.
    pub object: u32,
    /// The first free call.
    pub call: u32,
}

impl NextIds {
    pub(super) fn var(&mut self) -> Var {
        self.var += 1;
        Var(self.var - 1)
    }

    pub(super) fn object(&mut self) -> Obj {
        self.object += 1;
        Obj(self.object - 1)
    }

    pub(super) fn call(&mut self) -> Call {
        self.call += 1;
        Call(self.call - 1)
    }
}

/// The objects of modelled names.
#[derive(Debug, Clone, Default)]
pub struct ModelNames {
    objects: BTreeMap<String, Obj>,
    instances: BTreeMap<String, Obj>,
    values: BTreeMap<String, Obj>,
    hidden: BTreeSet<Obj>,
}

impl ModelNames {
    /// The module, class or function of that full name, such as `functools.partial`; other names
    /// of the same thing are known too.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Obj> {
        self.objects.get(name).copied()
    }

    /// The one object that stands for all instances of an immutable class: `str`, `int`,
    /// `NoneType`, `datetime.date`.
    #[must_use]
    pub fn instance(&self, class: &str) -> Option<Obj> {
        self.instances
            .get(class)
            .or_else(|| self.instances.get(&format!("builtins.{class}")))
            .copied()
    }

    /// The object that a modelled constant holds, such as `builtins.NotImplemented`.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Obj> {
        self.values.get(name).copied()
    }

    /// Whether Python has no such name: a helper of the models, such as what a decorator with
    /// arguments returns, or a member of such a class.
    #[must_use]
    pub fn is_hidden(&self, object: Obj) -> bool {
        self.hidden.contains(&object)
    }

    /// All modelled modules, classes and functions by full name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Obj)> {
        self.objects.iter().map(|(name, object)| (&**name, *object))
    }
}

impl Models {
    /// Adds the relations of all models, the program's own object first of all.
    pub fn emit(&self, facts: &mut Facts, symbols: &mut Symbols, ids: &mut NextIds) -> ModelNames {
        let mut emitter = Emitter {
            models: self,
            facts,
            symbols,
            ids,
            names: ModelNames::default(),
        };
        if emitter.ids.object == PROGRAM.0 {
            emitter.object(ObjectKind::Program, "<program>");
        }
        emitter.objects();
        for (full, definition) in &self.definitions {
            emitter.definition(full, definition);
        }
        emitter.names
    }
}

struct Emitter<'e> {
    models: &'e Models,
    facts: &'e mut Facts,
    symbols: &'e mut Symbols,
    ids: &'e mut NextIds,
    names: ModelNames,
}

impl Emitter<'_> {
    fn object(&mut self, kind: ObjectKind, name: &str) -> Obj {
        let object = self.ids.object();
        let name = self.symbols.intern(name);
        self.facts.object.push((object, kind, name));
        object
    }

    /// Makes the objects of everything that has one, so that bodies can speak of all.
    fn objects(&mut self) {
        let models = self.models;
        let public = public_names(models);
        for (full, definition) in &models.definitions {
            let kind = match &definition.kind {
                Kind::Module => ObjectKind::ModelModule,
                Kind::Class(_) => ObjectKind::ModelClass,
                Kind::Function(_) => ObjectKind::ModelFunction,
                Kind::Value(..) | Kind::Alias(_) => continue,
            };
            let shown = match (
                public.get(full.as_str()),
                public.get(definition.owner.as_str()),
            ) {
                (Some(&name), _) => name.to_owned(),
                (None, Some(&owner)) => format!("{owner}.{}", definition.name),
                (None, None) => full.clone(),
            };
            let object = self.object(kind, &shown);
            self.names.objects.insert(full.clone(), object);
            let owner = self.models.definitions.get(&definition.owner);
            let method = matches!(definition.kind, Kind::Function(_));
            if definition.hidden || method && owner.is_some_and(|owner| owner.hidden) {
                self.names.hidden.insert(object);
            }
        }
        for (full, definition) in &self.models.definitions {
            match &definition.kind {
                Kind::Class(class) if class.shared => {
                    let instance = self.object(ObjectKind::Site, &definition.name);
                    self.facts.object_in.push((instance, PROGRAM));
                    if let Some(class) = self.names.object(full) {
                        self.facts.instance_of.push((instance, class));
                    }
                    self.names.instances.insert(full.clone(), instance);
                }
                Kind::Alias(_) => {
                    let target = resolve(&self.models.definitions, "", full);
                    if let Some(object) = target.and_then(|target| self.names.object(target)) {
                        self.names.objects.insert(full.clone(), object);
                    }
                }
                _ => {}
            }
        }
    }

    fn definition(&mut self, full: &str, definition: &Definition) {
        let object = self.names.object(full);
        let owner = self.names.object(&definition.owner);
        match (&definition.kind, object) {
            (Kind::Module, _) => self.member(owner, definition, object),
            (Kind::Alias(_), _) => self.alias(full, definition, owner, object),
            (Kind::Class(class), Some(object)) => {
                self.member(owner, definition, Some(object));
                self.class(full, class, object);
            }
            (Kind::Function(function), Some(object)) => {
                self.function(full, function, object, owner.unwrap_or(PROGRAM));
                let member = self.bound(object, function.binding);
                self.member(owner, definition, Some(member));
            }
            (Kind::Value(value, Some(_)), _) => {
                if let Some(object) = self.constant(full, value) {
                    self.member(owner, definition, Some(object));
                    self.names.values.insert(full.to_owned(), object);
                }
            }
            (Kind::Value(value, None), _) => {
                let site = self.program_writer(full, |writer| writer.objects_of(value));
                for object in site {
                    self.member(owner, definition, Some(object));
                    self.names.values.insert(full.to_owned(), object);
                }
            }
            _ => {}
        }
    }

    /// An object of its own for a constant whose length is known, by which it is found again.
    fn constant(&mut self, full: &str, value: &Expr) -> Option<Obj> {
        let (Expr::Name(class, _) | Expr::New(class, ..)) = value else {
            return None;
        };
        let module = module_of(&self.models.definitions, full);
        let (class, found) = check::class(&self.models.definitions, module, class)?;
        let object = self.object(ObjectKind::Site, full);
        self.facts.object_in.push((object, PROGRAM));
        self.facts
            .instance_of
            .push((object, self.names.object(class)?));
        if let Some(elements) = &found.elements {
            self.program_writer(full, |writer| {
                let holder = writer.holding(object);
                let element = writer.value(elements);
                writer.facts.store.push((holder, Field::UNKNOWN, element));
            });
        }
        Some(object)
    }

    /// A name of a module or class for something defined elsewhere: for a value, its objects.
    fn alias(
        &mut self,
        full: &str,
        definition: &Definition,
        owner: Option<Obj>,
        object: Option<Obj>,
    ) {
        if object.is_some() {
            self.member(owner, definition, object);
            return;
        }
        let target = resolve(&self.models.definitions, "", full);
        let target = target.and_then(|target| self.models.definitions.get(target));
        if let Some(Kind::Value(value, _)) = target.map(|target| &target.kind) {
            for object in self.program_writer(full, |writer| writer.objects_of(value)) {
                self.member(owner, definition, Some(object));
            }
        }
    }

    fn member(&mut self, owner: Option<Obj>, definition: &Definition, object: Option<Obj>) {
        if let (Some(owner), Some(object)) = (owner, object) {
            let name = self.symbols.intern(&definition.name);
            self.facts.model_member.push((owner, name, object));
        }
    }

    fn class(&mut self, full: &str, class: &Class, object: Obj) {
        let module = module_of(&self.models.definitions, full);
        for (index, base) in (0..).zip(&class.bases) {
            let base = check::class(&self.models.definitions, module, base);
            if let Some(base) = base.and_then(|(base, _)| self.names.object(base)) {
                self.facts.model_base.push((object, index, base));
            }
        }
        match class.iterates {
            Some(Place::All) => self.facts.iterates.push((object, Field::ALL)),
            Some(Place::Keys) => self.facts.iterates.push((object, Field::KEYS)),
            _ => {}
        }
        if let (Some(elements), Some(instance)) = (&class.elements, self.names.instance(full)) {
            self.program_writer(full, |writer| {
                let holder = writer.holding(instance);
                let element = writer.value(elements);
                writer.facts.store.push((holder, Field::UNKNOWN, element));
            });
        }
    }

    fn function(&mut self, full: &str, function: &Function, object: Obj, owner: Obj) {
        self.facts.function_in.push((object, owner));
        let module = module_of(&self.models.definitions, full);
        let mut writer = Writer::new(
            self.facts,
            self.symbols,
            self.ids,
            &self.models.definitions,
            &self.names,
            (object, module, &function.body),
        );
        writer.function();
    }

    /// The object under which a class has the method: itself, or what binds it differently.
    fn bound(&mut self, function: Obj, binding: Binding) -> Obj {
        let (class, field) = match binding {
            Binding::Free | Binding::Plain => return function,
            Binding::Static => ("staticmethod", "__func__"),
            Binding::Class => ("classmethod", "__func__"),
            Binding::Property => ("property", "fget"),
        };
        let object = self.object(ObjectKind::Site, class);
        self.facts.object_in.push((object, PROGRAM));
        if let Some(class) = self.names.object(&format!("builtins.{class}")) {
            self.facts.instance_of.push((object, class));
        }
        let field = Field::attribute(self.symbols.intern(field));
        self.program_writer("builtins", |writer| {
            let holder = writer.holding(object);
            let value = writer.holding(function);
            writer.facts.store.push((holder, field, value));
        });
        object
    }

    /// Lets `write` add facts to the code of the program itself.
    fn program_writer<T>(&mut self, full: &str, write: impl FnOnce(&mut Writer<'_>) -> T) -> T {
        let module = module_of(&self.models.definitions, full);
        let body = Body::default();
        let mut writer = Writer::new(
            self.facts,
            self.symbols,
            self.ids,
            &self.models.definitions,
            &self.names,
            (PROGRAM, module, &body),
        );
        write(&mut writer)
    }
}

/// The names under which packages offer what their submodules define: `json.JSONEncoder` for
/// `json.encoder.JSONEncoder`.
fn public_names(models: &Models) -> BTreeMap<&str, &str> {
    let definitions = &models.definitions;
    let mut public = BTreeMap::new();
    for (full, definition) in definitions {
        if let (Kind::Alias(_), Some(target)) = (&definition.kind, resolve(definitions, "", full))
            && let Some(inner) = target.strip_prefix(definition.owner.as_str())
            && inner.starts_with('.')
            && inner.matches('.').count() > 1
            && inner.ends_with(&format!(".{}", definition.name))
        {
            public.insert(target, full.as_str());
        }
    }
    public
}
