//! Literate tests: Python in Markdown, and what must come out of it.
//!
//! `HEAPCAST_CASE=text` runs the cases whose title contains the text.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at what it does not expect"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use heapcast::analysis::{Solved, call_graph};
use heapcast::commands::progress::Monitor;
use heapcast::program::{self, Options};
use heapcast::project::Project;
use rayon::prelude::*;

/// Bytes of stack for each thread: the rules are one function with a large frame.
const STACK: usize = 64 << 20;

type Edges = BTreeMap<String, BTreeSet<String>>;

/// One section of a literate file.
#[derive(Default)]
struct Case {
    title: String,
    files: Vec<(String, String)>,
    expected: String,
}

/// The cases of a Markdown file.
fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case {
                title: title.to_owned(),
                ..Case::default()
            });
        } else if let Some(info) = line.strip_prefix("```")
            && !info.is_empty()
        {
            let mut body = String::new();
            for line in lines.by_ref().take_while(|line| *line != "```") {
                body.push_str(line);
                body.push('\n');
            }
            let Some(case) = cases.last_mut() else {
                continue;
            };
            match info.split_once(' ') {
                Some(("py", name)) => case.files.push((name.trim().to_owned(), body)),
                _ if info == "json" => case.expected = body,
                _ => {}
            }
        }
    }
    cases
}

fn edges_of(case: &Case) -> Edges {
    let files: Vec<(&str, &str)> = case
        .files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let project = Project::in_memory(&files);
    let options = Options {
        python: (3, 13),
        world: None,
        models: Vec::new(),
        threads: Some(1),
        keep_ir: false,
    };
    let monitor = Monitor::silent();
    let mut program = program::load(&project, &options, &monitor).expect("the program loads");
    let derived = program::solve(&mut program, &monitor);
    let violations = heapcast_rules::violations(&program.facts, &derived, &program.symbols);
    assert!(violations.is_empty(), "{}: {violations:#?}", case.title);
    call_graph(&Solved { program, derived }).edges
}

/// What differs between two call graphs, an edge a line.
fn difference(expected: &Edges, actual: &Edges) -> String {
    let mut text = String::new();
    let none = BTreeSet::new();
    for caller in expected
        .keys()
        .chain(actual.keys())
        .collect::<BTreeSet<_>>()
    {
        let wanted = expected.get(caller).unwrap_or(&none);
        let found = actual.get(caller).unwrap_or(&none);
        for callee in wanted.difference(found) {
            let _ = writeln!(text, "    missing  {caller} -> {callee}");
        }
        for callee in found.difference(wanted) {
            let _ = writeln!(text, "    extra    {caller} -> {callee}");
        }
        if !expected.contains_key(caller) {
            let _ = writeln!(text, "    unknown  {caller}");
        }
        if !actual.contains_key(caller) {
            let _ = writeln!(text, "    absent   {caller}");
        }
    }
    text
}

fn pairs(edges: &Edges) -> BTreeSet<(&str, &str)> {
    edges
        .iter()
        .flat_map(|(caller, callees)| {
            callees
                .iter()
                .map(move |callee| (caller.as_str(), callee.as_str()))
        })
        .collect()
}

#[test]
fn call_graphs() {
    let wanted = std::env::var("HEAPCAST_CASE").unwrap_or_default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/literate/callgraph");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    let files: Vec<(String, Vec<Case>)> = paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a file of cases");
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (name.into_owned(), cases(&text))
        })
        .collect();
    let chosen: Vec<(&str, &Case)> = files
        .iter()
        .flat_map(|(file, cases)| cases.iter().map(move |case| (file.as_str(), case)))
        .filter(|(_, case)| case.title.contains(&wanted))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    let results: Vec<(Edges, Edges)> = pool.expect("threads").install(|| {
        let compared = chosen.par_iter().map(|(_, case)| {
            let expected = serde_json::from_str(&case.expected).expect(&case.title);
            (expected, edges_of(case))
        });
        compared.collect()
    });
    let mut failures = String::new();
    let mut differing = BTreeSet::new();
    let (mut failed, count) = (0, chosen.len());
    let (mut right, mut extra, mut missing) = (0, 0, 0);
    for ((file, case), (expected, actual)) in chosen.iter().zip(&results) {
        let (want, have) = (pairs(expected), pairs(actual));
        right += want.intersection(&have).count();
        extra += have.difference(&want).count();
        missing += want.difference(&have).count();
        let text = difference(expected, actual);
        if !text.is_empty() {
            failed += 1;
            let _ = write!(failures, "{file}: {}\n{text}", case.title);
            differing.insert(format!("{file}: {}", case.title));
        }
    }
    println!(
        "{count} cases, {failed} differ: {right} edges right, {extra} extra, {missing} missing"
    );
    assert!(count > 0, "no case is called like {wanted:?}");
    if wanted.is_empty() {
        let known: BTreeSet<String> = KNOWN.lines().map(str::to_owned).collect();
        let new: Vec<_> = differing.difference(&known).collect();
        let mended: Vec<_> = known.difference(&differing).collect();
        assert!(
            new.is_empty(),
            "call graphs that were right differ: {new:#?}\n{failures}"
        );
        assert!(
            mended.is_empty(),
            "take these out of tests/literate/known.txt: {mended:#?}"
        );
    } else {
        assert!(
            failures.is_empty(),
            "{failed} of {count} call graphs differ:\n{failures}"
        );
    }
}

/// The cases whose call graphs are not right yet. None that was right may join them.
const KNOWN: &str = include_str!("literate/known.txt");
