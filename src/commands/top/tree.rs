//! From the lines of a function down its calls to the lines that allocate.
//!
//! A summary counts what a callee allocates on the line of the call, by type. How that is spread
//! over the callee's own lines is taken from the callee's own forecast, in proportion, type by
//! type: an estimate, because the sizes that the callee is called with are not known here.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::commands::forecast::{Forecast, Forecasts, Metric, Profile};
use crate::commands::units;

/// A line with what is allocated on it, and below the calls that stand on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Node {
    /// The function that the line is of.
    pub(super) function: String,
    /// The file.
    pub(super) path: String,
    /// The line.
    pub(super) line: u32,
    /// Its text.
    pub(super) text: String,
    /// The bytes of the line with all calls on it.
    pub(super) bytes: f64,
    /// Their part of all bytes.
    pub(super) share: f64,
    /// The part of the line without the calls that are entered.
    pub(super) own_share: f64,
    /// Whether the numbers are in proportion to the callee's, and not of the forecast itself.
    pub(super) estimated: bool,
    /// The lines of the functions that are called there.
    pub(super) lines: Vec<Node>,
}

/// Types that stand for several.
const MIXED: [&str; 2] = ["object", "either"];

/// The calls of lines of less than this part are not entered.
pub(super) const LEAST: f64 = 0.001;

/// Bytes by type.
type Bytes<'a> = BTreeMap<&'a str, f64>;

/// Bytes by line and type.
type Lines<'a> = BTreeMap<(&'a Arc<str>, u32), Bytes<'a>>;

/// The functions, and what they allocate at one profile.
pub(super) struct Calls<'a> {
    forecasts: &'a Forecasts,
    by_name: BTreeMap<&'a str, &'a Forecast>,
    metric: Metric,
    profile: &'a Profile,
}

impl<'a> Calls<'a> {
    pub(super) fn new(forecasts: &'a Forecasts, metric: Metric, profile: &'a Profile) -> Self {
        let functions = forecasts.functions.iter();
        Self {
            forecasts,
            by_name: functions.map(|f| (f.function.as_str(), f)).collect(),
            metric,
            profile,
        }
    }

    /// The lines of a function, entering so many calls, largest first.
    pub(super) fn lines(&self, forecast: &'a Forecast, depth: usize) -> Vec<Node> {
        let lines = self.allocated(forecast, self.metric);
        let whole = lines.values().flat_map(BTreeMap::values).sum();
        let mut entered = vec![forecast.function.as_str()];
        self.nodes(forecast, lines, whole, depth, &mut entered)
    }

    /// What a function allocates, by line and type.
    fn allocated(&self, forecast: &'a Forecast, metric: Metric) -> Lines<'a> {
        let mut lines = Lines::new();
        for share in forecast.figure(metric).parts_at(self.profile) {
            let line = lines
                .entry((&share.part.path, share.part.line))
                .or_default();
            // So that sums stay numbers.
            let bytes = share.bytes.to_f64().min(1e300);
            *line.entry(&*share.part.type_name).or_default() += bytes;
        }
        lines
    }

    fn nodes(
        &self,
        forecast: &'a Forecast,
        lines: Lines<'a>,
        whole: f64,
        depth: usize,
        entered: &mut Vec<&'a str>,
    ) -> Vec<Node> {
        let estimated = entered.len() > 1;
        let mut nodes: Vec<Node> = Vec::new();
        for ((path, line), bytes) in lines {
            let all: f64 = bytes.values().sum();
            // Small lines are not followed: there would be no end of them.
            let below = if depth == 0 || all < whole * LEAST {
                Vec::new()
            } else {
                self.below(forecast, line, &bytes, whole, depth, entered)
            };
            let called: f64 = below.iter().map(|node| node.bytes).sum();
            nodes.push(Node {
                function: forecast.function.clone(),
                path: path.to_string(),
                line,
                text: self.forecasts.sources.line(path, line).to_owned(),
                bytes: all.round(),
                share: units::share(all, whole),
                own_share: units::share((all - called).max(0.0), whole),
                estimated,
                lines: below,
            });
        }
        nodes.sort_by(|left, right| right.bytes.total_cmp(&left.bytes));
        nodes
    }

    /// The lines of the functions that are called on a line. A function that is being entered is
    /// not entered again.
    fn below(
        &self,
        caller: &'a Forecast,
        line: u32,
        bytes: &Bytes<'a>,
        whole: f64,
        depth: usize,
        entered: &mut Vec<&'a str>,
    ) -> Vec<Node> {
        let callees = caller.calls.iter().filter(|(at, _)| *at == line);
        let callees: Vec<(&'a Forecast, Lines<'a>)> = callees
            .filter(|(_, name)| !entered.contains(&name.as_str()))
            .filter_map(|(_, name)| self.by_name.get(name.as_str()).copied())
            .map(|callee| (callee, self.allocated_by(callee)))
            .collect();
        let mut below = Vec::new();
        for (callee, lines) in spread(bytes, callees) {
            if lines.is_empty() {
                continue;
            }
            entered.push(&callee.function);
            below.extend(self.nodes(callee, lines, whole, depth - 1, entered));
            entered.pop();
        }
        below.sort_by(|left, right| right.bytes.total_cmp(&left.bytes));
        below
    }

    /// What a callee allocates by the metric, or where that is nothing, in all: what is retained
    /// by a call may be the peak of its caller.
    fn allocated_by(&self, callee: &'a Forecast) -> Lines<'a> {
        let lines = self.allocated(callee, self.metric);
        if lines.is_empty() {
            return self.allocated(callee, Metric::Total);
        }
        lines
    }
}

/// Spreads the bytes of a line over the lines of its callees. What no callee allocates is left
/// out: it is of the line itself.
fn spread<'a>(
    bytes: &Bytes<'a>,
    callees: Vec<(&'a Forecast, Lines<'a>)>,
) -> Vec<(&'a Forecast, Lines<'a>)> {
    let mut sums = Bytes::new();
    let mut all = 0.0;
    for (name, size) in callees
        .iter()
        .flat_map(|(_, lines)| lines.values().flatten())
    {
        *sums.entry(name).or_default() += size;
        all += size;
    }
    // How many bytes of the line there are for each of the callees'.
    let matched: Bytes<'a> = bytes
        .iter()
        .filter(|(name, _)| sums.contains_key(*name))
        .map(|(name, size)| {
            (
                *name,
                units::share(*size, sums.get(name).copied().unwrap_or(0.0)),
            )
        })
        .collect();
    let mixed: f64 = bytes
        .iter()
        .filter(|(name, _)| MIXED.contains(name) && !sums.contains_key(*name))
        .map(|(_, size)| units::share(*size, all))
        .sum();
    let scaled = callees.into_iter().map(|(callee, mut lines)| {
        for line in lines.values_mut() {
            for (name, size) in line.iter_mut() {
                *size *= matched.get(name).copied().unwrap_or(0.0) + mixed;
            }
            line.retain(|_, size| *size > 0.0);
        }
        lines.retain(|_, line| !line.is_empty());
        (callee, lines)
    });
    scaled.collect()
}
