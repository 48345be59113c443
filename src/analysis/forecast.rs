//! Summaries as the commands that put numbers into formulas want them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use heapcast_facts::{Map, Obj};

use super::{CallNames, Solved, call_sites};
use crate::algebra::{self, Expr};
use crate::commands::cli;
use crate::commands::{Explanations, Figure, Forecast, Forecasts, Part, Sources, Target, Unknown};
use crate::project::source;
use crate::summary::{self, FunctionSummary};

/// The forecasts of all functions, with the texts of the lines that those of the targets stand
/// on, and of what these call.
pub(super) fn forecasts(
    solved: &Solved,
    summaries: &[FunctionSummary],
    targets: &[Target],
) -> Forecasts {
    let Solved { program, derived } = solved;
    let paths: Map<Obj, &Arc<str>> = summaries.iter().map(|s| (s.function, &s.path)).collect();
    let mut parameters: Map<Obj, Vec<String>> = Map::default();
    for function in program.code.iter().flat_map(|module| &module.functions) {
        let names = function.parameters.iter();
        let names = names.map(|parameter| program.symbols.text(parameter.name).to_owned());
        parameters.insert(function.object, names.collect());
    }
    let mut calls: BTreeMap<String, BTreeSet<(u32, String)>> = BTreeMap::new();
    for site in call_sites(program, derived, &CallNames::new(program, derived)) {
        let of_caller = calls.entry(site.caller).or_default();
        of_caller.insert((site.line, site.callee));
    }
    let one = |summary: &FunctionSummary| {
        let function = program.symbols.text(summary.name).to_owned();
        let parts = |cost: &summary::Cost| -> Vec<Part> {
            let part = |line: &summary::Line| Part {
                path: Arc::clone(
                    paths
                        .get(&line.site.object())
                        .copied()
                        .unwrap_or(&summary.path),
                ),
                line: line.site.line,
                type_name: line.type_name.as_str().to_owned(),
                objects: line.count.clone(),
                bytes: line.bytes.clone(),
            };
            cost.terms().iter().map(part).collect()
        };
        let figure = |grade, bytes: Expr, objects: Expr, moments| Figure {
            grade: grade_of(grade),
            bytes,
            objects,
            moments,
        };
        let of_cost = |cost: &summary::Cost| {
            figure(
                cost.grade(),
                cost.bytes(),
                cost.objects(),
                vec![parts(cost)],
            )
        };
        let peak = &summary.peak;
        let moments = peak.moments().iter().map(parts).collect();
        let unknowns = summary.unknowns.iter().chain(&summary.assumptions);
        let own_calls = calls.get(&function).into_iter().flatten();
        Forecast {
            path: Arc::clone(&summary.path),
            line: summary.line,
            parameters: parameters
                .get(&summary.function)
                .cloned()
                .unwrap_or_default(),
            total: of_cost(&summary.total),
            peak: figure(peak.grade(), peak.bytes(), peak.objects(), moments),
            retained: of_cost(&summary.retained),
            unknowns: unknowns.map(unknown).collect(),
            calls: own_calls.cloned().collect(),
            function,
        }
    };
    let functions: Vec<Forecast> = summaries.iter().map(one).collect();
    let sources = sources(&functions, targets);
    Forecasts { functions, sources }
}

fn grade_of(grade: algebra::Grade) -> cli::Grade {
    match grade {
        algebra::Grade::Exact => cli::Grade::Exact,
        algebra::Grade::Upper => cli::Grade::Upper,
        algebra::Grade::Modelled => cli::Grade::Modelled,
        algebra::Grade::Open => cli::Grade::Open,
    }
}

fn unknown(unknown: &summary::Unknown) -> Unknown {
    Unknown {
        name: unknown.symbol.name().to_owned(),
        cause: unknown.cause.to_string(),
        path: unknown.path.to_string(),
        line: unknown.line,
    }
}

/// The texts of the lines of the targets and of all that they reach.
fn sources(functions: &[Forecast], targets: &[Target]) -> Sources {
    let by_name: BTreeMap<&str, &Forecast> =
        functions.iter().map(|f| (f.function.as_str(), f)).collect();
    let wanted = |f: &&Forecast| {
        targets.is_empty() || targets.iter().any(|t| t.covers(&f.function, &f.path))
    };
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<&Forecast> = functions.iter().filter(wanted).collect();
    let mut lines = Wanted::new();
    while let Some(forecast) = waiting.pop() {
        if !reached.insert(&forecast.function) {
            continue;
        }
        let figures = [&forecast.total, &forecast.peak, &forecast.retained];
        for part in figures
            .iter()
            .flat_map(|figure| figure.moments.iter().flatten())
        {
            lines
                .entry(Arc::clone(&part.path))
                .or_default()
                .insert(part.line);
        }
        let callees = forecast.calls.iter();
        waiting.extend(callees.filter_map(|(_, callee)| by_name.get(callee.as_str())));
    }
    let mut sources = Sources::default();
    read(lines, &mut sources);
    sources
}

/// Adds the texts of the lines that accounts speak of.
pub(super) fn add_texts(explanations: &mut Explanations) {
    let mut lines = Wanted::new();
    let Explanations {
        forecasts,
        accounts,
    } = explanations;
    for account in accounts {
        let mut functions = forecasts.functions.iter();
        if let Some(forecast) = functions.find(|f| f.function == account.function) {
            let own = lines.entry(Arc::clone(&forecast.path)).or_default();
            own.extend(account.loops.iter().map(|reason| reason.line));
            own.extend(account.calls.iter().map(|reason| reason.line));
        }
        let chains = account.targets.iter().chain(&account.escapes);
        for step in chains.flat_map(|chain| &chain.steps) {
            if let (Some(path), Some(line)) = (&step.path, step.line) {
                lines
                    .entry(Arc::from(path.as_str()))
                    .or_default()
                    .insert(line);
            }
        }
    }
    read(lines, &mut forecasts.sources);
}

/// Lines by file.
type Wanted = BTreeMap<Arc<str>, BTreeSet<u32>>;

/// Adds the texts of lines; of a file that cannot be read again, none.
fn read(lines: Wanted, sources: &mut Sources) {
    for (path, wanted) in lines {
        let bytes = std::fs::read(Path::new(&*path)).unwrap_or_default();
        let text = source::decode(&bytes).unwrap_or_default();
        for (number, line) in (1..).zip(text.lines()) {
            if wanted.contains(&number) {
                sources.add(Arc::clone(&path), number, line);
            }
        }
    }
}
