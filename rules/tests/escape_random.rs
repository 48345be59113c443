//! The escape rules against the plain solver, on random programs.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use common::{Program, reference};
use proptest::prelude::*;

/// A statement, and the variables in it, by number.
type Statement = (u8, u8, u8, u8);

const VARS: [&str; 7] = ["a", "b", "c", "d", "p", "q", "shared"];
const FIELDS: [&str; 5] = ["left", "right", "[]", "[0]", "[1]"];
const FUNCTIONS: [&str; 4] = ["f", "f.inner", "g", "h"];

fn write_statement(text: &mut String, open: &mut Vec<String>, regions: &mut u32, row: Statement) {
    let (op, first, second, third) = row;
    let pick = |at: u8| VARS[usize::from(at) % VARS.len()];
    let (x, y, z) = (pick(first), pick(second), pick(third));
    let field = FIELDS[usize::from(third) % FIELDS.len()];
    let callee = FUNCTIONS[usize::from(third) % FUNCTIONS.len()];
    let line = match op % 32 {
        0..=2 => format!("{x} = new"),
        3..=5 => format!("{x} = {y}"),
        6..=8 => format!("{x} = {y}.{field}"),
        9..=12 => format!("{x}.{field} = {y}"),
        13 => format!("{x} = each {y}"),
        14 => format!("{x} += {y}"),
        15..=17 => format!("{x} = {callee}({y} {z})"),
        18 => format!("{x} = {y}.{callee}({z})").replace(".f.inner", ".g"),
        19 => format!("{x} = g|h({y} *{z})"),
        20 => format!("{x} = h({y} k={z})"),
        21 => format!("{x} = h(**{y})"),
        22 => format!("{x} = new g({y} {z})"),
        23 => format!("{x} = new object({y})"),
        24 => format!("{x} = ?({y})"),
        25 | 26 => format!("return {x}"),
        27 if first % 3 == 0 => format!("yield {x}"),
        28 if first % 2 == 0 => format!("raise {x}"),
        29 if second % 2 == 0 => format!("{x} = def f.inner"),
        30 | 31 if second % 3 != 0 => {
            *regions += 1;
            let kind = if second % 2 == 0 { "loop" } else { "try" };
            open.push(format!("r{regions}"));
            format!("{kind} r{regions}")
        }
        _ => match open.pop() {
            Some(region) if first % 2 == 0 => format!("end\ncatch {region} {x}"),
            Some(_) => "end".into(),
            None => format!("{x} = {y}"),
        },
    };
    let _ = writeln!(text, "{line}");
}

fn program_of(bodies: &[Vec<Statement>]) -> String {
    let headers = [
        "def f p q",
        "def f.inner q p=",
        "def g p q *rest",
        "def h p k= *rest **named",
    ];
    let mut text = String::from("global shared\n");
    let mut regions = 0;
    for (header, body) in headers.iter().zip(bodies) {
        let _ = writeln!(text, "{header}");
        let mut open = Vec::new();
        for &row in body {
            write_statement(&mut text, &mut open, &mut regions, row);
        }
        if header.contains('*') {
            text.push_str("d = rest.[0]\n");
        }
    }
    text
}

fn compare(text: &str) -> Result<(), TestCaseError> {
    let program = Program::new(text);
    let found = program.escapes();
    let expected = reference::solve(
        &program.facts,
        &program.call_target,
        &program.call_receiver,
        &program.instantiates,
    );
    let found = reference::Reference {
        outlives: found.outlives.into_iter().collect::<BTreeSet<_>>(),
        parts_outlive: found.parts_outlive.into_iter().collect::<BTreeSet<_>>(),
        kept: found.kept.into_iter().collect::<BTreeSet<_>>(),
    };
    prop_assert_eq!(&found.kept, &expected.kept, "{}", text);
    prop_assert_eq!(&found.outlives, &expected.outlives, "{}", text);
    prop_assert_eq!(&found.parts_outlive, &expected.parts_outlive, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("HEAPCAST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200),
        rng_seed: proptest::test_runner::RngSeed::Fixed(0x68_65_61_70),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_rules_agree_with_the_plain_solver(
        bodies in prop::collection::vec(prop::collection::vec(any::<Statement>(), 0..9), 4)
    ) {
        compare(&program_of(&bodies))?;
    }
}
