//! Strings that name something: attributes and modules that are looked up by what a value holds.

use std::collections::BTreeSet;

use heapcast_facts::{Map, Obj, ObjectKind, PROGRAM, Symbol};

use super::{Known, Program};

/// In programs of more variables, what values name is too many things to be followed.
const NAMED_LIMIT: usize = 15_000;

/// Constant strings that name something are told apart, where the program looks something up by
/// the name that a value holds.
pub(super) fn named_strings(program: &mut Program, known: &Known) {
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
pub(super) fn prefixes(program: &mut Program) {
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
