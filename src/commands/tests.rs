#![allow(clippy::unwrap_used)]

use super::testing::{Fixed, notice, run};
use super::*;

fn with(severities: &[Severity]) -> Fixed {
    Fixed {
        coverage: Coverage {
            bounds: Vec::new(),
            files: 2,
            lines: 40,
            notices: severities
                .iter()
                .map(|&severity| notice("shop/a.py", severity))
                .collect(),
        },
        ..Fixed::default()
    }
}

#[test]
fn a_broken_file_of_a_folder_is_a_warning() {
    let ran = run(&["callgraph", "shop"], &with(&[Severity::Incomplete]));
    assert_eq!(ran.code, SUCCESS);
    assert_eq!(
        ran.err,
        "heapcast: warning: shop/a.py:3:7: expected an expression\n"
    );
    assert!(
        ran.out
            .contains("missing, wholly or in part: 1 file: shop/a.py")
    );
}

#[test]
fn an_unreadable_path_is_an_error_and_the_rest_is_printed() {
    let ran = run(&["callgraph", "shop"], &with(&[Severity::Unreadable]));
    assert_eq!(ran.code, UNUSABLE);
    assert!(ran.err.starts_with("heapcast: error: shop/a.py:3:7: "));
    assert!(!ran.out.is_empty());
}

#[test]
fn quiet_leaves_only_errors() {
    let analysis = with(&[Severity::Incomplete, Severity::Remark, Severity::Unreadable]);
    let ran = run(&["-q", "callgraph"], &analysis);
    assert_eq!(ran.err.lines().count(), 1);
}

#[test]
fn verbose_prints_the_stages() {
    let ran = run(&["callgraph", "-v"], &with(&[]));
    let stages: Vec<&str> = ran
        .err
        .lines()
        .map(|line| line.rsplit_once(' ').unwrap().0)
        .collect();
    assert_eq!(stages, ["stage parse", "stage print"]);
}

#[test]
fn verbose_prints_what_was_given_up() {
    let mut analysis = with(&[]);
    analysis.coverage.bounds.push(Abstraction {
        bound: Bound::Targets,
        places: 7,
        owners: 2,
        most: "shop.orders.run".into(),
        at: Some(("shop/orders.py".into(), 12)),
    });
    let line = "bound targets 7 in 2, most in shop.orders.run (shop/orders.py:12)\n";
    assert!(run(&["callgraph", "-v"], &analysis).err.contains(line));
    assert!(!run(&["callgraph"], &analysis).err.contains("bound"));
}

#[test]
fn an_empty_project_is_said_to_be_empty() {
    let ran = run(&["callgraph"], &Fixed::default());
    assert_eq!(ran.code, SUCCESS);
    assert!(ran.err.contains("there are no Python files"));
}

#[test]
fn the_colour_is_known_before_the_rest_is_parsed() {
    let color = |line: &[&str]| {
        let line: Vec<OsString> = line.iter().map(Into::into).collect();
        wanted_color(&line)
    };
    assert_eq!(color(&["heapcast", "--color", "never"]), Color::Never);
    assert_eq!(color(&["heapcast", "x", "--color=always"]), Color::Always);
    assert_eq!(color(&["heapcast", "--color"]), Color::Auto);
    assert_eq!(color(&["heapcast", "--colors=never"]), Color::Auto);
}

#[test]
fn options_reach_the_analysis() {
    let analysis = Fixed::default();
    let line = [
        "summary",
        "a",
        "b.py",
        "--include",
        "*.py",
        "--exclude",
        "tests",
        "--python",
        "3.11",
        "--world",
        "closed",
        "--models",
        "m1",
        "--models",
        "m2",
        "--threads",
        "3",
        "--follow-imports",
    ];
    run(&line, &analysis);
    let asked = analysis.asked.take().unwrap();
    let expected = Request {
        paths: vec!["a".into(), "b.py".into()],
        include: vec!["*.py".into()],
        exclude: vec!["tests".into()],
        python: Some("3.11".into()),
        world: Some(cli::World::Closed),
        models: vec!["m1".into(), "m2".into()],
        threads: Some(3),
        follow_imports: true,
        ..Request::default()
    };
    assert_eq!(asked, expected);
}
