//! `heapcast explain`: what a function's formulas come from, and why the rules derive what they do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::cli::{ExplainArgs, Grade};
use super::console::Console;
use super::error::Error;
use super::forecast::{Figure, Forecast, Forecasts, Metric, Part, targeted};
use super::{Analysis, Request, Unknown};

mod json;
mod render;

#[cfg(test)]
pub(crate) use json::{FIELDS, SCHEMA};

/// What is asked besides how the formulas come about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Questions {
    /// How the targets of the calls on that line came there.
    pub why_call: Option<u32>,
    /// Why what is made on that line outlives its call or iteration.
    pub why_escapes: Option<u32>,
}

/// What there is to say of functions.
#[derive(Debug, Clone, Default)]
pub struct Explanations {
    /// Every function's forecast, with the lines that the accounts speak of.
    pub forecasts: Forecasts,
    /// How those that were asked for came about.
    pub accounts: Vec<Account>,
}

/// How a function's forecast came about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    /// The dotted name of the function.
    pub function: String,
    /// Its first line, from 1, which tells it from others of its name.
    pub line: u32,
    /// Its last line, from 1.
    pub last_line: u32,
    /// How often its loops run.
    pub loops: Vec<LoopReason>,
    /// What its calls come to.
    pub calls: Vec<CallReason>,
    /// The lines that calls stand on.
    pub call_lines: Vec<u32>,
    /// How the targets of the calls in question came there.
    pub targets: Vec<Chain>,
    /// Why the objects in question outlive the call or an iteration.
    pub escapes: Vec<Chain>,
}

/// How often a loop runs, and how that came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoopReason {
    /// The line, from 1.
    pub line: u32,
    /// The line itself.
    pub text: String,
    /// The formula.
    pub count: String,
    /// What the number of the iteration, from 0, is called in formulas of calls in the loop.
    pub index: String,
    /// Whether the count is a bound: the loop may run less often.
    pub is_bound: bool,
    /// How it came about.
    pub reason: Reason,
}

/// How the number of iterations came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The measure of that name: the length of an input.
    Length(String),
    /// The length of what has that name in the source, where it has one.
    Elements(Option<String>),
    /// A range.
    Range,
    /// How the numbers of a `while` loop's condition change.
    Condition,
    /// It did not, because of this.
    Unknown(String),
}

impl Reason {
    /// The reason in prose.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Length(name) => format!("`{name}` of the input"),
            Self::Elements(Some(name)) => format!("the length of `{name}`"),
            Self::Elements(None) => "the length of what it goes over".to_owned(),
            Self::Range => "the numbers of the range".to_owned(),
            Self::Condition => "how the numbers of its condition change".to_owned(),
            Self::Unknown(cause) => format!("unknown: {cause}"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

/// What a call of one target comes to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CallReason {
    /// The line, from 1.
    pub line: u32,
    /// The line itself.
    pub text: String,
    /// The dotted name of what is called.
    pub callee: String,
    /// Where the formulas come from: `summary` (the callee's own), `model` (of library code),
    /// `unknown` (the call is an unknown of the formulas), `recursion` (solved as a whole).
    pub kind: &'static str,
    /// What the callee's measures are here, where they have another name.
    pub given: Vec<Given>,
    /// The callee's own formulas.
    pub own: Option<Figures>,
    /// The formulas of one call here.
    pub here: Option<Figures>,
}

/// A measure with what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The callee's measure.
    pub name: String,
    /// The formula for it.
    pub value: String,
}

/// Formulas of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// What it asks for in all.
    pub total: String,
    /// The most that is alive at one moment; of what has no summary, nothing.
    pub peak: Option<String>,
    /// What is still reachable when it ends; of what has no summary, nothing.
    pub retained: Option<String>,
}

/// A chain of facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// What it is about.
    pub subject: String,
    /// What follows from it.
    pub conclusion: String,
    /// Whether it is complete; if not, it starts where nothing more is known.
    pub is_whole: bool,
    /// The facts, each of which leads to the next.
    pub steps: Vec<ChainStep>,
}

/// One fact of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChainStep {
    /// The file, where it stands in one.
    pub path: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The line itself.
    pub text: String,
    /// What happens there.
    pub fact: String,
}

/// What is printed of one function.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Explanation {
    function: String,
    path: String,
    line: u32,
    last_line: u32,
    grade: Grade,
    total: Formula,
    peak: Formula,
    retained: Formula,
    lines: Vec<Line>,
    loops: Vec<LoopReason>,
    calls: Vec<CallReason>,
    unknowns: Vec<Unknown>,
    why_call: Vec<Chain>,
    why_escapes: Vec<Chain>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Formula {
    bytes: String,
    objects: String,
    grade: Grade,
    /// At how many moments the most may be alive.
    moments: usize,
}

/// What one line contributes, of one type.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Line {
    path: String,
    line: u32,
    text: String,
    #[serde(rename = "type")]
    type_name: String,
    total: Option<String>,
    /// At each moment that may be the peak and has any of it, each formula once.
    peak: Vec<String>,
    retained: Option<String>,
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the input cannot be analysed, a name or line is not there, or the result cannot be written.
pub(crate) fn run(
    arguments: &ExplainArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let request = Request::new(&arguments.project, &[], threads);
    if request.targets.is_empty() {
        return Err(Error::new("there is no function to explain")
            .hint("name one: PATH::qualified.name, such as `app.py::Store.load`"));
    }
    let questions = Questions {
        why_call: arguments.why_call,
        why_escapes: arguments.why_escapes,
    };
    let monitor = console.monitor();
    let outcome = analysis.explanations(&request, questions, &monitor);
    let printed = outcome.and_then(|(explanations, coverage)| {
        monitor.hide();
        console.report(&coverage);
        let functions = targeted(&explanations.forecasts.functions, &request.targets)?;
        let explained = match questions == Questions::default() {
            true => functions
                .into_iter()
                .filter_map(|forecast| Some((forecast, explanations.account(forecast)?)))
                .collect(),
            false => explanations.answering(&functions, questions)?,
        };
        let explained = explained_all(&explanations, explained);
        console.deliver(arguments.output.as_deref(), |screen, out| {
            render::write(
                &explained,
                &coverage,
                (arguments.format, questions),
                screen,
                out,
            )
        })?;
        Ok(coverage.exit_code())
    });
    console.finish(monitor);
    printed
}

/// A function with how its forecast came about.
type Explained<'a> = (&'a Forecast, &'a Account);

impl Explanations {
    fn account(&self, forecast: &Forecast) -> Option<&Account> {
        let mut accounts = self.accounts.iter();
        accounts.find(|own| (&own.function, own.line) == (&forecast.function, forecast.line))
    }

    /// The functions, of those that were named and those inside of them, that have the lines in
    /// question: the innermost ones.
    fn answering(
        &self,
        named: &[&Forecast],
        questions: Questions,
    ) -> Result<Vec<Explained<'_>>, Error> {
        let functions = self.forecasts.functions.iter();
        let all = functions.filter_map(|forecast| Some((forecast, self.account(forecast)?)));
        let mut found: Vec<Explained<'_>> = all.collect();
        for line in [questions.why_call, questions.why_escapes]
            .into_iter()
            .flatten()
        {
            found.retain(|(forecast, account)| (forecast.line..=account.last_line).contains(&line));
            if found.is_empty() {
                let first = named
                    .iter()
                    .find_map(|own| Some((*own, self.account(own)?)));
                return Err(outside(line, first));
            }
        }
        if let Some(line) = questions.why_call {
            let calls = |(_, account): &Explained<'_>| account.call_lines.contains(&line);
            if let (Some((_, inner)), false) = (found.last(), found.iter().any(calls)) {
                return Err(without_call(line, inner));
            }
            found.retain(calls);
        }
        let starts: BTreeSet<(Arc<str>, u32)> = found
            .iter()
            .map(|(forecast, _)| (Arc::clone(&forecast.path), forecast.line))
            .collect();
        found.retain(|(forecast, _)| {
            let inside = (Arc::clone(&forecast.path), forecast.line + 1);
            let mut later = starts.range(inside..);
            later.next().is_none_or(|(path, _)| *path != forecast.path)
        });
        Ok(found)
    }
}

fn explained_all(explanations: &Explanations, functions: Vec<Explained<'_>>) -> Vec<Explanation> {
    let by_name = explanations.forecasts.functions.iter();
    let by_name: BTreeMap<&str, &Forecast> = by_name
        .map(|forecast| (forecast.function.as_str(), forecast))
        .collect();
    let one = |(forecast, account): Explained<'_>| {
        explanation(&explanations.forecasts, &by_name, forecast, account)
    };
    functions.into_iter().map(one).collect()
}

fn outside(line: u32, first: Option<Explained<'_>>) -> Error {
    let Some((forecast, account)) = first else {
        return Error::new(format!("line {line} is in no function that was named"));
    };
    Error::new(format!("line {line} is not in `{}`", forecast.function)).hint(format!(
        "it has the lines {} to {} of {}",
        forecast.line, account.last_line, forecast.path
    ))
}

fn without_call(line: u32, account: &Account) -> Error {
    let error = Error::new(format!(
        "there is no call on line {line} of `{}`",
        account.function
    ));
    let lines: Vec<String> = account.call_lines.iter().map(u32::to_string).collect();
    match lines.as_slice() {
        [] => error.hint("it calls nothing"),
        lines => error.hint(format!("there are calls on line {}", lines.join(", "))),
    }
}

fn explanation(
    forecasts: &Forecasts,
    by_name: &BTreeMap<&str, &Forecast>,
    forecast: &Forecast,
    account: &Account,
) -> Explanation {
    let text = |line: u32| forecasts.sources.line(&forecast.path, line).to_owned();
    let loops = account.loops.iter().map(|one| LoopReason {
        text: text(one.line),
        ..one.clone()
    });
    let calls = account.calls.iter().map(|one| CallReason {
        text: text(one.line),
        own: by_name.get(one.callee.as_str()).map(|own| figures(own)),
        ..one.clone()
    });
    let chains = |chains: &[Chain]| -> Vec<Chain> {
        let with_texts = |chain: &Chain| {
            let mut chain = chain.clone();
            for step in &mut chain.steps {
                if let (Some(path), Some(line)) = (&step.path, step.line) {
                    let path = Arc::from(path.as_str());
                    forecasts
                        .sources
                        .line(&path, line)
                        .clone_into(&mut step.text);
                }
            }
            chain
        };
        chains.iter().map(with_texts).collect()
    };
    let formula = |metric| formula(forecast.figure(metric));
    Explanation {
        function: forecast.function.clone(),
        path: forecast.path.to_string(),
        line: forecast.line,
        last_line: account.last_line,
        grade: forecast.grade(),
        total: formula(Metric::Total),
        peak: formula(Metric::Peak),
        retained: formula(Metric::Retained),
        lines: lines(forecasts, forecast),
        loops: loops.collect(),
        calls: calls.collect(),
        unknowns: forecast.unknowns.clone(),
        why_call: chains(&account.targets),
        why_escapes: chains(&account.escapes),
    }
}

fn formula(figure: &Figure) -> Formula {
    Formula {
        bytes: figure.bytes.to_string(),
        objects: figure.objects.to_string(),
        grade: figure.grade,
        moments: figure.moments.len(),
    }
}

fn figures(forecast: &Forecast) -> Figures {
    let bytes = |metric| forecast.figure(metric).bytes.to_string();
    Figures {
        total: bytes(Metric::Total),
        peak: Some(bytes(Metric::Peak)),
        retained: Some(bytes(Metric::Retained)),
    }
}

/// What each line contributes, by type, in the order of the source.
fn lines(forecasts: &Forecasts, forecast: &Forecast) -> Vec<Line> {
    let mut lines: BTreeMap<(&Arc<str>, u32, &str), Line> = BTreeMap::new();
    for metric in Metric::ALL {
        for part in forecast.figure(metric).moments.iter().flatten() {
            let key = (&part.path, part.line, part.type_name.as_str());
            let line = lines.entry(key).or_insert_with(|| empty(forecasts, part));
            let bytes = part.bytes.to_string();
            match metric {
                Metric::Total => line.total = Some(bytes),
                Metric::Peak if line.peak.contains(&bytes) => {}
                Metric::Peak => line.peak.push(bytes),
                Metric::Retained => line.retained = Some(bytes),
            }
        }
    }
    lines.into_values().collect()
}

fn empty(forecasts: &Forecasts, part: &Part) -> Line {
    Line {
        path: part.path.to_string(),
        line: part.line,
        text: forecasts.sources.line(&part.path, part.line).to_owned(),
        type_name: part.type_name.clone(),
        total: None,
        peak: Vec::new(),
        retained: None,
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
