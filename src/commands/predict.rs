//! `heapcast predict`: the memory of functions at given sizes, in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cli::{Grade, PredictArgs};
use super::console::Console;
use super::error::Error;
use super::forecast::{Amount, Figure, Forecast, Metric, Profile, Share, Sources, targeted};
use super::given::{Bound, Given, Sweep, Wanted, given_at};
use super::output;
use super::units;
use super::{Analysis, Request, Unknown};

mod plot;
mod render;
mod svg;
mod terminal;

#[cfg(test)]
pub(crate) use render::{FIELDS, SCHEMA};

/// What is forecast of one function at given sizes.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Prediction {
    function: String,
    path: String,
    line: u32,
    grade: Grade,
    /// What was given a number.
    at: Vec<Value>,
    /// The number of all others that the formulas have.
    others: Option<i64>,
    total: Reading,
    peak: Reading,
    retained: Reading,
    unknowns: Vec<Unknown>,
    sweep: Option<Swept>,
}

/// A measure or an unknown with its number.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Value {
    name: String,
    value: i64,
}

/// One figure in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Reading {
    bytes: Option<Amount>,
    objects: Option<Amount>,
    grade: Grade,
    lines: Vec<LinePart>,
    types: Vec<TypePart>,
}

/// What comes from one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct LinePart {
    path: String,
    line: u32,
    text: String,
    bytes: Amount,
    objects: Amount,
    share: f64,
}

/// What is of one type.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct TypePart {
    #[serde(rename = "type")]
    type_name: String,
    bytes: Amount,
    objects: Amount,
    share: f64,
}

/// The figures at several sizes.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Swept {
    name: String,
    #[serde(skip)]
    geometric: bool,
    points: Vec<Point>,
}

/// The bytes at one size.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Point {
    value: i64,
    total: Option<Amount>,
    peak: Option<Amount>,
    retained: Option<Amount>,
}

impl Prediction {
    fn readings(&self) -> [(Metric, &Reading); 3] {
        let of = |metric| match metric {
            Metric::Total => &self.total,
            Metric::Peak => &self.peak,
            Metric::Retained => &self.retained,
        };
        Metric::ALL.map(|metric| (metric, of(metric)))
    }
}

impl Point {
    fn bytes(&self, metric: Metric) -> Option<&Amount> {
        match metric {
            Metric::Total => self.total.as_ref(),
            Metric::Peak => self.peak.as_ref(),
            Metric::Retained => self.retained.as_ref(),
        }
    }
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the input cannot be analysed, a number is missing, or the result cannot be written.
pub(crate) fn run(
    arguments: &PredictArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let at = given_at(&arguments.given.at)?;
    let request = Request::new(&arguments.project, &[], threads);
    let monitor = console.monitor();
    let outcome = analysis.forecasts(&request, &monitor);
    let printed = outcome.and_then(|(forecasts, coverage)| {
        monitor.hide();
        console.report(&coverage);
        let functions = targeted(&forecasts.functions, &request.targets)?;
        let wanted = Wanted {
            at: &at,
            swept: arguments.sweep.as_ref().map(|sweep| sweep.name.as_str()),
            others: arguments.given.default,
        };
        let bound = wanted.bind(&functions)?;
        note_unused(&at, &bound, console);
        let predictions: Vec<Prediction> = bound
            .iter()
            .map(|one| predict(one, &wanted, arguments.sweep.as_ref(), &forecasts.sources))
            .collect();
        if let Some(file) = &arguments.svg {
            let text = drawing(&predictions)?;
            output::write_file(file, |out| out.write_all(text.as_bytes()))?;
        }
        let options = render::Options {
            format: arguments.format,
            plot: arguments.plot || (arguments.output.is_none() && console.screen.width.is_some()),
        };
        console.deliver(arguments.output.as_deref(), |screen, out| {
            render::write(&predictions, &coverage, options, screen, out)
        })?;
        Ok(coverage.exit_code())
    });
    console.finish(monitor);
    printed
}

/// Says of a name that is a parameter's, but in no formula.
fn note_unused(at: &[Given], bound: &[Bound<'_>], console: &mut Console<'_>) {
    for Given { name, .. } in at {
        let used = bound
            .iter()
            .any(|one| one.written.iter().any(|own| own == name));
        if !used {
            console.warn(&format!("`{name}` makes no difference to the memory"));
        }
    }
}

fn drawing(predictions: &[Prediction]) -> Result<String, Error> {
    match predictions {
        [one] => plot::Plot::of(one)
            .map(|plot| svg::draw(&plot))
            .ok_or_else(|| {
                Error::new("there is nothing to draw: the formulas have no numbers at these sizes")
            }),
        _ => Err(Error::new("a drawing is of one function")
            .hint("name it: --svg with PATH::qualified.name")),
    }
}

fn predict(
    bound: &Bound<'_>,
    wanted: &Wanted<'_>,
    sweep: Option<&Sweep>,
    sources: &Sources,
) -> Prediction {
    let forecast = bound.forecast;
    // With a sweep, the breakdown is that of the largest size.
    let profile = sweep.map_or_else(|| bound.profile.clone(), |sweep| bound.at(sweep.last()));
    let read = |metric| reading(forecast.figure(metric), &profile, sources);
    let mut at: Vec<Value> = Vec::new();
    for (name, value) in &bound.given {
        at.push(Value {
            name: name.clone(),
            value: *value,
        });
    }
    Prediction {
        function: forecast.function.clone(),
        path: forecast.path.to_string(),
        line: forecast.line,
        grade: forecast.grade(),
        at,
        others: wanted.others,
        total: read(Metric::Total),
        peak: read(Metric::Peak),
        retained: read(Metric::Retained),
        unknowns: forecast.unknowns.clone(),
        sweep: sweep.map(|sweep| swept(bound, forecast, sweep)),
    }
}

fn swept(bound: &Bound<'_>, forecast: &Forecast, sweep: &Sweep) -> Swept {
    let point = |&value: &i64| {
        let profile = bound.at(value);
        let bytes = |metric| forecast.figure(metric).bytes_at(&profile);
        Point {
            value,
            total: bytes(Metric::Total),
            peak: bytes(Metric::Peak),
            retained: bytes(Metric::Retained),
        }
    };
    Swept {
        name: bound.swept.clone().unwrap_or_else(|| sweep.name.clone()),
        geometric: sweep.geometric,
        points: sweep.sizes.iter().map(point).collect(),
    }
}

fn reading(figure: &Figure, profile: &Profile, sources: &Sources) -> Reading {
    let parts = figure.parts_at(profile);
    let bytes = figure.bytes_at(profile);
    let whole = bytes.as_ref().map_or(0.0, Amount::to_f64);
    let share = |bytes: &Amount| units::share(bytes.to_f64(), whole);
    let by_line = summed(&parts, |share| (&share.part.path, share.part.line));
    let lines = by_line
        .into_iter()
        .map(|((path, line), bytes, objects)| LinePart {
            path: path.to_string(),
            line,
            text: sources.line(path, line).to_owned(),
            share: share(&bytes),
            bytes,
            objects,
        });
    let by_type = summed(&parts, |share| share.part.type_name.as_str());
    let types = by_type.into_iter().map(|(name, bytes, objects)| TypePart {
        type_name: name.to_owned(),
        share: share(&bytes),
        bytes,
        objects,
    });
    Reading {
        grade: figure.grade,
        objects: profile.evaluate(&figure.objects),
        lines: lines.collect(),
        types: types.collect(),
        bytes,
    }
}

/// Bytes and objects by key, largest first.
fn summed<'a, K: Ord>(
    parts: &'a [Share<'a>],
    key: impl Fn(&'a Share<'a>) -> K,
) -> Vec<(K, Amount, Amount)> {
    let mut sums: BTreeMap<K, (Amount, Amount)> = BTreeMap::new();
    for part in parts {
        let (bytes, objects) = sums.entry(key(part)).or_default();
        bytes.add(&part.bytes);
        objects.add(&part.objects);
    }
    let sums = sums.into_iter();
    let mut rows: Vec<(K, Amount, Amount)> = sums.map(|(key, (b, o))| (key, b, o)).collect();
    rows.sort_by(|left, right| right.1.cmp(&left.1));
    rows
}

#[cfg(test)]
#[path = "predict_tests.rs"]
mod tests;
