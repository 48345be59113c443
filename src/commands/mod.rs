//! The command line: one module per command, and what they share.
//!
//! Commands turn what an [`Analysis`] gives into tables, files and exit codes; they know nothing
//! of how it comes about.

mod brief;
mod callgraph;
pub mod cli;
mod console;
#[cfg(test)]
mod docs;
mod error;
mod explain;
mod facts;
mod forecast;
mod given;
mod interface;
pub mod interrupt;
pub mod output;
mod predict;
pub mod progress;
mod request;
mod solve;
mod summary;
mod table;
#[cfg(test)]
mod testing;
mod top;
mod units;
mod verify;
mod wrap;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{ColorChoice, CommandFactory, FromArgMatches};
use heapcast_facts::{Facts, Symbols};
use heapcast_rules::{Bound, Derived};
use serde::Serialize;

pub use brief::brief_growth;
pub use callgraph::{CallGraph, CallSite};
pub use console::Console;
pub use error::Error;
pub use explain::{
    Account, CallReason, Chain, ChainStep, Explanations, Figures, Given, LoopReason, Questions,
    Reason,
};
pub use forecast::{Amount, Figure, Forecast, Forecasts, Metric, Part, Profile, Share, Sources};
pub use given::Sweep;
pub use interface::InterfaceModule;
pub use request::{Request, Target};
pub use summary::{Cost, Grade, SummaryRow, Unknown};

use cli::{Cli, Color, Command};
use progress::Monitor;

/// The exit code of a run that did what it was asked to.
pub const SUCCESS: u8 = 0;
/// The exit code of a run that found something wrong with the program, or with its forecast.
pub const FINDINGS: u8 = 1;
/// The exit code for wrong usage, and for input that cannot be read.
pub const UNUSABLE: u8 = 2;
/// The exit code after an internal error.
pub const INTERNAL: u8 = 101;

/// What the commands ask of the analysis.
pub trait Analysis {
    /// The summary of every function.
    ///
    /// # Errors
    /// If nothing can be analysed.
    fn summary(&self, request: &Request, monitor: &Monitor) -> Outcome<Vec<SummaryRow>>;

    /// The forecast of every function, with formulas that numbers can be put into.
    ///
    /// # Errors
    /// If nothing can be analysed.
    fn forecasts(&self, request: &Request, monitor: &Monitor) -> Outcome<Forecasts>;

    /// The forecasts, and how those of the targets come about.
    ///
    /// # Errors
    /// If nothing can be analysed.
    fn explanations(
        &self,
        request: &Request,
        questions: Questions,
        monitor: &Monitor,
    ) -> Outcome<Explanations>;

    /// The forecasts, and the interface modules of the targets.
    ///
    /// # Errors
    /// If nothing can be analysed.
    fn verification(
        &self,
        request: &Request,
        monitor: &Monitor,
    ) -> Outcome<(Forecasts, Vec<InterfaceModule>)>;

    /// The interface modules of the targets, or of every file.
    ///
    /// # Errors
    /// If nothing can be analysed.
    fn interfaces(&self, request: &Request, monitor: &Monitor) -> Outcome<Vec<InterfaceModule>>;

    /// The call graph; of what the entries reach, where there are any.
    ///
    /// # Errors
    /// If nothing can be analysed.
    fn callgraph(&self, request: &Request, monitor: &Monitor) -> Outcome<CallGraph>;

    /// All relations.
    ///
    /// # Errors
    /// If nothing can be analysed.
    fn relations(&self, request: &Request, monitor: &Monitor) -> Outcome<Relations>;

    /// What follows from `facts` alone.
    ///
    /// # Errors
    /// If the rules cannot be run.
    fn solve(&self, facts: &Facts, symbols: &Symbols, monitor: &Monitor) -> Result<Derived, Error>;
}

/// A result with what it covers, or why there is none.
pub type Outcome<T> = Result<(T, Coverage), Error>;

/// Every relation of a program.
#[derive(Debug, Clone, Default)]
pub struct Relations {
    /// The input relations.
    pub facts: Facts,
    /// The texts of the symbols in them.
    pub symbols: Symbols,
    /// The derived relations.
    pub derived: Derived,
}

/// What a result covers, and what it misses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many files were analysed.
    pub files: usize,
    /// How many lines they have.
    pub lines: usize,
    /// What there is to say about files.
    pub notices: Vec<Notice>,
    /// What the analysis gave up to stay affordable.
    pub bounds: Vec<Abstraction>,
}

/// How often the analysis gave something up to stay affordable, and where most often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abstraction {
    /// What was given up.
    pub bound: Bound,
    /// In how many places.
    pub places: u64,
    /// In the code of how many functions, or for how many classes.
    pub owners: usize,
    /// The function or class with most of these places.
    pub most: String,
    /// Its file and line.
    pub at: Option<(String, u32)>,
}

impl fmt::Display for Abstraction {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "bound {} {} in {}, most in {}",
            self.bound.name(),
            self.places,
            self.owners,
            self.most
        )?;
        match &self.at {
            Some((path, line)) => write!(out, " ({path}:{line})"),
            None => Ok(()),
        }
    }
}

impl Coverage {
    /// The files that are missing from the result, wholly or in part.
    pub fn missing(&self) -> impl Iterator<Item = &Notice> {
        let misses = |notice: &&Notice| notice.severity != Severity::Remark;
        self.notices.iter().filter(misses)
    }

    /// The exit code for a result that covers this.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let unreadable = |notice: &Notice| notice.severity == Severity::Unreadable;
        if self.notices.iter().any(unreadable) {
            UNUSABLE
        } else {
            SUCCESS
        }
    }
}

/// How bad a [`Notice`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The result is complete but may surprise.
    Remark,
    /// A file of a folder is missing from the result, wholly or in part.
    Incomplete,
    /// What the user named cannot be read: the exit code is [`UNUSABLE`].
    Unreadable,
}

/// Something to say about one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The path as the user should see it.
    pub path: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// One sentence in lower case.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
}

impl fmt::Display for Notice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(out, ":{number}")?;
        }
        write!(out, ": {}", self.message)
    }
}

/// Runs the command that `arguments` (with the program's name first) ask for; the exit code.
pub fn run(
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
    analysis: &dyn Analysis,
) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let mut stdout = io::stdout().lock();
    let mut stderr = io::stderr();
    let cli = match parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, wanted_color(&arguments)),
    };
    let mut console = Console::new(&cli.global, &mut stdout, &mut stderr);
    if let Err(error) = interrupt::install() {
        console.warn(error.message());
    }
    dispatch(&cli, analysis, &mut console)
}

/// Runs `work` so that a panic in it becomes one line on standard error and an exit code.
pub fn guarded(work: impl FnOnce() -> u8 + panic::UnwindSafe) -> u8 {
    panic::set_hook(Box::new(confess));
    panic::catch_unwind(work).unwrap_or(INTERNAL)
}

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let color = match wanted_color(arguments) {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let matches = Cli::command()
        .color(color)
        .try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// The `--color` option, read before the others because it decides how their errors look.
fn wanted_color(arguments: &[OsString]) -> Color {
    let mut texts = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(text) = texts.next() {
        let value = match text.strip_prefix("--color") {
            Some("") => texts.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        match value {
            Some("always") => return Color::Always,
            Some("never") => return Color::Never,
            _ => {}
        }
    }
    Color::Auto
}

/// Prints help, the version, or what is wrong with the command line.
fn usage(error: &clap::Error, color: Color) -> u8 {
    let styled = error.render();
    let text = |colour: bool| {
        if colour {
            styled.ansi().to_string()
        } else {
            styled.to_string()
        }
    };
    if error.use_stderr() {
        let text = text(output::colour(color, &io::stderr()));
        // Nobody is left to tell if standard error fails.
        let _ = io::Write::write_all(&mut io::stderr(), text.as_bytes());
        return UNUSABLE;
    }
    let text = text(output::colour(color, &io::stdout()));
    let printed = output::print(&mut io::stdout(), |out| out.write_all(text.as_bytes()));
    u8::from(printed.is_err()) * UNUSABLE
}

fn dispatch(cli: &Cli, analysis: &dyn Analysis, console: &mut Console<'_>) -> u8 {
    let threads = cli.global.threads;
    let result = match &cli.command {
        Command::Summary(arguments) => summary::run(arguments, threads, analysis, console),
        Command::Predict(arguments) => predict::run(arguments, threads, analysis, console),
        Command::Top(arguments) => top::run(arguments, threads, analysis, console),
        Command::Explain(arguments) => explain::run(arguments, threads, analysis, console),
        Command::Verify(arguments) => verify::run(arguments, threads, analysis, console),
        Command::Interface(arguments) => interface::run(arguments, threads, analysis, console),
        Command::Callgraph(arguments) => callgraph::run(arguments, threads, analysis, console),
        Command::Facts(arguments) => facts::run(arguments, threads, analysis, console),
        Command::Solve(arguments) => solve::run(arguments, analysis, console),
    };
    result.unwrap_or_else(|error| {
        console.fail(&error);
        UNUSABLE
    })
}

/// Tells of a panic in one line; of the first one only, when several threads panic.
fn confess(info: &PanicHookInfo<'_>) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if TOLD.swap(true, Ordering::SeqCst) {
        return;
    }
    let message = info
        .payload_as_str()
        .unwrap_or("no message")
        .replace('\n', " ");
    let place = info
        .location()
        .map(|place| format!(" at {}:{}", place.file(), place.line()))
        .unwrap_or_default();
    let line = format!(
        "heapcast: internal error: {message}{place}; please report it with the command line at {}/issues\n",
        env!("CARGO_PKG_REPOSITORY")
    );
    let mut stderr = io::stderr();
    // Nobody is left to tell if standard error fails.
    let _ = io::Write::write_all(&mut stderr, line.as_bytes());
    // Only where the environment asks for it.
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        let _ = io::Write::write_all(&mut stderr, format!("{trace}\n").as_bytes());
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
