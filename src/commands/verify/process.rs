//! The process that runs the user's code.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::Predicted;
use super::python::Interpreter;
use crate::commands::error::{Error, reason};
use crate::commands::interrupt::pending;
use crate::commands::units::grouped;

/// What runs there.
const DRIVER: &str = include_str!("driver.py");

/// How long to wait before looking again whether the process has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// What the driver is to do.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Job {
    /// The folder that the module is imported from.
    pub(super) root: String,
    /// The module's dotted name.
    pub(super) module: String,
    /// The module's file.
    pub(super) path: String,
    /// The interface module.
    #[serde(skip)]
    pub(super) text: String,
    /// The function's name in its module.
    pub(super) qualified: String,
    /// The call.
    pub(super) call: String,
    /// The name that takes the sizes.
    pub(super) name: Option<String>,
    /// The sizes.
    pub(super) sizes: Option<Vec<i64>>,
}

/// The figures of the call at one size.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Row {
    /// The size.
    pub(super) size: Option<i64>,
    /// What was measured.
    pub(super) measured: Measured,
    /// What was forecast, by metric.
    pub(super) predicted: BTreeMap<String, Predicted>,
}

/// What was measured, in bytes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Measured {
    /// None without memray.
    pub(super) total: Option<u64>,
    /// By tracemalloc.
    pub(super) peak: u64,
    /// By tracemalloc.
    pub(super) retained: u64,
}

/// A line of what the driver says.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Said {
    Row(Row),
    Failed { error: String, hint: Option<String> },
    Done { done: bool },
    Starts { at: Option<i64> },
}

/// The folder of a run, which is gone after it, and after an interruption.
struct Place(TempDir);

impl Place {
    fn new() -> std::io::Result<Self> {
        let mut pending = pending();
        let folder = tempfile::Builder::new().prefix("heapcast-").tempdir()?;
        pending.add(folder.path());
        Ok(Self(folder))
    }

    fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        fs::write(self.0.path().join(name), text)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        pending().forget(self.0.path());
    }
}

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the job; a row for each size.
///
/// # Errors
/// If the call cannot be made, raises, or takes longer than `seconds`.
pub(super) fn run(interpreter: &Interpreter, job: &Job, seconds: u64) -> Result<Vec<Row>, Error> {
    let failed =
        |error: std::io::Error| Error::new(format!("cannot run the call: {}", reason(&error)));
    let place = Place::new().map_err(failed)?;
    let [driver, task, interface, results] =
        ["driver.py", "job.json", "interface.py", "results.jsonl"].map(|n| place.0.path().join(n));
    place.write("driver.py", DRIVER).map_err(failed)?;
    place.write("interface.py", &job.text).map_err(failed)?;
    let mut value = serde_json::to_value(job).map_err(|error| Error::new(error.to_string()))?;
    if let Some(fields) = value.as_object_mut() {
        // More than Python's clock takes is forever.
        fields.insert("timeout".to_owned(), seconds.min(1 << 30).into());
        fields.insert(
            "interface".to_owned(),
            interface.display().to_string().into(),
        );
    }
    place
        .write("job.json", &value.to_string())
        .map_err(failed)?;
    let child = Command::new(&interpreter.program)
        // No compiled files beside the user's.
        .args(["-B", "-X", "utf8"])
        .args([&driver, &task, &results])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let status = wait(Running(child), Duration::from_secs(seconds)).map_err(failed)?;
    let text = fs::read_to_string(&results).unwrap_or_default();
    understood(&text, job, status, seconds)
}

/// How the process ended; not at all if it took too long.
fn wait(mut running: Running, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = running.0.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            return Ok(None);
        }
        sleep(PAUSE);
    }
}

/// What the driver said.
fn understood(
    text: &str,
    job: &Job,
    status: Option<ExitStatus>,
    seconds: u64,
) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    let mut place = String::new();
    for line in text.lines() {
        match serde_json::from_str(line) {
            Ok(Said::Row(row)) => rows.push(row),
            Ok(Said::Done { done: true }) => return Ok(rows),
            Ok(Said::Starts { at }) => {
                place = at.map(|size| at_size(size, job)).unwrap_or_default()
            }
            Ok(Said::Failed { error, hint }) => {
                let error = Error::new(format!("{error}{place}"));
                return Err(match hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                });
            }
            Ok(Said::Done { .. }) | Err(_) => {}
        }
    }
    let call = &job.call;
    Err(match status {
        None => Error::new(format!("`{call}` takes longer than {seconds} s{place}"))
            .hint("--timeout SECONDS gives it more; the call is run several times"),
        Some(status) => Error::new(format!(
            "the interpreter ended while it ran `{call}`{place} ({status})"
        )),
    })
}

fn at_size(size: i64, job: &Job) -> String {
    let name = job.name.as_deref().unwrap_or("size");
    format!(" at {name} = {}", grouped(&size.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn job() -> Job {
        Job {
            root: String::new(),
            module: "app".into(),
            path: String::new(),
            text: String::new(),
            qualified: "f".into(),
            call: "f(n)".into(),
            name: Some("n".into()),
            sizes: Some(vec![10, 2000]),
        }
    }

    const ROW: &str = r#"{"size":10,"measured":{"peak":9,"retained":8},"predicted":{"peak":{"number":"9"},"total":{"formula":"x + 1"}}}"#;

    #[test]
    fn rows_have_numbers_and_formulas() {
        let text = format!("{{\"at\":10}}\n{ROW}\n{{\"done\":true}}\n");
        let rows = understood(&text, &job(), None, 60).unwrap();
        let row = &rows[0];
        assert_eq!(
            (row.size, row.measured.total, row.measured.peak),
            (Some(10), None, 9)
        );
        assert_eq!(row.predicted["peak"], Predicted::Number("9".into()));
        assert_eq!(row.predicted["total"], Predicted::Formula("x + 1".into()));
    }

    #[test]
    fn what_went_wrong_is_one_line_with_the_size() {
        let text = format!("{ROW}\n{{\"at\":2000}}\n");
        let failed = format!("{text}{{\"error\":\"ValueError: no\",\"hint\":\"try\"}}\n");
        let error = understood(&failed, &job(), None, 60).unwrap_err();
        assert_eq!(error.message(), "ValueError: no at n = 2,000");
        assert_eq!(error.advice(), Some("try"));
        let error = understood(&text, &job(), None, 60).unwrap_err();
        assert_eq!(
            error.message(),
            "`f(n)` takes longer than 60 s at n = 2,000"
        );
    }

    #[cfg(unix)]
    #[test]
    fn an_interpreter_that_dies_is_said_to_have() {
        use std::os::unix::process::ExitStatusExt;
        let status = ExitStatus::from_raw(11);
        let error = understood("", &job(), Some(status), 60).unwrap_err();
        let start = "the interpreter ended while it ran `f(n)` (signal: 11";
        assert!(error.message().starts_with(start), "{error}");
    }
}
