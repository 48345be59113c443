//! Which fields escape tells apart at a variable, and in the result of a function.
//!
//! Telling all of them apart would make escape grow with the code times the attributes of its
//! classes. So a variable has room for a few: those that the nearest code stores in what it holds,
//! or reads from there to put something into it. Fields go the ways that places go, forwards from
//! where they are put and backwards to where the object comes from, but regardless of values and of
//! who calls, breadth-first; of fields that are as near, the lower go first. So what is told apart
//! follows from the facts alone, and not from the order in which rules derive.

use std::collections::HashSet;

use heapcast_facts::{Call, Facts, Field, Map, Obj, Var};

use crate::places::Binding;

type Set<T> = HashSet<T, crate::Hasher>;

/// Fields of one variable that are told apart, besides those that stand for any element or key.
const FIELDS: usize = 3;

/// What has room for fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Holder {
    Var(Var),
    Result(Obj),
}

/// A field at a holder (none stands for any), and whether it goes backwards too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Item {
    holder: Holder,
    field: Option<Field>,
    is_put: bool,
}

/// How objects come from one holder to another.
#[derive(Default)]
pub(super) struct Ways {
    onwards: Map<Holder, Vec<Holder>>,
    origins: Map<Holder, Vec<Holder>>,
    /// What a variable was read from, and the field, if it is known.
    reads: Map<Holder, Vec<(Holder, Option<Field>)>>,
    items: Vec<Item>,
}

/// The fields that are told apart.
#[derive(Default)]
pub(super) struct Told {
    fields: Map<Holder, Vec<Field>>,
    /// The function that returns the variable.
    returning: Map<Var, Obj>,
}

impl Told {
    /// Whether the field is told apart at a variable.
    pub(super) fn at(&self, var: Var, field: Field) -> bool {
        self.has(Holder::Var(var), field)
    }

    /// Whether it is in the result of the function that returns the variable.
    pub(super) fn in_result(&self, returned: Var, field: Field) -> bool {
        let function = self.returning.get(&returned);
        function.is_some_and(|&function| self.has(Holder::Result(function), field))
    }

    fn has(&self, holder: Holder, field: Field) -> bool {
        is_always_told(field)
            || (self.fields.get(&holder)).is_some_and(|fields| fields.contains(&field))
    }

    /// Whether there is room for the field; from then on it has its place.
    fn admits(&mut self, holder: Holder, field: Field) -> bool {
        if is_always_told(field) {
            return true;
        }
        let fields = self.fields.entry(holder).or_default();
        if !fields.contains(&field) {
            if fields.len() >= FIELDS {
                return false;
            }
            fields.push(field);
        }
        true
    }
}

fn is_always_told(field: Field) -> bool {
    field == Field::UNKNOWN || field == Field::KEYS || field == Field::ALL
}

impl Ways {
    /// The ways that the facts and call targets tell of.
    pub(super) fn new(facts: &Facts, call_target: &[(Call, Obj)]) -> Self {
        let mut ways = Self::default();
        let results: Map<Call, Var> = facts.call_result.iter().copied().collect();
        for &(call, function) in call_target {
            if let Some(&result) = results.get(&call) {
                ways.connect(Holder::Result(function), Holder::Var(result));
            }
        }
        for &(function, var) in &facts.return_value {
            ways.connect(Holder::Var(var), Holder::Result(function));
        }
        for &(base, field, to) in &facts.load {
            ways.read(base, Some(field), to);
        }
        let some = facts.load_prefix.iter().map(|&(base, _, to)| (base, to));
        for (base, to) in some.chain(facts.iterate.iter().copied()) {
            ways.read(base, None, to);
        }
        for &(base, field, _) in &facts.store {
            ways.start(base, Some(field), true);
        }
        let elements = facts.elements.iter().map(|&(to, _)| to);
        for to in elements.chain(facts.slice.iter().map(|row| row.0)) {
            ways.start(to, None, true);
        }
        ways
    }

    /// Notes that a variable holds what another one does.
    pub(super) fn copy(&mut self, to: Var, from: Var) {
        let onwards = self.onwards.entry(Holder::Var(from)).or_default();
        onwards.push(Holder::Var(to));
    }

    /// Notes where a variable has what it holds from.
    pub(super) fn origin(&mut self, to: Var, from: Var) {
        let origins = self.origins.entry(Holder::Var(to)).or_default();
        origins.push(Holder::Var(from));
    }

    /// Notes how an argument becomes a parameter.
    pub(super) fn bind(&mut self, actual: Var, formal: Var, binding: Binding) {
        match binding {
            Binding::Same => self.connect(Holder::Var(actual), Holder::Var(formal)),
            Binding::Spread => self.read(actual, None, formal),
            Binding::Packed(field) => self.start(formal, Some(field), false),
            Binding::Repacked => {}
        }
    }

    fn connect(&mut self, from: Holder, to: Holder) {
        self.onwards.entry(from).or_default().push(to);
        self.origins.entry(to).or_default().push(from);
    }

    fn read(&mut self, base: Var, field: Option<Field>, to: Var) {
        let reads = self.reads.entry(Holder::Var(to)).or_default();
        reads.push((Holder::Var(base), field));
    }

    fn start(&mut self, var: Var, field: Option<Field>, is_put: bool) {
        self.items.push(Item {
            holder: Holder::Var(var),
            field,
            is_put,
        });
    }

    /// Follows all fields, round by round.
    pub(super) fn follow(mut self, facts: &Facts) -> Told {
        let mut told = Told {
            fields: Map::default(),
            returning: (facts.return_value.iter())
                .map(|&(function, var)| (var, function))
                .collect(),
        };
        let globals = facts.module_global.iter();
        let globals: Set<Holder> = globals.map(|row| Holder::Var(row.2)).collect();
        let mut known: Set<Item> = Set::default();
        let mut items = std::mem::take(&mut self.items);
        while !items.is_empty() {
            items.sort_unstable();
            items.dedup();
            let mut next = Vec::new();
            for mut item in items {
                item.field = (item.field).filter(|&field| told.admits(item.holder, field));
                if !globals.contains(&item.holder) && known.insert(item) {
                    self.step(item, &mut next);
                }
            }
            items = next;
        }
        told
    }

    fn step(&self, item: Item, next: &mut Vec<Item>) {
        if item.field.is_some() {
            let onwards = self.onwards.get(&item.holder);
            next.extend(onwards.into_iter().flatten().map(|&holder| Item {
                holder,
                is_put: false,
                ..item
            }));
        }
        if !item.is_put {
            return;
        }
        let origins = self.origins.get(&item.holder).into_iter().flatten();
        next.extend(origins.map(|&holder| Item { holder, ..item }));
        let reads = self.reads.get(&item.holder);
        next.extend(reads.into_iter().flatten().map(|&(holder, field)| Item {
            holder,
            field,
            is_put: true,
        }));
    }
}
