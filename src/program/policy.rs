//! What the rules are told beyond the code itself: which functions are cloned for each call,
//! which parameters are hubs, and what callers outside of the program may pass.
//!
//! All of it is decided from names and counts, before anything is derived, so that the size of
//! the result stays in proportion to the program.

mod clones;

use std::collections::BTreeSet;

use heapcast_facts::{FieldKind, Map, Obj, ObjectKind, PROGRAM, Symbol, Var};

use super::{Known, Program};
use crate::project::World;

/// Functions called by their name in more places have parameters that are hubs.
const HUB_SITES: u32 = 250;
/// Classes instantiated by their name in more places have one instance for all.
const INSTANCE_SITES: u32 = 30;
/// An unseen caller's argument is guessed by its attributes among at most that many classes.
const DUCK_LIMIT: usize = 10;
/// So many parameters of one name must be of known classes to say what others are.
const VOTERS: u32 = 4;
/// In programs of more variables, what values name is too many things to be followed.
const NAMED_LIMIT: usize = 15_000;
/// A method that more classes override is not looked for in those that unseen code may pass.
const OVERRIDING_LIMIT: usize = 80;
/// A method inherited by more classes gets no receiver from each that nothing instantiates.
const INHERITED_LIMIT: usize = 40;

/// Applies the policies to a linked program.
pub(super) fn apply(program: &mut Program, known: &Known, world: World) {
    let survey = Survey::of(program);
    let sources = Sources::of(program, &survey.kinds);
    survey.hubs(program);
    survey.merged_classes(program);
    clones::decide(&survey, program, &sources);
    survey.receivers(program, known, world);
    survey.defaults(program, world);
    match world {
        World::Open => {
            survey.parameters(program, known);
            survey.overridden(program);
            let containers = program.facts.annotated_container.iter();
            program.facts.alloc.extend(containers);
        }
        World::Closed => {
            survey.drop_annotations(program);
            program.facts.declared_attribute.clear();
            program.facts.annotated_container.clear();
            program.facts.annotated_element.clear();
        }
    }
    prefixes(program);
    named_strings(program, known);
}

/// What names and counts say about a program.
struct Survey {
    /// How often each name is called.
    called: Map<Symbol, u32>,
    /// Names that are read as attributes or called as methods.
    mentioned: Map<Symbol, ()>,
    /// The function (or module) around each function or class.
    parents: Map<Obj, Obj>,
    kinds: Map<Obj, (ObjectKind, Symbol)>,
    /// The own names of functions and classes.
    own_names: Map<Obj, Symbol>,
    /// The classes that inherit from each class, itself included.
    descendants: Map<Obj, Vec<Obj>>,
    /// The classes that each class inherits from.
    ancestors: Map<Obj, Vec<Obj>>,
    /// Classes that some call seems to instantiate.
    instantiated: Map<Obj, ()>,
}

impl Survey {
    fn of(program: &mut Program) -> Self {
        let mut kinds = Map::default();
        let mut own_names = Map::default();
        let objects = program.facts.object.clone();
        for (object, kind, name) in objects {
            kinds.insert(object, (kind, name));
            if matches!(kind, ObjectKind::Function | ObjectKind::Class) {
                let text = program.symbols.text(name);
                let own = text.rsplit('.').next().unwrap_or_default().to_owned();
                own_names.insert(object, program.symbols.intern(&own));
            }
        }
        let mut survey = Self {
            called: Map::default(),
            mentioned: Map::default(),
            parents: program.facts.function_in.iter().copied().collect(),
            kinds,
            own_names,
            descendants: Map::default(),
            ancestors: Map::default(),
            instantiated: Map::default(),
        };
        let sources = Sources::of(program, &survey.kinds);
        survey.count_calls(program, &sources);
        survey.hierarchy(program, &sources);
        survey
    }

    fn count_calls(&mut self, program: &Program, sources: &Sources) {
        for &(_, _, name) in &program.facts.method_call {
            *self.called.entry(name).or_default() += 1;
            self.mentioned.insert(name, ());
        }
        for &(_, field, _) in &program.facts.load {
            if let FieldKind::Attribute(name) = field.kind() {
                self.mentioned.insert(name, ());
            }
        }
        for &(_, callee) in &program.facts.call {
            if let Some(object) = sources.object(callee) {
                if let Some(&name) = self.own_names.get(&object) {
                    *self.called.entry(name).or_default() += 1;
                }
                self.instantiated.insert(object, ());
            }
        }
    }

    /// Which class inherits from which, as far as names alone tell.
    fn hierarchy(&mut self, program: &Program, sources: &Sources) {
        let mut bases: Map<Obj, Vec<Obj>> = Map::default();
        for &(class, _, var) in &program.facts.base_class {
            if let Some(base) = sources.object(var) {
                bases.entry(class).or_default().push(base);
            }
        }
        let classes: Vec<Obj> = self
            .kinds
            .iter()
            .filter(|(_, row)| row.0 == ObjectKind::Class)
            .map(|(&object, _)| object)
            .collect();
        for class in classes {
            let mut seen = BTreeSet::from([class]);
            let mut open = vec![class];
            while let Some(at) = open.pop() {
                for &base in bases.get(&at).into_iter().flatten() {
                    if seen.insert(base) {
                        open.push(base);
                    }
                }
            }
            for &ancestor in &seen {
                self.descendants.entry(ancestor).or_default().push(class);
            }
            self.ancestors.insert(class, seen.into_iter().collect());
        }
        for list in self.descendants.values_mut() {
            list.sort_unstable();
        }
    }

    /// The outermost function around a function.
    fn outermost(&self, function: Obj) -> Obj {
        let mut outermost = function;
        let mut at = function;
        while let Some(&parent) = self.parents.get(&at) {
            if !matches!(self.kinds.get(&parent), Some((ObjectKind::Function, _))) {
                break;
            }
            outermost = parent;
            at = parent;
        }
        outermost
    }

    /// Parameters of functions that are called in too many places.
    fn hubs(&self, program: &mut Program) {
        let hubs: Map<Obj, ()> = program
            .facts
            .object
            .iter()
            .filter(|row| row.1 == ObjectKind::Function)
            .filter(|row| self.sites(program, row.0) > HUB_SITES)
            .map(|row| (row.0, ()))
            .collect();
        let parameters = program.facts.formal.iter();
        program.facts.hub_parameter = parameters
            .filter(|row| hubs.contains_key(&row.0))
            .map(|row| (row.2,))
            .collect();
    }

    /// Classes that are instantiated in too many places.
    fn merged_classes(&self, program: &mut Program) {
        let classes = program.facts.object.iter();
        program.facts.merged_class = classes
            .filter(|row| row.1 == ObjectKind::Class)
            .filter(|row| {
                let name = self.own_names.get(&row.0);
                let sites = name.and_then(|name| self.called.get(name));
                sites.is_some_and(|&sites| sites > INSTANCE_SITES)
            })
            .map(|row| (row.0,))
            .collect();
    }

    /// In how many places a function is called, by its name (or its class's).
    fn sites(&self, program: &Program, function: Obj) -> u32 {
        self.call_name(program, function)
            .and_then(|name| self.called.get(&name).copied())
            .unwrap_or(0)
    }

    /// The name that a function is called by: that of its class for what makes instances.
    fn call_name(&self, program: &Program, function: Obj) -> Option<Symbol> {
        let own = self.own_names.get(&function).copied()?;
        if matches!(
            program.symbols.text(own),
            "__init__" | "__new__" | "__call__"
        ) {
            let class = self.parents.get(&function);
            let class_name = class.and_then(|class| self.own_names.get(class));
            return class_name.copied().or(Some(own));
        }
        Some(own)
    }

    fn is_instantiated(&self, class: Obj) -> bool {
        self.descendants
            .get(&class)
            .into_iter()
            .flatten()
            .any(|descendant| self.instantiated.contains_key(descendant))
    }

    /// Receivers of methods that nothing in the program seems to call.
    fn receivers(&self, program: &mut Program, known: &Known, world: World) {
        let mut seeds: Vec<(Var, Obj, bool)> = Vec::new();
        for receiver in &known.receivers {
            let special = is_special(program.symbols.text(receiver.name));
            let uncalled = !special && !self.mentioned.contains_key(&receiver.name);
            let orphan = !self.is_instantiated(receiver.class);
            if receiver.is_class {
                if uncalled || (world == World::Open && orphan) {
                    seeds.push((receiver.var, receiver.class, true));
                }
            } else if uncalled || orphan || world == World::Open {
                seeds.push((receiver.var, receiver.class, false));
            }
            if world == World::Open && !receiver.is_class {
                let heirs = self
                    .descendants
                    .get(&receiver.class)
                    .map_or(&[][..], Vec::as_slice);
                if heirs.len() <= INHERITED_LIMIT {
                    seeds.extend(
                        heirs
                            .iter()
                            .filter(|heir| !self.instantiated.contains_key(heir))
                            .map(|&heir| (receiver.var, heir, false)),
                    );
                }
            }
        }
        for (var, class, is_class) in seeds {
            if is_class {
                program.facts.alloc.push((var, class));
            } else {
                program.facts.entry_parameter.push((var, class));
            }
        }
    }

    /// In an open world, what is declared as an instance of a class may be one of any class that
    /// inherits from it.
    fn overridden(&self, program: &mut Program) {
        let mut rows = Vec::new();
        for &(heir, name, _) in &program.facts.class_attribute {
            let ancestors = self.ancestors.get(&heir).map_or(&[][..], Vec::as_slice);
            rows.extend(
                ancestors
                    .iter()
                    .filter(|&&class| class != heir)
                    .filter(|class| matches!(self.kinds.get(class), Some((ObjectKind::Class, _))))
                    .map(|&class| (class, name, heir)),
            );
        }
        rows.sort_unstable();
        rows.dedup();
        let is_crowd = |rows: &[(Obj, Symbol, Obj)]| rows.len() > OVERRIDING_LIMIT;
        program.facts.overridden = rows
            .chunk_by(|left, right| (left.0, left.1) == (right.0, right.1))
            .filter(|rows| !is_crowd(rows))
            .flatten()
            .copied()
            .collect();
    }

    /// Unseen callers may leave out any argument that has a default: those of functions that
    /// nothing mentions, in an open world those of all.
    fn defaults(&self, program: &mut Program, world: World) {
        let rows = program.facts.default_value.iter();
        let rows = rows.filter(|(function, _, _)| {
            let is_ours = matches!(self.kinds.get(function), Some((ObjectKind::Function, _)));
            is_ours
                && (world == World::Open
                    || self
                        .own_names
                        .get(function)
                        .is_some_and(|name| self.is_unmentioned(*name)))
        });
        let assigned = rows.map(|&(_, formal, from)| (formal, from));
        program.facts.assign.extend(assigned);
    }

    fn is_unmentioned(&self, name: Symbol) -> bool {
        !self.mentioned.contains_key(&name) && !self.called.contains_key(&name)
    }

    /// In a closed world, annotations speak for functions alone that nothing mentions.
    fn drop_annotations(&self, program: &mut Program) {
        let owners: Map<Var, Obj> = program.facts.variable_in.iter().copied().collect();
        let annotated = std::mem::take(&mut program.facts.annotated);
        program.facts.annotated = annotated
            .into_iter()
            .filter(|(var, _)| {
                owners
                    .get(var)
                    .and_then(|function| self.own_names.get(function))
                    .is_some_and(|name| self.is_unmentioned(*name))
            })
            .collect();
    }

    /// In an open world, what a parameter's attributes are says which classes it may be.
    fn parameters(&self, program: &mut Program, known: &Known) {
        let mut wanted: Map<Var, Vec<Symbol>> = Map::default();
        let receivers: Map<Var, ()> = known
            .receivers
            .iter()
            .map(|receiver| (receiver.var, ()))
            .collect();
        let annotated: Map<Var, ()> = program
            .facts
            .annotated
            .iter()
            .map(|row| (row.0, ()))
            .collect();
        for &(_, _, var) in &program.facts.formal {
            if !receivers.contains_key(&var) && !annotated.contains_key(&var) {
                wanted.insert(var, Vec::new());
            }
        }
        for &(base, field, _) in &program.facts.load {
            if let (Some(names), FieldKind::Attribute(name)) = (wanted.get_mut(&base), field.kind())
            {
                names.push(name);
            }
        }
        for &(_, base, name) in &program.facts.method_call {
            if let Some(names) = wanted.get_mut(&base) {
                names.push(name);
            }
        }
        let ducks = Ducks::of(program, self, known);
        let mut rows: Vec<(Var, Vec<Obj>)> = wanted
            .into_iter()
            .map(|(var, mut names)| {
                names.sort_unstable();
                names.dedup();
                (var, ducks.classes(self, &names))
            })
            .collect();
        rows.sort_unstable();
        by_name(program, &mut rows);
        let rows = rows.into_iter();
        program.facts.entry_parameter.extend(
            rows.flat_map(|(var, classes)| classes.into_iter().map(move |class| (var, class))),
        );
    }
}

/// Parameters of one name tend to be of one class: where that of most is known, it is taken for
/// the others too.
fn by_name(program: &Program, rows: &mut [(Var, Vec<Obj>)]) {
    let parameters = program.facts.formal_keyword.iter();
    let names: Map<Var, Symbol> = parameters.map(|&(_, name, var)| (var, name)).collect();
    let mut votes: Map<Symbol, Map<Obj, u32>> = Map::default();
    let mut voters: Map<Symbol, u32> = Map::default();
    for (var, classes) in rows.iter() {
        let Some(&name) = names.get(var).filter(|_| !classes.is_empty()) else {
            continue;
        };
        *voters.entry(name).or_default() += 1;
        for &class in classes {
            *votes.entry(name).or_default().entry(class).or_default() += 1;
        }
    }
    for (var, classes) in rows.iter_mut().filter(|row| row.1.is_empty()) {
        let Some(name) = names.get(var) else { continue };
        let voters = voters.get(name).copied().unwrap_or(0);
        let mut elected: Vec<Obj> = votes
            .get(name)
            .into_iter()
            .flatten()
            .filter(|&(_, &votes)| voters >= VOTERS && votes * 2 > voters)
            .map(|(&class, _)| class)
            .collect();
        elected.sort_unstable();
        *classes = elected;
    }
}

fn is_special(name: &str) -> bool {
    name.starts_with("__") && name.ends_with("__")
}

/// Which classes have which attributes.
struct Ducks {
    owners: Map<Symbol, Vec<Obj>>,
    /// Names that instances of builtin types have too.
    common: Map<Symbol, ()>,
}

impl Ducks {
    fn of(program: &Program, survey: &Survey, known: &Known) -> Self {
        let mut direct: Map<Obj, Vec<Symbol>> = Map::default();
        for &(class, name, _) in &program.facts.class_attribute {
            direct.entry(class).or_default().push(name);
        }
        for &(class, name) in &program.facts.instance_attribute {
            direct.entry(class).or_default().push(name);
        }
        let mut owners: Map<Symbol, Vec<Obj>> = Map::default();
        for (&class, ancestors) in &survey.ancestors {
            for ancestor in ancestors {
                for &name in direct.get(ancestor).into_iter().flatten() {
                    owners.entry(name).or_default().push(class);
                }
            }
        }
        for list in owners.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        let builtin: Map<Obj, ()> = ["list", "dict", "str", "set", "bytes", "tuple", "object"]
            .into_iter()
            .filter_map(|name| known.names.object(&format!("builtins.{name}")))
            .map(|class| (class, ()))
            .collect();
        let common = program
            .facts
            .model_member
            .iter()
            .filter(|row| builtin.contains_key(&row.0))
            .map(|row| (row.1, ()))
            .collect();
        Self { owners, common }
    }

    /// The classes that have all of the names, if these are few and the names say enough.
    fn classes(&self, survey: &Survey, names: &[Symbol]) -> Vec<Obj> {
        if names.iter().all(|name| self.common.contains_key(name)) {
            return Vec::new();
        }
        let mut lists: Vec<&Vec<Obj>> = Vec::with_capacity(names.len());
        for name in names {
            match self.owners.get(name) {
                Some(list) => lists.push(list),
                None => return Vec::new(),
            }
        }
        lists.sort_by_key(|list| list.len());
        let Some((first, rest)) = lists.split_first() else {
            return Vec::new();
        };
        let mut found: Vec<Obj> = first
            .iter()
            .copied()
            .filter(|class| rest.iter().all(|list| list.binary_search(class).is_ok()))
            .collect();
        // An instance of a class may be one of any class that inherits from it.
        let all = found.clone();
        found.retain(|class| {
            let mut ancestors = survey.ancestors.get(class).into_iter().flatten();
            !ancestors.any(|ancestor| ancestor != class && all.binary_search(ancestor).is_ok())
        });
        if found.len() > DUCK_LIMIT {
            found.clear();
        }
        found
    }
}

/// Where the values of variables come from, as far as single steps tell.
struct Sources {
    held: Map<Var, Obj>,
    from: Map<Var, Var>,
}

impl Sources {
    fn of(program: &Program, kinds: &Map<Obj, (ObjectKind, Symbol)>) -> Self {
        let held = program
            .facts
            .alloc
            .iter()
            .filter(|(_, object)| {
                matches!(
                    kinds.get(object),
                    Some((ObjectKind::Class | ObjectKind::Function, _))
                )
            })
            .copied()
            .collect();
        let mut from: Map<Var, Var> = Map::default();
        for &(to, source) in &program.facts.assign {
            from.entry(to).or_insert(source);
        }
        // A decorator usually gives back what it decorates.
        let decorators: Map<_, ()> = program
            .facts
            .decorator_call
            .iter()
            .map(|&(call,)| (call, ()))
            .collect();
        let results: Map<_, Var> = program
            .facts
            .call_result
            .iter()
            .filter(|(call, _)| decorators.contains_key(call))
            .copied()
            .collect();
        for &(call, _, argument) in &program.facts.actual {
            if let Some(&result) = results.get(&call) {
                from.entry(result).or_insert(argument);
            }
        }
        Self { held, from }
    }

    /// The function or class that a variable holds.
    fn object(&self, var: Var) -> Option<Obj> {
        let mut at = var;
        for _ in 0..16 {
            if let Some(&object) = self.held.get(&at) {
                return Some(object);
            }
            at = *self.from.get(&at)?;
        }
        None
    }
}

/// Constant strings that name something are told apart, where the program looks something up by
/// the name that a value holds.
fn named_strings(program: &mut Program, known: &Known) {
    let facts = &mut program.facts;
    let is_small = facts.variable_in.len() <= NAMED_LIMIT;
    let is_asked = is_small
        && !(facts.load_named.is_empty()
            && facts.store_named.is_empty()
            && facts.import_named.is_empty());
    let Some(text_class) = known.names.object("builtins.str").filter(|_| is_asked) else {
        return;
    };
    let attributes = facts.class_attribute.iter().chain(&facts.module_global);
    let mut names: Map<Symbol, ()> = attributes.map(|row| (row.1, ())).collect();
    let assigned = facts.instance_attribute.iter();
    names.extend(assigned.map(|row| (row.1, ())));
    let modules = facts.object.iter();
    names.extend(
        modules
            .filter(|row| row.1 == ObjectKind::Module)
            .map(|row| (row.2, ())),
    );
    let mut objects: Map<Symbol, Obj> = Map::default();
    let site = program.symbols.intern("builtins.str");
    let mut next = facts.next_object();
    for &(var, text) in &known.strings {
        if !names.contains_key(&text) {
            continue;
        }
        let object = *objects.entry(text).or_insert_with(|| {
            let object = next;
            next = Obj(next.0 + 1);
            facts.object.push((object, ObjectKind::Site, site));
            facts.object_in.push((object, PROGRAM));
            facts.instance_of.push((object, text_class));
            facts.named_string.push((object, text));
            object
        });
        facts.alloc.push((var, object));
    }
}

/// The attributes that start with each prefix that `getattr` is used with.
fn prefixes(program: &mut Program) {
    let wanted: BTreeSet<Symbol> = program.facts.load_prefix.iter().map(|row| row.1).collect();
    if wanted.is_empty() {
        return;
    }
    let mut names: Vec<(&str, Symbol)> = program
        .facts
        .class_attribute
        .iter()
        .chain(&program.facts.module_global)
        .map(|&(_, name, _)| (program.symbols.text(name), name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut rows = Vec::new();
    for prefix in wanted {
        let text = program.symbols.text(prefix);
        if text.chars().count() < 2 {
            continue;
        }
        let start = names.partition_point(|(name, _)| *name < text);
        let matching = names[start..]
            .iter()
            .take_while(|(name, _)| name.starts_with(text));
        rows.extend(matching.map(|&(_, name)| (prefix, name)));
    }
    program.facts.prefixed.extend(rows);
}
