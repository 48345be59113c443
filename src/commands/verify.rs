//! `heapcast verify`: what a call really takes, beside what was forecast.

use serde::{Deserialize, Serialize};

use super::cli::{Grade, VerifyArgs};
use super::console::Console;
use super::error::Error;
use super::forecast::{Amount, Forecast, Metric, targeted};
use super::{Analysis, FINDINGS, InterfaceModule, Request};

mod process;
mod python;
mod render;

use process::{Job, Measured, Row};
use python::Interpreter;

#[cfg(test)]
pub(crate) use render::{FIELDS, SCHEMA};

/// What is forecast and what is measured may differ by this part of it: interpreters keep
/// objects of their own.
const TOLERANCE: f64 = 0.001;

/// What verification found.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Report {
    function: String,
    path: String,
    line: u32,
    call: String,
    interpreter: String,
    python: String,
    /// The version whose sizes were forecast.
    forecast: String,
    /// What takes the sizes.
    sweep: Option<String>,
    rows: Vec<Comparison>,
}

/// One metric of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Comparison {
    size: Option<i64>,
    metric: Metric,
    measured: Option<u64>,
    predicted: Option<Amount>,
    /// What is left of the forecast where it is no number.
    formula: Option<String>,
    ratio: Option<f64>,
    grade: Grade,
    verdict: Verdict,
}

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    /// No more was measured than forecast.
    Held,
    /// More was, though the forecast claims to be a bound.
    Broken,
    /// More was, and the forecast claims no bound.
    Below,
    /// The forecast is no number.
    Open,
    /// Nothing was measured.
    Unmeasured,
}

impl Verdict {
    fn text(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken => "BROKEN",
            Self::Below => "below",
            Self::Open => "open",
            Self::Unmeasured => "not measured",
        }
    }

    fn of(measured: Option<u64>, predicted: Option<f64>, grade: Grade) -> Self {
        let (Some(measured), Some(predicted)) = (measured, predicted) else {
            return if measured.is_none() {
                Self::Unmeasured
            } else {
                Self::Open
            };
        };
        if measured as f64 <= predicted + measured as f64 * TOLERANCE {
            Self::Held
        } else if grade <= Grade::Upper {
            Self::Broken
        } else {
            Self::Below
        }
    }
}

/// What the driver says of a forecast: a number, or a formula.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Predicted {
    /// Its digits.
    Number(String),
    Formula(String),
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the target cannot be analysed, the call not be made, or the result not be written.
pub(crate) fn run(
    arguments: &VerifyArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let interpreter = Interpreter::find(arguments.project.python_path.as_deref())?;
    let mut request = Request::new(&arguments.project, &[], threads);
    let [target] = &request.targets[..] else {
        return Err(Error::new("one function is verified").hint("name it as PATH::qualified.name"));
    };
    let target = target.name.clone();
    let forecast_version = match &request.python {
        Some(given) => given.clone(),
        None => interpreter.minor(),
    };
    if forecast_version != interpreter.minor() {
        console.warn(&format!(
            "the forecast is of CPython {forecast_version}, the measurement of {}",
            interpreter.version
        ));
    }
    request.python = Some(forecast_version.clone());
    let monitor = console.monitor();
    let outcome = analysis.verification(&request, &monitor);
    monitor.hide();
    console.finish(monitor);
    let ((forecasts, modules), coverage) = outcome?;
    console.report(&coverage);
    let forecast = match targeted(&forecasts.functions, &request.targets)?[..] {
        [one] => one,
        _ => {
            return Err(Error::new(format!("`{target}` is not one function"))
                .hint("name it as PATH::Class.method or PATH::function"));
        }
    };
    let job = job(arguments, forecast, &modules)?;
    console.note(&format!(
        "this runs `{}` of {} with {} ({})",
        arguments.call, forecast.path, interpreter.name, interpreter.version
    ));
    let rows = process::run(&interpreter, &job, arguments.timeout)?;
    let report = Report {
        function: forecast.function.clone(),
        path: forecast.path.to_string(),
        line: forecast.line,
        call: arguments.call.clone(),
        interpreter: interpreter.name,
        python: interpreter.version,
        forecast: forecast_version,
        sweep: arguments.sweep.as_ref().map(|sweep| sweep.name.clone()),
        rows: rows.iter().flat_map(|row| compare(row, forecast)).collect(),
    };
    console.deliver(arguments.output.as_deref(), |screen, out| {
        render::write(&report, &coverage, arguments.format, screen, out)
    })?;
    let broken = report.rows.iter().any(|row| row.verdict == Verdict::Broken);
    Ok(if broken {
        FINDINGS
    } else {
        coverage.exit_code()
    })
}

fn job(
    arguments: &VerifyArgs,
    forecast: &Forecast,
    modules: &[InterfaceModule],
) -> Result<Job, Error> {
    let qualified = |module: &InterfaceModule| {
        let rest = forecast.function.strip_prefix(&*module.name)?;
        Some(rest.strip_prefix('.')?.to_owned())
    };
    let here = modules
        .iter()
        .filter(|module| *module.path == *forecast.path);
    let found = here
        .filter_map(|module| Some((module, qualified(module)?)))
        .next();
    let Some((module, qualified)) = found else {
        return Err(Error::new(format!(
            "`{}` cannot be called by name",
            forecast.function
        )));
    };
    let import = python::import_of(&module.path, &module.name)?;
    if let Some(sweep) = &arguments.sweep {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if !sweep.name.chars().all(is_name) || sweep.name.starts_with(|c: char| c.is_numeric()) {
            return Err(
                Error::new(format!("`{}` is not a name of Python", sweep.name))
                    .hint("the call mentions it: --sweep n=10..1e4 --call 'f([0] * n)'"),
            );
        }
    }
    Ok(Job {
        root: import.root,
        module: import.module,
        path: import.path,
        text: module.text.clone(),
        qualified,
        call: arguments.call.clone(),
        name: arguments.sweep.as_ref().map(|sweep| sweep.name.clone()),
        sizes: arguments.sweep.as_ref().map(|sweep| sweep.sizes.clone()),
    })
}

fn compare(row: &Row, forecast: &Forecast) -> Vec<Comparison> {
    let Row {
        size,
        measured: Measured {
            total,
            peak,
            retained,
        },
        predicted,
    } = row;
    Metric::ALL
        .into_iter()
        .map(|metric| {
            let measured = match metric {
                Metric::Total => *total,
                Metric::Peak => Some(*peak),
                Metric::Retained => Some(*retained),
            };
            let (predicted, formula) = match predicted.get(metric.text()) {
                Some(Predicted::Number(digits)) => (digits.parse::<Amount>().ok(), None),
                Some(Predicted::Formula(formula)) => (None, Some(formula.clone())),
                None => (None, None),
            };
            let grade = forecast.figure(metric).grade;
            let number = predicted.as_ref().map(Amount::to_f64);
            let ratio = number.zip(measured.filter(|bytes| *bytes > 0));
            Comparison {
                size: *size,
                metric,
                measured,
                predicted,
                formula,
                // JSON has no number beyond all floats.
                ratio: ratio
                    .map(|(predicted, measured)| predicted / measured as f64)
                    .filter(|ratio| ratio.is_finite()),
                grade,
                verdict: Verdict::of(measured, number, grade),
            }
        })
        .collect()
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
