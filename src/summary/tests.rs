//! Summaries of small Python programs, as text.

#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::fmt::Write as _;
use std::sync::Arc;

use heapcast_facts::cpython::SizeTable;

use super::{FunctionSummary, SummaryInput, summarise};
use crate::commands::progress::Monitor;
use crate::program::{Options, load, solve};
use crate::project::{Project, with_big_stack};

/// The summaries of one module, by function.
fn summaries(source: &str) -> Vec<(String, FunctionSummary)> {
    let source = source.to_owned();
    with_big_stack(move || {
        let project = Project::in_memory(&[("app.py", &source)]);
        let options = Options {
            python: (3, 11),
            world: None,
            models: Vec::new(),
            threads: Some(1),
            keep_ir: true,
        };
        let monitor = Monitor::silent();
        let mut program = load(&project, &options, &monitor).unwrap();
        let mut derived = solve(&mut program, &monitor);
        let found = heapcast_rules::escape(
            &program.facts,
            &derived.call_target,
            &derived.call_receiver,
            &derived.instantiates,
        );
        derived.outlives = found.outlives;
        let parts = found.parts_outlive;
        let sizes = SizeTable::for_version(Some("3.11")).unwrap();
        let input = SummaryInput {
            modules: &program.code,
            facts: &program.facts,
            derived: &derived,
            parts_outlive: &parts,
            symbols: &program.symbols,
            sizes: &sizes,
            models: &program.models,
            file_of: &|_| Arc::from("app.py"),
        };
        let name = |summary: &FunctionSummary| program.symbols.text(summary.name).to_owned();
        let all = summarise(&input);
        all.into_iter().map(|summary| (name(&summary), summary)).collect()
    })
    .unwrap()
}

/// The formulas of each function, one line a metric.
fn formulas(source: &str) -> String {
    let mut text = String::new();
    for (name, summary) in summaries(source) {
        let Some(name) = name.strip_prefix("app.") else {
            continue;
        };
        let _ = writeln!(text, "{name}: {}", summary.grade);
        let metrics = [
            ("total", summary.total.bytes(), summary.total.objects()),
            ("peak", summary.peak.bytes(), summary.peak.objects()),
            ("retained", summary.retained.bytes(), summary.retained.objects()),
        ];
        for (metric, bytes, objects) in metrics {
            let _ = writeln!(text, "  {metric}: {bytes} | {objects}");
        }
        for unknown in summary.unknowns.iter().chain(&summary.assumptions) {
            let _ = writeln!(text, "  unknown: {} ({})", unknown.symbol, unknown.cause);
        }
        for effect in &summary.effects {
            let _ = writeln!(text, "  len({}) += {}", effect.place.text, effect.longer);
        }
    }
    text
}

#[test]
fn scratch() {
    let source = std::fs::read_to_string("/tmp/app.py").unwrap();
    println!("{}", formulas(&source));
}

#[test]
fn perf() {
    let paths: Vec<std::path::PathBuf> =
        std::fs::read_to_string("/tmp/perf").unwrap().lines().map(Into::into).collect();
    with_big_stack(move || {
        let project =
            crate::project::discover(&paths, &crate::project::DiscoverOptions::default()).unwrap();
        let options = Options {
            python: (3, 11),
            world: None,
            models: Vec::new(),
            threads: Some(1),
            keep_ir: true,
        };
        let monitor = Monitor::silent();
        let start = std::time::Instant::now();
        let mut program = load(&project, &options, &monitor).unwrap();
        println!("load {:?}", start.elapsed());
        let start = std::time::Instant::now();
        let mut derived = solve(&mut program, &monitor);
        println!("flow {:?}", start.elapsed());
        let found = heapcast_rules::escape(
            &program.facts,
            &derived.call_target,
            &derived.call_receiver,
            &derived.instantiates,
        );
        derived.outlives = found.outlives;
        println!("solve {:?}", start.elapsed());
        let sizes = SizeTable::for_version(Some("3.11")).unwrap();
        let input = SummaryInput {
            modules: &program.code,
            facts: &program.facts,
            derived: &derived,
            parts_outlive: &found.parts_outlive,
            symbols: &program.symbols,
            sizes: &sizes,
            models: &program.models,
            file_of: &|_| Arc::from("app.py"),
        };
        let start = std::time::Instant::now();
        let all = summarise(&input);
        println!("summarise {:?}, {} functions", start.elapsed(), all.len());
        let mut grades: std::collections::BTreeMap<String, usize> = Default::default();
        let mut causes: std::collections::BTreeMap<String, usize> = Default::default();
        for summary in &all {
            *grades.entry(summary.grade.to_string()).or_default() += 1;
            for unknown in &summary.unknowns {
                *causes.entry(unknown.cause.clone()).or_default() += 1;
            }
        }
        let lines: usize = program.modules.iter().map(|m| m.lines).sum();
        println!("{lines} lines, {grades:?}\n{causes:#?}");
    })
    .unwrap();
}
