//! Sanity: a sound program breaks no condition, and each broken condition is found.

mod common;

use common::Program;
use heapcast_facts::{Call, Field, Obj, ObjectKind, Region, RegionKind, Symbol, Var};
use heapcast_rules::{Derived, violations};

const SOUND: &str = "global cache
    def f p q
      loop l
        branch b
          x = new
          x.items = p
          r = g(x q)
        end
      end
      return x
    def g p *rest
      cache.[] = p
      yield rest";

fn derived(program: &Program) -> Derived {
    Derived {
        call_target: program.call_target.clone(),
        call_receiver: program.call_receiver.clone(),
        outlives: program.escapes().outlives,
        first_record: 1000,
        ..Derived::default()
    }
}

/// The violations after a change, as text.
fn broken(change: impl FnOnce(&mut Program, &mut Derived)) -> Vec<String> {
    let mut program = Program::new(SOUND);
    let mut derived = derived(&program);
    change(&mut program, &mut derived);
    violations(&program.facts, &derived, &program.symbols)
        .into_iter()
        .map(|violation| format!("{}: {}", violation.relation, violation.message))
        .collect()
}

#[test]
fn a_sound_program_breaks_nothing() {
    assert!(broken(|_, _| {}).is_empty());
}

#[test]
fn every_identifier_is_declared() {
    let found = broken(|program, _| {
        program.facts.assign.push((Var(900), Var(0)));
        program.facts.instance_of.push((Obj(901), Obj(0)));
        program.facts.call_result.push((Call(902), Var(0)));
        program.facts.defined_in.push((Var(0), Region(903)));
    });
    assert_eq!(
        found,
        [
            "assign: v900 has no row in variable_in",
            "call_result: c902 has no row in call_in",
            "defined_in: r903 has no row in region",
            "instance_of: o901 has no row in object",
        ]
    );
}

#[test]
fn symbols_are_in_the_table() {
    let found = broken(|program, _| {
        let class = Obj(2);
        program.facts.instance_attribute.push((class, Symbol(9999)));
        program
            .facts
            .store
            .push((Var(0), Field::attribute(Symbol(9998)), Var(0)));
    });
    assert_eq!(
        found,
        [
            "instance_attribute: column name has a symbol of no table",
            "store: column field has a symbol of no table",
        ]
    );
}

#[test]
fn regions_are_trees_within_functions() {
    let found = broken(|program, _| {
        let function = program.facts.region[1].2;
        let other = program.facts.region[2].2;
        let row = |region| (Region(region), RegionKind::Loop, function, 1);
        program
            .facts
            .region
            .extend([row(50), row(51), row(52), row(53)]);
        program.facts.region_parent.push((Region(50), Region(51)));
        program.facts.region_parent.push((Region(51), Region(50)));
        program
            .facts
            .region_parent
            .push((Region(52), program.facts.region[2].0));
        assert_ne!(function, other);
    });
    assert_eq!(
        found,
        [
            "region: r53 has no parent",
            "region_parent: r50 is inside of itself",
            "region_parent: r51 is inside of itself",
            "region_parent: r52 has a parent in another function",
        ]
    );
}

#[test]
fn parameters_have_no_gaps() {
    let found = broken(|program, _| {
        let (function, _, var) = program.facts.formal[0];
        program.facts.formal.push((function, 7, var));
    });
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("formal: o") && found[0].ends_with("has a gap before a parameter")
    );
}

#[test]
fn only_functions_return() {
    let found = broken(|program, _| {
        program.facts.return_value.push((Obj(1), Var(0)));
    });
    assert_eq!(found, ["return_value: o1 returns and is no function"]);
}

#[test]
fn targets_can_be_called_and_receivers_have_targets() {
    let found = broken(|program, derived| {
        let name = program.symbols.intern("site");
        program.facts.object.push((Obj(77), ObjectKind::Site, name));
        derived.call_target.push((Call(0), Obj(77)));
        derived.call_receiver.push((Call(0), Obj(2), Obj(77)));
        let caller = program.facts.call_in[0].1;
        program.facts.call_in.push((Call(1), caller, 1));
    });
    assert_eq!(
        found,
        [
            "call_in: c1 calls nothing",
            "call_receiver: c0 has a receiver for what is no target",
            "call_target: o77 is a target and cannot be called",
        ]
    );
}
