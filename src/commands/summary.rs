//! `heapcast summary`: the total, peak and retained memory of every function.

use std::cmp::Ordering;

use serde::Serialize;

pub use super::cli::Grade;
use super::cli::{Sort, SummaryArgs};
use super::console::Console;
use super::error::Error;
use super::request::check_targets;
use super::{Analysis, Request, Target};

mod render;

#[cfg(test)]
pub(crate) use render::{FIELDS, SCHEMA};

/// What is known of one function.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SummaryRow {
    /// Its dotted name, as in call graphs.
    pub function: String,
    /// Its file.
    pub path: String,
    /// Its first line, from 1.
    pub line: u32,
    /// How far the figures may be trusted: the worst of the three.
    pub grade: Grade,
    /// What it asks for in all.
    pub total: Cost,
    /// The most that is alive at one moment.
    pub peak: Cost,
    /// What is still reachable when it ends.
    pub retained: Cost,
    /// What the figures rest on that no input determines.
    pub unknowns: Vec<Unknown>,
}

/// One figure of a function.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cost {
    /// The formula of the bytes.
    pub bytes: String,
    /// The formula of the number of objects.
    pub objects: String,
    /// How the bytes grow: `O(1)`, `O(n)` …
    pub growth: String,
    /// The same, as tables have it.
    #[serde(skip)]
    pub brief: String,
    /// How far the figure may be trusted.
    pub grade: Grade,
    /// The bytes where every measure and unknown is 1000; rows are sorted by it.
    #[serde(skip)]
    pub weight: f64,
}

/// A quantity that a figure needs and no input determines.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unknown {
    /// Its name in the formulas.
    pub name: String,
    /// Why it is not known.
    pub cause: String,
    /// The file of its origin.
    pub path: String,
    /// The line of its origin, from 1.
    pub line: u32,
}

/// The rows that are shown, out of how many.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    /// The rows in the wanted order.
    pub(crate) rows: Vec<SummaryRow>,
    /// How many functions there are in all.
    pub(crate) functions: usize,
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the input cannot be analysed or the result not be written.
pub(crate) fn run(
    arguments: &SummaryArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let request = Request::new(&arguments.project, &[], threads);
    let monitor = console.monitor();
    let outcome = analysis.summary(&request, &monitor);
    let result = outcome.and_then(|(rows, coverage)| {
        let selection = select(rows, arguments, &request.targets)?;
        Ok((selection, coverage))
    });
    let printed = result.and_then(|(selection, coverage)| {
        monitor.hide();
        console.report(&coverage);
        monitor.time("print", || {
            console.deliver(arguments.output.as_deref(), |screen, out| {
                render::write(&selection, &coverage, arguments.format, screen, out)
            })
        })?;
        Ok(coverage.exit_code())
    });
    console.finish(monitor);
    printed
}

/// The rows that the options ask for, in the order they ask for.
fn select(
    mut rows: Vec<SummaryRow>,
    arguments: &SummaryArgs,
    targets: &[Target],
) -> Result<Selection, Error> {
    let functions = rows.len();
    let names = rows
        .iter()
        .map(|row| (row.function.as_str(), row.path.as_str()));
    check_targets(&names.collect::<Vec<_>>(), targets)?;
    rows.retain(|row| {
        let covers = |target: &Target| target.covers(&row.function, &row.path);
        let wanted = targets.is_empty() || targets.iter().any(covers);
        let contains = arguments
            .filter
            .as_ref()
            .is_none_or(|text| row.function.contains(text) || row.path.contains(text));
        let trusted = arguments.min_grade.is_none_or(|grade| row.grade <= grade);
        wanted && contains && trusted
    });
    rows.sort_by(|left, right| compare(left, right, arguments.sort));
    if let Some(top) = arguments.top {
        rows.truncate(top);
    }
    Ok(Selection { rows, functions })
}

fn compare(left: &SummaryRow, right: &SummaryRow, sort: Sort) -> Ordering {
    let heavier = |cost: fn(&SummaryRow) -> &Cost| {
        let (left, right) = (cost(left).weight, cost(right).weight);
        right.total_cmp(&left)
    };
    let first = match sort {
        Sort::Total => heavier(|row| &row.total),
        Sort::Peak => heavier(|row| &row.peak),
        Sort::Retained => heavier(|row| &row.retained),
        Sort::Name => Ordering::Equal,
    };
    first
        .then_with(|| left.function.cmp(&right.function))
        .then_with(|| (&left.path, left.line).cmp(&(&right.path, right.line)))
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
