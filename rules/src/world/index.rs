//! What is found out about a program before the rules run.

use heapcast_facts::{
    Facts, Field, FieldKind, Map, Obj, ObjectKind, PROGRAM, Region, RegionKind, Symbol, Symbols,
    Var, is_immutable,
};

use super::{Given, NO_VAR, NOTHING, World, set};

impl World {
    /// Finds out all that does not change; once, before anything is looked up.
    pub(super) fn index(&mut self, facts: &Facts, symbols: &Symbols) {
        self.find_kinds(facts, symbols);
        self.find_classes(facts, symbols);
        self.find_units(facts);
        self.find_variables(facts);
        self.find_regions(facts);
        self.find_stored_specials(facts);
        self.find_lazy_modules(facts);
        self.find_prefixed(facts);
        self.find_accessors(facts, symbols);
        self.find_arguments(facts);
        self.find_nones(facts);
        self.find_named(facts);
        self.find_metaclasses(facts);
        self.find_methods(facts, symbols);
    }

    fn find_kinds(&mut self, facts: &Facts, symbols: &Symbols) {
        for &(object, kind, name) in &facts.object {
            self.kinds[object.index()] = kind;
            let text = symbols.text(name);
            let is_builtin = text.starts_with("builtins.");
            if is_builtin {
                self.builtins.insert(object, ());
            }
            match kind {
                ObjectKind::External => {
                    self.capitalised.insert(object, is_capitalised(text));
                }
                ObjectKind::ModelClass if !is_builtin => {
                    self.protocols.insert(object, ());
                }
                ObjectKind::ModelFunction if text.ends_with("__") => {
                    let own = text.rsplit('.').next().and_then(|own| symbols.get(own));
                    self.special_methods.extend(own.map(|own| (object, own)));
                }
                _ => {}
            }
        }
    }

    /// The classes of static objects, and the one object that instances of immutable ones are.
    fn find_classes(&mut self, facts: &Facts, symbols: &Symbols) {
        for &(object, class) in &facts.instance_of {
            self.classes_of.entry(object).or_default().push(class);
            let immutable = facts.object.len() > object.index()
                && self.kinds[object.index()] == ObjectKind::Site
                && facts
                    .object
                    .get(class.index())
                    .is_some_and(|row| is_immutable(symbols.text(row.2)));
            if immutable {
                self.shared.entry(class).or_insert(object);
            }
        }
    }

    /// What constant strings name.
    fn find_named(&mut self, facts: &Facts) {
        let modules: Map<Symbol, Obj> = facts
            .object
            .iter()
            .filter(|row| matches!(row.1, ObjectKind::Module | ObjectKind::ModelModule))
            .map(|&(object, _, name)| (name, object))
            .collect();
        for &(object, name) in &facts.named_string {
            let module = modules.get(&name).copied().unwrap_or(NOTHING);
            let row = (Field::attribute(name), module);
            self.named.insert(object, row);
        }
    }

    fn find_metaclasses(&mut self, facts: &Facts) {
        for &(class, kind, _) in &facts.object {
            if kind == ObjectKind::Class
                && let Some(metaclass) = self.hierarchy.metaclass(class)
                && self.kind(metaclass) == ObjectKind::Class
            {
                self.of_metaclass.entry(metaclass).or_default().push(class);
            }
        }
    }

    /// The methods that models give their classes.
    fn find_methods(&mut self, facts: &Facts, symbols: &Symbols) {
        let names: Map<Obj, Symbol> = facts.object.iter().map(|row| (row.0, row.2)).collect();
        for &(function, owner) in &facts.function_in {
            if self.kind(function) == ObjectKind::ModelFunction
                && self.kind(owner) == ObjectKind::ModelClass
                && let Some(name) = names.get(&function)
                && let Some(own) = symbols.text(*name).rsplit('.').next()
                && let Some(own) = symbols.get(own)
            {
                self.methods.insert(function, (owner, own));
            }
        }
        let clonable = super::set(facts.clonable.iter().map(|row| row.0));
        let inert = self.methods.iter();
        self.inert_methods = inert
            .filter(|(function, _)| !clonable.contains_key(*function))
            .map(|(_, &method)| (method, ()))
            .collect();
    }

    /// What calls pass, for parameters that need not be passed.
    fn find_arguments(&mut self, facts: &Facts) {
        self.optional = facts
            .default_value
            .iter()
            .map(|&(_, formal, _)| (formal, (u32::MAX, Symbol(0))))
            .collect();
        for &(_, index, formal) in &facts.formal {
            if let Some(row) = self.optional.get_mut(&formal) {
                row.0 = index;
            }
        }
        for &(_, name, formal) in &facts.formal_keyword {
            if let Some(row) = self.optional.get_mut(&formal) {
                row.1 = name;
            }
        }
        for &(call, index, _) in &facts.actual {
            let count = self.positional.entry(call).or_default();
            *count = (*count).max(index + 1);
        }
        for &(call, _, star) in &facts.actual_star {
            self.spreading.entry(call).or_default().push(star);
        }
        for &(call, _) in &facts.actual_star_star {
            self.spreading.entry(call).or_default();
        }
        let stars = facts.formal_star.iter();
        self.star_formals = stars.map(|&(f, start, var)| (var, (f, start))).collect();
        let names = facts.actual_keyword.iter();
        self.passed_names = names.map(|&(call, name, _)| ((call, name), ())).collect();
    }

    fn find_prefixed(&mut self, facts: &Facts) {
        let wanted = super::set(facts.prefixed.iter().map(|row| row.1));
        if wanted.is_empty() {
            return;
        }
        let globals = facts.module_global.iter().map(|row| (row.0, row.1));
        for (owner, name) in self.hierarchy.attributes().chain(globals) {
            if wanted.contains_key(&name) {
                self.names_of.entry(owner).or_default().push(name);
            }
        }
        for names in self.names_of.values_mut() {
            names.sort_unstable();
            names.dedup();
        }
    }

    fn find_lazy_modules(&mut self, facts: &Facts) {
        let getattr = self.names.getattr.kind();
        let globals = facts.module_global.iter();
        let lazy = globals.filter(|row| getattr == FieldKind::Attribute(row.1));
        self.lazy_modules = lazy.map(|row| (row.0, ())).collect();
    }

    fn find_stored_specials(&mut self, facts: &Facts) {
        for &(class, name) in &facts.stored_special {
            give(&mut self.stored_specials, name, class);
        }
    }

    /// The variables that may hold `None`, where a test asks for it.
    fn find_nones(&mut self, facts: &Facts) {
        if facts.return_if.is_empty() {
            return;
        }
        let mut flows: Map<Var, Vec<Var>> = Map::default();
        let defaults = facts.default_value.iter().map(|row| (row.1, row.2));
        for (to, from) in facts.assign.iter().copied().chain(defaults) {
            flows.entry(from).or_default().push(to);
        }
        let mut open: Vec<Var> = facts.none_value.iter().map(|row| row.0).collect();
        while let Some(var) = open.pop() {
            if self.nones.insert(var, ()).is_none() {
                open.extend(flows.get(&var).into_iter().flatten());
            }
        }
    }

    /// What of classes may run code when it is read or written.
    fn find_accessors(&mut self, facts: &Facts, symbols: &Symbols) {
        let plain: Map<Var, ()> = facts
            .alloc
            .iter()
            .filter(|(_, object)| !self.is_descriptor(*object))
            .map(|&(var, _)| (var, ()))
            .collect();
        for &(class, name, var) in &facts.class_attribute {
            if !plain.contains_key(&var) {
                give(&mut self.accessors, name, class);
            }
        }
        for &(class, name, object) in &facts.model_member {
            if self.is_descriptor(object) {
                give(&mut self.accessors, name, class);
            }
        }
        self.find_late_accessors(facts, symbols);
    }

    /// Names under which a metaclass or a decorator may give a class something that runs code: what
    /// a call made, as a key that classes have as an attribute, or as an attribute of what a
    /// function that is no method gets first. Special methods are functions wherever they come from.
    fn find_late_accessors(&mut self, facts: &Facts, symbols: &Symbols) {
        let made = set(facts.call_result.iter().map(|row| row.1));
        let names = set(facts.class_attribute.iter().map(|row| row.1));
        let members = set(facts.class_attribute.iter().map(|row| row.2));
        let held = facts.alloc.iter();
        let methods = set(held
            .filter(|row| members.contains_key(&row.0))
            .map(|row| row.1));
        let first = facts.formal.iter().filter(|row| row.1 == 0);
        let given = set(first
            .filter(|row| !methods.contains_key(&row.0))
            .map(|row| row.2));
        for &(base, field, value) in &facts.store {
            let name = match field.kind() {
                FieldKind::Key(name) if names.contains_key(&name) => name,
                FieldKind::Attribute(name) if given.contains_key(&base) => name,
                _ => continue,
            };
            if made.contains_key(&value) && !symbols.text(name).ends_with("__") {
                give(&mut self.accessors, name, PROGRAM);
            }
        }
    }

    fn find_units(&mut self, facts: &Facts) {
        let clonable: Map<Obj, ()> = facts.clonable.iter().map(|row| (row.0, ())).collect();
        let parents: Map<Obj, Obj> = facts.function_in.iter().copied().collect();
        let units: Vec<(Obj, Obj)> = facts
            .object
            .iter()
            .filter(|row| matches!(row.1, ObjectKind::Function | ObjectKind::ModelFunction))
            .map(|row| (row.0, unit_of(row.0, &clonable, &parents)))
            .collect();
        for (function, unit) in units {
            self.units.insert(function, unit);
            if unit != PROGRAM {
                self.object_units.insert(function, unit);
            }
        }
        for &(object, function) in &facts.object_in {
            if let Some(&unit) = self.units.get(&function)
                && unit != PROGRAM
                && unit != object
            {
                self.object_units.insert(object, unit);
            }
        }
        for &(function, copies) in &facts.clonable {
            self.copies_left.insert(function, copies);
            self.object_units.remove(&function);
        }
    }

    fn find_variables(&mut self, facts: &Facts) {
        self.uses = vec![0; self.var_owner.len()];
        self.results = vec![NO_VAR; self.call_owner.len()];
        for &(call, var) in &facts.call_result {
            if let Some(result) = self.results.get_mut(call.index()) {
                *result = var;
            }
        }
        for &(var, owner) in &facts.variable_in {
            let unit = self.unit_of_function(owner);
            if unit != PROGRAM {
                self.place(unit, var);
            }
        }
    }

    /// Relations that others wrote may have regions of any numbers, and even a circle of them.
    fn find_regions(&mut self, facts: &Facts) {
        let none = Region(u32::MAX);
        let parents: Map<Region, Region> = facts.region_parent.iter().copied().collect();
        let functions = facts
            .region
            .iter()
            .filter(|row| row.1 == RegionKind::Function);
        self.outermost = functions.clone().map(|row| (row.2, row.0)).collect();
        let handles: Map<Region, ()> = functions
            .map(|row| (row.0, ()))
            .chain(facts.catches.iter().map(|row| (row.0, ())))
            .collect();
        for &(mut at, ..) in &facts.region {
            let mut path = Vec::new();
            let handler = loop {
                if handles.contains_key(&at) {
                    break at;
                }
                if let Some(&known) = self.handling.get(&at) {
                    break known;
                }
                self.handling.insert(at, none);
                path.push(at);
                match parents.get(&at) {
                    Some(&parent) => at = parent,
                    None => break none,
                }
            };
            self.handling
                .extend(path.into_iter().map(|region| (region, handler)));
        }
    }
}

fn give(given: &mut Given, name: Symbol, class: Obj) {
    given.entry(name).or_default().insert(class, ());
}

/// Whether each symbol's text looks like a class's name.
pub(super) fn class_like(symbols: &Symbols) -> Vec<bool> {
    symbols
        .iter()
        .map(|(_, text)| is_capitalised(text))
        .collect()
}

fn is_capitalised(dotted: &str) -> bool {
    dotted.rsplit('.').next().is_some_and(|last| {
        last.trim_start_matches('_')
            .starts_with(|first: char| first.is_uppercase())
            && last.chars().any(char::is_lowercase)
    })
}

/// The outermost clonable function around a function, itself included.
fn unit_of(function: Obj, clonable: &Map<Obj, ()>, parents: &Map<Obj, Obj>) -> Obj {
    let mut unit = PROGRAM;
    let mut at = function;
    loop {
        if clonable.contains_key(&at) {
            unit = at;
        }
        match parents.get(&at) {
            Some(&parent) if parent != at => at = parent,
            _ => return unit,
        }
    }
}
