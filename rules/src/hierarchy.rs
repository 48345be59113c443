//! Which classes a class has as bases, and in which order attributes are looked up on them.
//!
//! Bases are expressions. Only what flows into them is followed, by need, before points-to
//! starts, because the resolution order of classes has to stand when methods are looked up.

use crepe::crepe;
use heapcast_facts::{Call, Facts, Field, FieldKind, Map, Obj, ObjectKind, Symbol, Symbols, Var};

crepe! {
    @input
    struct BaseClass(Obj, u32, Var);
    @input
    struct Metaclass(Obj, Var);
    @input
    struct Alloc(Var, Obj);
    @input
    struct Assign(Var, Var);
    @input
    struct Load(Var, Field, Var);
    @input
    struct ModuleGlobal(Obj, Field, Var);
    @input
    struct Member(Obj, Field, Obj);
    @input
    struct ClassAttribute(Obj, Field, Var);
    @input
    struct CallValue(Call, Var);
    @input
    struct CallResult(Var, Call);
    @input
    struct DecoratorArgument(Call, Var);
    @input
    struct ReturnValue(Obj, Var);

    struct Wanted(Var);
    struct Holds(Var, Obj);
    struct LoadOn(Obj, Field, Var);

    @output
    struct Base(Obj, u32, Obj);
    @output
    struct MetaclassOf(Obj, Obj);

    // H1  What stands as a base or metaclass is wanted.
    Wanted(var) <- BaseClass(_, _, var);
    Wanted(var) <- Metaclass(_, var);

    // H2  So is what flows into what is wanted.
    Wanted(from) <- Wanted(to), Assign(to, from);
    Wanted(base) <- Wanted(to), Load(to, _, base);
    Wanted(cell) <- LoadOn(owner, field, _), ModuleGlobal(owner, field, cell);
    Wanted(var) <- LoadOn(owner, field, _), ClassAttribute(owner, field, var);

    // H3  A wanted result of a call wants the callee, and a decorator's argument.
    Wanted(callee) <- Wanted(result), CallResult(result, call), CallValue(call, callee);
    Wanted(argument) <- Wanted(result), CallResult(result, call), DecoratorArgument(call, argument);
    Wanted(value) <- Wanted(callee), Holds(callee, function), ReturnValue(function, value);

    // H4  A wanted variable holds what is allocated or assigned to it.
    Holds(var, object) <- Wanted(var), Alloc(var, object);
    Holds(to, object) <- Wanted(to), Assign(to, from), Holds(from, object);

    // H5  An attribute of a module, a class or a model.
    LoadOn(owner, field, to) <- Wanted(to), Load(to, field, base), Holds(base, owner);
    Holds(to, object) <- LoadOn(owner, field, to), ModuleGlobal(owner, field, cell), Holds(cell, object);
    Holds(to, object) <- LoadOn(owner, field, to), Member(owner, field, object);
    Holds(to, object) <- LoadOn(owner, field, to), ClassAttribute(owner, field, var), Holds(var, object);

    // H6  A subscripted class (`Base[T]`) is the class.
    Holds(to, owner) <- LoadOn(owner, field, to), (!matches!(field.kind(), FieldKind::Attribute(_)));

    // H7  A decorated class is the class; a call of a function gives what the function returns.
    Holds(result, object) <-
        Wanted(result), CallResult(result, call), DecoratorArgument(call, argument), Holds(argument, object);
    Holds(result, object) <-
        Wanted(result), CallResult(result, call), CallValue(call, callee),
        Holds(callee, function), ReturnValue(function, value), Holds(value, object);

    // H8  Bases and metaclasses are what those variables hold.
    Base(class, index, base) <- BaseClass(class, index, var), Holds(var, base);
    MetaclassOf(class, metaclass) <- Metaclass(class, var), Holds(var, metaclass);
}

/// The class hierarchy of a program.
#[derive(Debug)]
pub(crate) struct Hierarchy {
    orders: Map<Obj, Vec<Obj>>,
    defined: Map<(Obj, Symbol), ()>,
    assigned: Map<(Obj, Symbol), ()>,
    metaclasses: Map<Obj, Obj>,
    open: Map<Obj, ()>,
    abstracts: Map<Obj, ()>,
}

impl Hierarchy {
    /// Solves the hierarchy of a program.
    pub(crate) fn of(facts: &Facts, symbols: &mut Symbols) -> Self {
        let (bases, metaclasses) = solve(facts);
        let mut direct: Map<Obj, Vec<Obj>> = Map::default();
        let roots: Vec<_> = facts
            .root_class
            .iter()
            .map(|&(class, root)| (class, 0, root))
            .collect();
        for &(class, _, base) in facts.model_base.iter().chain(&bases).chain(&roots) {
            let list = direct.entry(class).or_default();
            if base != class && !list.contains(&base) {
                list.push(base);
            }
        }
        let kinds: Map<Obj, ObjectKind> = facts
            .object
            .iter()
            .map(|&(object, kind, _)| (object, kind))
            .collect();
        let classes: Vec<Obj> = facts
            .object
            .iter()
            .filter(|row| matches!(row.1, ObjectKind::Class | ObjectKind::ModelClass))
            .map(|row| row.0)
            .collect();
        // What is not a class (a function, an unknown name) still has a place in the order, so
        // that lookups can say that they ended there.
        let mut orders = Map::default();
        for &class in &classes {
            linearise(class, &direct, &mut orders, &mut Vec::new());
        }
        let mut hierarchy = Self {
            orders,
            defined: Map::default(),
            assigned: facts
                .instance_attribute
                .iter()
                .map(|&row| (row, ()))
                .collect(),
            metaclasses: Map::default(),
            open: Map::default(),
            abstracts: Map::default(),
        };
        hierarchy.define(facts, &kinds);
        let instance_check = symbols.intern("__instancecheck__");
        hierarchy.close(&classes, &kinds, &metaclasses, instance_check);
        hierarchy
    }

    fn define(&mut self, facts: &Facts, kinds: &Map<Obj, ObjectKind>) {
        for &(class, name, _) in &facts.class_attribute {
            self.defined.insert((class, name), ());
        }
        for &(owner, name, _) in &facts.model_member {
            if kinds.get(&owner) == Some(&ObjectKind::ModelClass) {
                self.defined.insert((owner, name), ());
            }
        }
    }

    fn close(
        &mut self,
        classes: &[Obj],
        kinds: &Map<Obj, ObjectKind>,
        metaclasses: &[(Obj, Obj)],
        instance_check: Symbol,
    ) {
        for &(class, metaclass) in metaclasses {
            self.metaclasses.entry(class).or_insert(metaclass);
        }
        for &class in classes {
            let order = self.order(class).to_vec();
            if order.iter().any(|ancestor| {
                !matches!(
                    kinds.get(ancestor),
                    Some(ObjectKind::Class | ObjectKind::ModelClass)
                )
            }) {
                self.open.insert(class, ());
            }
            let inherited = order
                .iter()
                .find_map(|ancestor| self.metaclasses.get(ancestor).copied());
            if let Some(metaclass) = inherited {
                self.metaclasses.insert(class, metaclass);
                let decides = self.order(metaclass).iter().any(|ancestor| {
                    kinds.get(ancestor) == Some(&ObjectKind::Class)
                        && self.defined.contains_key(&(*ancestor, instance_check))
                });
                if decides {
                    self.abstracts.insert(class, ());
                }
            }
        }
    }

    /// The classes that attributes are looked up on, the class itself first.
    pub(crate) fn order(&self, class: Obj) -> &[Obj] {
        self.orders.get(&class).map_or(&[], Vec::as_slice)
    }

    /// All classes with their resolution orders.
    pub(crate) fn rows(&self) -> Vec<(Obj, u32, Obj)> {
        let mut rows: Vec<_> = self
            .orders
            .iter()
            .flat_map(|(&class, order)| {
                order
                    .iter()
                    .zip(0..)
                    .map(move |(&ancestor, place)| (class, place, ancestor))
            })
            .collect();
        rows.sort_unstable();
        rows
    }

    /// The metaclass of a class, where it has one of its own.
    pub(crate) fn metaclass(&self, class: Obj) -> Option<Obj> {
        self.metaclasses.get(&class).copied()
    }

    /// The classes with the attributes that they have or that their methods assign.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (Obj, Symbol)> {
        (self.defined.keys().chain(self.assigned.keys())).copied()
    }

    /// Whether the class itself has the attribute.
    pub(crate) fn defines(&self, class: Obj, name: Symbol) -> bool {
        self.defined.contains_key(&(class, name))
    }

    /// Whether a method of the class itself assigns the attribute.
    pub(crate) fn assigns(&self, class: Obj, name: Symbol) -> bool {
        self.assigned.contains_key(&(class, name))
    }

    /// Whether an ancestor cannot be seen.
    pub(crate) fn is_open(&self, class: Obj) -> bool {
        self.open.contains_key(&class)
    }

    /// Whether classes may count as its subclasses that do not inherit from it.
    pub(crate) fn is_abstract(&self, class: Obj) -> bool {
        self.abstracts.contains_key(&class)
    }
}

fn solve(facts: &Facts) -> (Vec<(Obj, u32, Obj)>, Vec<(Obj, Obj)>) {
    let mut runtime = Crepe::new();
    runtime.extend(
        facts
            .base_class
            .iter()
            .map(|&(class, index, var)| BaseClass(class, index, var)),
    );
    runtime.extend(
        facts
            .metaclass
            .iter()
            .map(|&(class, var)| Metaclass(class, var)),
    );
    runtime.extend(facts.alloc.iter().map(|&(var, object)| Alloc(var, object)));
    runtime.extend(facts.assign.iter().map(|&(to, from)| Assign(to, from)));
    let defaults = facts.default_value.iter();
    runtime.extend(defaults.map(|&(_, formal, from)| Assign(formal, from)));
    runtime.extend(
        facts
            .load
            .iter()
            .map(|&(base, field, to)| Load(to, field, base)),
    );
    runtime.extend(
        facts
            .module_global
            .iter()
            .map(|&(module, name, cell)| ModuleGlobal(module, Field::attribute(name), cell)),
    );
    runtime.extend(
        facts
            .model_member
            .iter()
            .map(|&(owner, name, object)| Member(owner, Field::attribute(name), object)),
    );
    runtime.extend(
        facts
            .class_attribute
            .iter()
            .map(|&(class, name, var)| ClassAttribute(class, Field::attribute(name), var)),
    );
    runtime.extend(
        facts
            .call
            .iter()
            .map(|&(call, callee)| CallValue(call, callee)),
    );
    runtime.extend(
        facts
            .call_result
            .iter()
            .map(|&(call, var)| CallResult(var, call)),
    );
    let decorators: Map<Call, ()> = facts
        .decorator_call
        .iter()
        .map(|&(call,)| (call, ()))
        .collect();
    runtime.extend(
        facts
            .actual
            .iter()
            .filter(|row| decorators.contains_key(&row.0))
            .map(|&(call, _, var)| DecoratorArgument(call, var)),
    );
    runtime.extend(
        facts
            .return_value
            .iter()
            .map(|&(function, var)| ReturnValue(function, var)),
    );
    let (bases, metaclasses) = runtime.run_with_hasher::<crate::Hasher>();
    let mut bases: Vec<_> = bases.into_iter().map(|row| (row.0, row.1, row.2)).collect();
    bases.sort_unstable();
    let mut metaclasses: Vec<_> = metaclasses.into_iter().map(|row| (row.0, row.1)).collect();
    metaclasses.sort_unstable();
    (bases, metaclasses)
}

/// The C3 linearisation of a class (Barrett et al., "A monotonic superclass linearization for
/// Dylan", 1996). Where none exists, ancestors stand in order of first appearance.
fn linearise(
    class: Obj,
    direct: &Map<Obj, Vec<Obj>>,
    orders: &mut Map<Obj, Vec<Obj>>,
    open: &mut Vec<Obj>,
) {
    if orders.contains_key(&class) || open.contains(&class) {
        return;
    }
    open.push(class);
    let bases = direct.get(&class).map_or(&[][..], Vec::as_slice);
    let mut sequences: Vec<Vec<Obj>> = Vec::with_capacity(bases.len() + 1);
    for &base in bases {
        linearise(base, direct, orders, open);
        sequences.push(orders.get(&base).cloned().unwrap_or_else(|| vec![base]));
    }
    sequences.push(bases.to_vec());
    open.pop();
    let mut order = vec![class];
    order.extend(
        merge(sequences)
            .into_iter()
            .filter(|&ancestor| ancestor != class),
    );
    orders.insert(class, order);
}

fn merge(mut sequences: Vec<Vec<Obj>>) -> Vec<Obj> {
    let mut merged = Vec::new();
    loop {
        sequences.retain(|sequence| !sequence.is_empty());
        if sequences.is_empty() {
            return merged;
        }
        let next = sequences
            .iter()
            .map(|sequence| sequence[0])
            .find(|head| {
                sequences
                    .iter()
                    .all(|sequence| !sequence[1..].contains(head))
            })
            .unwrap_or(sequences[0][0]);
        merged.push(next);
        for sequence in &mut sequences {
            sequence.retain(|&other| other != next);
        }
    }
}
