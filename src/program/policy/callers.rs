//! What callers outside of the program may pass.

use heapcast_facts::{FieldKind, Map, Obj, ObjectKind, Symbol, Var};

use super::ducks::{self, Ducks};
use super::survey::Survey;
use super::{Known, Program};
use crate::program::is_special;
use crate::project::World;

/// A method that more classes override is not looked for in those that unseen code may pass.
const OVERRIDING_LIMIT: usize = 80;
/// A method inherited by more classes gets no receiver from each that nothing instantiates.
const INHERITED_LIMIT: usize = 40;

impl Survey {
    /// Receivers of methods that nothing in the program seems to call.
    pub(super) fn receivers(&self, program: &mut Program, known: &Known, world: World) {
        let facts = &mut program.facts;
        let is_open = world == World::Open;
        for receiver in &known.receivers {
            let special = is_special(program.symbols.text(receiver.name));
            let uncalled = !special && !self.mentioned.contains_key(&receiver.name);
            let orphan = !self.is_instantiated(receiver.class)
                && (is_open || !self.is_handed_on(receiver.class));
            if receiver.is_class {
                if uncalled || (is_open && orphan) {
                    facts.alloc.push((receiver.var, receiver.class));
                }
                continue;
            }
            if uncalled || orphan || is_open {
                facts.entry_parameter.push((receiver.var, receiver.class));
            }
            if is_open {
                let heirs = self.uninstantiated_heirs(receiver.class);
                facts
                    .entry_parameter
                    .extend(heirs.map(|heir| (receiver.var, heir)));
            }
        }
    }

    /// The classes that inherit from a class, itself included, and that nothing seems to instantiate;
    /// none where too many inherit.
    fn uninstantiated_heirs(&self, class: Obj) -> impl Iterator<Item = Obj> {
        self.descendants
            .get(&class)
            .filter(|heirs| heirs.len() <= INHERITED_LIMIT)
            .into_iter()
            .flatten()
            .copied()
            .filter(|heir| !self.instantiated.contains_key(heir))
    }

    /// In an open world, what is declared as an instance of a class may be one of any class that
    /// inherits from it.
    pub(super) fn overridden(&self, program: &mut Program) {
        let mut rows = Vec::new();
        for &(heir, name, _) in &program.facts.class_attribute {
            let ancestors = self.ancestors.get(&heir).map_or(&[][..], Vec::as_slice);
            rows.extend(
                ancestors
                    .iter()
                    .filter(|&&class| class != heir)
                    .filter(|&&class| self.is_a(class, ObjectKind::Class))
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
    pub(super) fn defaults(&self, program: &mut Program, world: World) {
        let rows = program.facts.default_value.iter();
        let rows = rows.filter(|(function, _, _)| {
            self.is_a(*function, ObjectKind::Function)
                && (world == World::Open
                    || self.own_names.get(function).is_some_and(|&name| {
                        self.is_unmentioned(name) && !is_special(program.symbols.text(name))
                    }))
        });
        let assigned = rows.map(|&(_, formal, from)| (formal, from));
        program.facts.assign.extend(assigned);
    }

    /// In a closed world, annotations speak for functions alone that nothing mentions.
    pub(super) fn drop_annotations(&self, program: &mut Program) {
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
    pub(super) fn parameters(&self, program: &mut Program, known: &Known) {
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
        ducks::by_name(program, &mut rows);
        let rows = rows.into_iter();
        program.facts.entry_parameter.extend(
            rows.flat_map(|(var, classes)| classes.into_iter().map(move |class| (var, class))),
        );
    }
}
