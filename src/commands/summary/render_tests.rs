#![allow(clippy::unwrap_used)]

use super::*;
use crate::commands::Severity;
use crate::commands::cli::Grade;
use crate::commands::testing::{Fixed, notice, run, run_on, screen};
use crate::commands::wrap::width;

fn cost(bytes: &str, objects: &str, growth: &str, weight: f64) -> Cost {
    Cost {
        bytes: bytes.into(),
        objects: objects.into(),
        growth: growth.into(),
        brief: growth.into(),
        weight,
        ..Cost::default()
    }
}

impl Cost {
    fn graded(self, grade: Grade) -> Self {
        Self { grade, ..self }
    }
}

fn unknown(name: &str, cause: &str, line: u32) -> Unknown {
    Unknown {
        name: name.into(),
        cause: cause.into(),
        path: "shop/report.py".into(),
        line,
    }
}

fn rows() -> Vec<SummaryRow> {
    let zeros = cost("56 + 8·n", "1", "O(n)", 8056.0);
    let nothing = cost("0", "0", "O(1)", 0.0);
    let rounds = unknown(
        "rounds",
        "a `while` loop whose number of iterations no input determines",
        40,
    );
    let fetch = unknown("total(requests.get)", "a call of code that is not seen", 44);
    vec![
        SummaryRow {
            function: "shop.report.build".into(),
            path: "shop/report.py".into(),
            line: 31,
            grade: Grade::Open,
            total: cost(
                "120 + 8·len(rows) + rounds·(104 + 49·len(rows[*]) + total(requests.get)) + max(56, 8·depth(tree))",
                "2 + rounds·(1 + len(rows[*]))",
                "O(rounds·len(rows[*]))",
                9e6,
            )
            .graded(Grade::Open),
            peak: cost(
                "176 + 8·len(rows) + 49·len(rows[*]) + total(requests.get)",
                "2 + len(rows[*])",
                "O(len(rows))",
                9e4,
            )
            .graded(Grade::Open),
            retained: cost("56 + 8·len(rows)", "1", "O(len(rows))", 8056.0),
            unknowns: vec![rounds.clone(), fetch],
        },
        SummaryRow {
            function: "shop.orders.OrderStore.load_everything_at_once".into(),
            path: "shop/orders.py".into(),
            line: 112,
            grade: Grade::Upper,
            total: cost("112 + 16·n", "2", "O(n)", 16112.0).graded(Grade::Upper),
            peak: zeros.clone(),
            retained: zeros.clone(),
            unknowns: vec![rounds],
        },
        SummaryRow {
            function: "shop.app.zeros".into(),
            path: "shop/app.py".into(),
            line: 3,
            total: zeros.clone(),
            peak: zeros.clone(),
            retained: zeros,
            ..SummaryRow::default()
        },
        SummaryRow {
            function: "shop.app.a|b_c".into(),
            path: "shop/app.py".into(),
            line: 9,
            total: nothing.clone(),
            peak: nothing.clone(),
            retained: nothing,
            ..SummaryRow::default()
        },
    ]
}

fn analysis() -> Fixed {
    Fixed {
        rows: rows(),
        coverage: Coverage {
            bounds: Vec::new(),
            files: 3,
            lines: 200,
            notices: vec![notice("shop/broken.py", Severity::Incomplete)],
        },
        ..Fixed::default()
    }
}

fn printed(format: &str) -> String {
    let ran = run(&["summary", "--format", format], &analysis());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

#[test]
fn the_table_fits_the_terminal() {
    for columns in [80, 100, 120] {
        let ran = run_on(screen(columns), &["summary"], &analysis());
        assert!(
            ran.out.lines().all(|line| width(line) <= columns),
            "{}",
            ran.out
        );
    }
    let ran = run_on(screen(80), &["summary"], &analysis());
    insta::assert_snapshot!("summary_80", ran.out);
}

#[test]
fn the_table_in_a_pipe_is_not_broken() {
    insta::assert_snapshot!("summary_piped", printed("table"));
}

#[test]
fn long_formulas_are_cut_in_tables_of_several_functions() {
    let mut analysis = analysis();
    let long = "n·m + ".repeat(30);
    analysis.rows[0].total.bytes.clone_from(&long);
    let note = "\nformulas that end in … are whole with --format json\n";
    for screen in [Screen::default(), screen(100)] {
        let all = run_on(screen, &["summary"], &analysis).out;
        assert!(all.contains(" …\n") && all.contains(note), "{all}");
    }
    let line = ["summary", "--filter", "build"];
    let one = run_on(screen(100), &line, &analysis).out;
    assert!(!one.contains('…'), "{one}");
    let json = run(&["summary", "--format", "json"], &analysis).out;
    assert!(json.contains(&long));
}

#[test]
fn long_growth_classes_are_cut_on_terminals() {
    let mut analysis = analysis();
    let growth = "O(len(rows)·len(columns[*]) + len(orders[+].lines))";
    growth.clone_into(&mut analysis.rows[0].total.brief);
    let terminal = run_on(screen(80), &["summary"], &analysis).out;
    assert!(terminal.contains("O(len(rows)·len("), "{terminal}");
    assert!(!terminal.contains("[+]"), "{terminal}");
    assert!(run(&["summary"], &analysis).out.contains(growth));
}

#[test]
fn json_follows_its_schema() {
    insta::assert_snapshot!("summary_json", printed("json"));
}

#[test]
fn csv_quotes_what_it_must() {
    insta::assert_snapshot!("summary_csv", printed("csv"));
}

#[test]
fn markdown_is_a_table() {
    insta::assert_snapshot!("summary_markdown", printed("markdown"));
}

#[test]
fn many_unknowns_are_counted_and_not_listed() {
    let mut analysis = analysis();
    analysis.rows[0].unknowns = (0..30).map(|line| unknown("u", "a cause", line)).collect();
    let ran = run(&["summary"], &analysis);
    assert!(
        ran.out
            .contains("and 11 more; --format json has all of them"),
        "{}",
        ran.out
    );
}

#[test]
fn a_footer_says_what_is_left_out() {
    let ran = run(&["summary", "--top", "1"], &analysis());
    assert!(
        ran.out
            .contains("1 of 4 functions in 3 files; 1 rests on unknowns")
    );
    let ran = run(&["summary", "--filter", "zeros"], &analysis());
    assert!(ran.out.contains("none rests on unknowns"));
}
