//! What the summaries of functions come from, as `heapcast explain` prints it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heapcast_facts::{Call, Map, Obj, Region, RegionKind, Var};
use heapcast_rules::{Trail, Way};

use super::Solved;
use super::chains;
use super::places::{Places, calls_on};
use crate::commands::{
    Account, CallReason, Chain, Figures, Given, LoopReason, Questions, Reason, Target,
};
use crate::ir;
use crate::program::Program;
use crate::summary::{CallNote, FunctionSummary, LoopNote, Origin, Outcome};

/// What is asked of a program before it is solved.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The functions to explain.
    pub(super) functions: Vec<Obj>,
    /// The calls whose targets are to be explained.
    pub(super) calls: Vec<Call>,
    /// What holds the objects whose escapes are to be explained, and what these are.
    pub(super) made: Vec<(Var, &'static str)>,
    /// Whether interfaces are made of it: the ways through functions are told apart, and what the data
    /// decides is counted as well.
    pub(super) interfaces: bool,
}

/// What the rules answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    pub(super) trails: Vec<Trail>,
    pub(super) ways: Vec<Way>,
}

impl Asked {
    /// The functions that targets cover, and what of them stands on the lines in question.
    pub(super) fn of(program: &Program, targets: &[Target], questions: Questions) -> Self {
        let mut asked = Self::default();
        let functions = program.code.iter().flat_map(|module| &module.functions);
        let mut modules: Map<Obj, Obj> = Map::default();
        for &(object, module, _) in &program.facts.object_line {
            modules.insert(object, module);
        }
        for function in functions {
            let name = program.symbols.text(function.name);
            let module = modules.get(&function.object);
            let path = module.and_then(|module| program.module_of(*module));
            let path = path.map_or("", |info| &info.display);
            if targets.iter().any(|target| target.covers(name, path)) {
                asked.functions.push(function.object);
                asked.made.extend(made_on(function, |line| {
                    questions.why_escapes == Some(line)
                }));
            }
        }
        if let Some(line) = questions.why_call {
            let calls = calls_on(program, &asked.functions, |on| on == line);
            asked.calls = calls.into_keys().collect();
        }
        asked
    }
}

/// What a function makes on some lines.
fn made_on(function: &ir::Function, on: impl Fn(u32) -> bool) -> Vec<(Var, &'static str)> {
    let mut made = Vec::new();
    ir::visit_items(&function.body, &mut |item| {
        if on(item.line) {
            made.extend(chains::makes(&item.op));
        }
    });
    made
}

/// The accounts of the functions that were asked for, in the order of the program.
pub(super) fn accounts(
    solved: &Solved,
    summaries: &[FunctionSummary],
    asked: &Asked,
    answers: &Answers,
) -> Vec<Account> {
    let mut places = Places::new(solved);
    let names: Map<Obj, &str> = summaries
        .iter()
        .map(|summary| (summary.function, solved.program.symbols.text(summary.name)))
        .collect();
    let functions = solved
        .program
        .code
        .iter()
        .flat_map(|module| &module.functions);
    let code: Map<Obj, &ir::Function> = functions.map(|f| (f.object, f)).collect();
    let wanted = summaries
        .iter()
        .filter(|s| asked.functions.contains(&s.function));
    let account = |summary: &FunctionSummary| {
        let function = code.get(&summary.function).copied()?;
        places.here = Some(Arc::clone(&summary.path));
        let name = |object: Obj| match names.get(&object) {
            Some(name) => (*name).to_owned(),
            None => places.name(object).unwrap_or_else(|| places.object(object)),
        };
        let notes = summary.notes.as_deref().cloned().unwrap_or_default();
        let own = [function.object];
        let calls = calls_on(&solved.program, &own, |_| true);
        let made = made_on(function, |_| true);
        let made: BTreeSet<Var> = made.into_iter().map(|row| row.0).collect();
        let lines: BTreeSet<u32> = calls.values().copied().collect();
        Some(Account {
            function: name(function.object),
            line: summary.line,
            last_line: function.end_line,
            loops: notes.loops.iter().map(loop_reason).collect(),
            calls: notes
                .calls
                .iter()
                .map(|note| call_reason(note, &name))
                .collect(),
            call_lines: lines.into_iter().collect(),
            targets: targets(&places, &calls, answers),
            escapes: escapes(&places, &made, asked, answers),
        })
    };
    wanted.filter_map(account).collect()
}

fn loop_reason(note: &LoopNote) -> LoopReason {
    let reason = match &note.origin {
        Origin::Elements(Some(name)) if name.starts_with("len(") => Reason::Length(name.clone()),
        Origin::Elements(name) => Reason::Elements(name.clone()),
        Origin::Numbers => Reason::Range,
        Origin::Progress => Reason::Condition,
        Origin::Unknown(cause) => Reason::Unknown(cause.clone()),
    };
    LoopReason {
        line: note.line,
        text: String::new(),
        count: note.count.to_string(),
        index: note.index.name().to_owned(),
        is_bound: note.is_bound,
        reason,
    }
}

fn call_reason(note: &CallNote, name: &impl Fn(Obj) -> String) -> CallReason {
    let mut reason = CallReason {
        line: note.line,
        callee: name(note.callee),
        ..CallReason::default()
    };
    match &note.outcome {
        Outcome::Summary { given, costs } => {
            let [total, peak, retained] = costs.each_ref().map(ToString::to_string);
            reason.here = Some(Figures {
                total,
                peak: Some(peak),
                retained: Some(retained),
            });
            let differs = given
                .iter()
                .filter(|(name, by)| by.as_symbol() != Some(name));
            reason.given = differs
                .map(|(name, by)| Given {
                    name: name.name().to_owned(),
                    value: by.to_string(),
                })
                .collect();
            reason.kind = "summary";
        }
        Outcome::Model(total) | Outcome::Named(total) => {
            reason.here = Some(Figures {
                total: total.to_string(),
                ..Figures::default()
            });
            reason.kind = match note.outcome {
                Outcome::Named(_) => "unknown",
                _ => "model",
            };
        }
        Outcome::Recursion => reason.kind = "recursion",
    }
    reason
}

/// The chains of the targets of calls.
fn targets(places: &Places<'_>, calls: &BTreeMap<Call, u32>, answers: &Answers) -> Vec<Chain> {
    let own = answers
        .trails
        .iter()
        .filter(|trail| calls.contains_key(&trail.call));
    own.map(|trail| chains::of_trail(places, trail)).collect()
}

/// The chains of what outlives its call or its iteration.
fn escapes(
    places: &Places<'_>,
    made: &BTreeSet<Var>,
    asked: &Asked,
    answers: &Answers,
) -> Vec<Chain> {
    let rows = places.solved.program.facts.region.iter();
    let regions: Map<Region, (RegionKind, u32)> = rows
        .map(|&(region, kind, _, line)| (region, (kind, line)))
        .collect();
    let mut found: Vec<Chain> = Vec::new();
    for way in answers.ways.iter().filter(|way| made.contains(&way.var)) {
        let what = asked.made.iter().find(|row| row.0 == way.var);
        // What is reachable from an object is told of where the object itself does not go.
        let with_object = way.is_part
            && answers.ways.iter().any(|other| {
                !other.is_part
                    && (other.var, other.region, other.via) == (way.var, way.region, way.via)
            });
        if let Some((_, what)) = what.filter(|_| !with_object) {
            let is_call = *what == "result of the call";
            if !way.is_part || is_call {
                found.extend(chains::of_way(places, way, what, &regions));
            }
        }
    }
    let mut joined: Vec<Chain> = Vec::new();
    for chain in found {
        match joined.last_mut() {
            // Out of several loops at once.
            Some(last) if (&last.subject, &last.steps) == (&chain.subject, &chain.steps) => {
                last.conclusion = format!("{}, and {}", last.conclusion, chain.conclusion);
            }
            _ => joined.push(chain),
        }
    }
    joined
}
