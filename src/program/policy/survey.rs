//! What names and counts say about a program, before anything is derived.

use std::collections::BTreeSet;

use heapcast_facts::{FieldKind, Map, Obj, ObjectKind, Symbol, Var};

use super::Program;

/// What names and counts say about a program.
pub(super) struct Survey {
    /// How often each name is called.
    pub(super) called: Map<Symbol, u32>,
    /// Names that are read as attributes or called as methods.
    pub(super) mentioned: Map<Symbol, ()>,
    /// The function (or module) around each function or class.
    pub(super) parents: Map<Obj, Obj>,
    /// The kind and the name of each object.
    pub(super) kinds: Map<Obj, (ObjectKind, Symbol)>,
    /// The own names of functions and classes.
    pub(super) own_names: Map<Obj, Symbol>,
    /// The classes that inherit from each class, itself included.
    pub(super) descendants: Map<Obj, Vec<Obj>>,
    /// The classes that each class inherits from.
    pub(super) ancestors: Map<Obj, Vec<Obj>>,
    /// Classes that some call seems to instantiate.
    pub(super) instantiated: Map<Obj, ()>,
    /// Functions and classes that are passed, returned or stored: what gets them may call them.
    handed_on: Map<Obj, ()>,
    /// Where the values of variables come from.
    pub(super) sources: Sources,
}

impl Survey {
    pub(super) fn of(program: &mut Program) -> Self {
        let mut kinds = Map::default();
        let mut own_names = Map::default();
        for &(object, kind, name) in &program.facts.object {
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
            sources: Sources::of(program, &kinds),
            kinds,
            own_names,
            descendants: Map::default(),
            ancestors: Map::default(),
            instantiated: Map::default(),
            handed_on: Map::default(),
        };
        survey.count_calls(program);
        survey.find_handed_on(program);
        survey.hierarchy(program);
        survey
    }

    fn count_calls(&mut self, program: &Program) {
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
            if let Some(object) = self.sources.object(callee) {
                if let Some(&name) = self.own_names.get(&object) {
                    *self.called.entry(name).or_default() += 1;
                }
                self.instantiated.insert(object, ());
            }
        }
    }

    fn find_handed_on(&mut self, program: &Program) {
        let facts = &program.facts;
        let handed = (facts.actual.iter().map(|row| row.2))
            .chain(facts.actual_keyword.iter().map(|row| row.2))
            .chain(facts.store.iter().map(|row| row.2))
            .chain(facts.return_value.iter().map(|row| row.1))
            .chain(facts.raises.iter().map(|row| row.1));
        let held = handed.filter_map(|var| self.sources.object(var));
        self.handed_on = held.map(|object| (object, ())).collect();
    }

    /// Which class inherits from which, as far as names alone tell.
    fn hierarchy(&mut self, program: &Program) {
        let mut bases: Map<Obj, Vec<Obj>> = Map::default();
        for &(class, _, var) in &program.facts.base_class {
            if let Some(base) = self.sources.object(var) {
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

    /// Whether an object is of that kind.
    pub(super) fn is_a(&self, object: Obj, kind: ObjectKind) -> bool {
        self.kinds.get(&object).is_some_and(|row| row.0 == kind)
    }

    /// The outermost function around a function.
    pub(super) fn outermost(&self, function: Obj) -> Obj {
        let mut outermost = function;
        let mut at = function;
        while let Some(&parent) = self.parents.get(&at) {
            if !self.is_a(parent, ObjectKind::Function) {
                break;
            }
            outermost = parent;
            at = parent;
        }
        outermost
    }

    /// In how many places a function is called, by its name (or its class's).
    pub(super) fn sites(&self, program: &Program, function: Obj) -> u32 {
        self.call_name(program, function)
            .and_then(|name| self.called.get(&name).copied())
            .unwrap_or(0)
    }

    /// The name that a function is called by: that of its class for what makes instances.
    pub(super) fn call_name(&self, program: &Program, function: Obj) -> Option<Symbol> {
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

    pub(super) fn is_instantiated(&self, class: Obj) -> bool {
        self.heirs(class)
            .any(|heir| self.instantiated.contains_key(heir))
    }

    /// The classes that inherit from a class, itself included.
    fn heirs(&self, class: Obj) -> impl Iterator<Item = &Obj> {
        self.descendants.get(&class).into_iter().flatten()
    }

    /// Whether a value may be the class, or one that inherits from it, so that calling the value
    /// makes an instance.
    pub(super) fn is_handed_on(&self, class: Obj) -> bool {
        self.heirs(class).any(|heir| {
            self.handed_on.contains_key(heir)
                || (self.own_names.get(heir)).is_some_and(|name| self.mentioned.contains_key(name))
        })
    }

    pub(super) fn is_unmentioned(&self, name: Symbol) -> bool {
        !self.mentioned.contains_key(&name) && !self.called.contains_key(&name)
    }
}

/// Where the values of variables come from, as far as single steps tell.
pub(super) struct Sources {
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
    pub(super) fn object(&self, var: Var) -> Option<Obj> {
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
