//! The two streams of a run: results go to standard output, everything else to standard error.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use super::cli::Global;
use super::error::Error;
use super::output::{self, Screen};
use super::progress::Monitor;
use super::{Coverage, Notice, Severity};

/// Where a command prints to.
pub struct Console<'a> {
    /// What standard output can show.
    pub screen: Screen,
    /// Results.
    pub out: &'a mut dyn Write,
    /// Everything else.
    pub err: &'a mut dyn Write,
    /// Whether standard error is written in colour.
    pub err_colour: bool,
    /// Whether the times of the stages and the bounds of the analysis are wanted.
    pub verbose: bool,
    /// Whether warnings and progress are not wanted.
    pub quiet: bool,
}

impl<'a> Console<'a> {
    /// The console of the process, as the options say.
    pub fn new(global: &Global, out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self {
            screen: Screen::of_stdout(global.color),
            out,
            err,
            err_colour: output::colour(global.color, &io::stderr()),
            verbose: global.verbose,
            quiet: global.quiet,
        }
    }

    /// A monitor that shows as much as is wanted.
    #[must_use]
    pub fn monitor(&self) -> Monitor {
        if self.quiet {
            Monitor::silent()
        } else {
            Monitor::on_terminal()
        }
    }

    /// Removes the bar of `monitor` and prints its times where they are wanted.
    pub fn finish(&mut self, monitor: Monitor) {
        let timings = monitor.finish();
        if self.verbose {
            self.tell(&timings.lines());
        }
    }

    /// Prints what `write` gives to standard output, or to a file where one is named.
    ///
    /// # Errors
    /// If that cannot be written to; a closed pipe is no error.
    pub fn deliver(
        &mut self,
        file: Option<&Path>,
        write: impl FnOnce(&Screen, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        match file {
            Some(file) if file != Path::new("-") => {
                output::write_file(file, |out| write(&Screen::default(), out))
            }
            _ => {
                let screen = self.screen;
                output::print(self.out, |out| write(&screen, out))
            }
        }
    }

    /// Prints a warning.
    pub fn warn(&mut self, text: &str) {
        if !self.quiet {
            let line = self.labelled("warning", "33", text);
            self.tell(&line);
        }
    }

    /// Says what is about to happen.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            let line = self.labelled("note", "36", text);
            self.tell(&line);
        }
    }

    /// Prints an error with its hint.
    pub fn fail(&mut self, error: &Error) {
        let mut text = self.labelled("error", "31", error.message());
        if let Some(hint) = error.advice() {
            let _ = writeln!(text, "  hint: {hint}");
        }
        self.tell(&text);
    }

    /// Prints what the analysis has to say about files.
    pub fn report(&mut self, coverage: &Coverage) {
        if self.verbose {
            let lines: String = coverage.bounds.iter().map(|b| format!("{b}\n")).collect();
            self.tell(&lines);
        }
        for notice in &coverage.notices {
            self.notice(notice);
        }
        if coverage.files == 0 && coverage.notices.is_empty() {
            self.warn("there are no Python files in what was given");
        }
    }

    fn notice(&mut self, notice: &Notice) {
        match notice.severity {
            Severity::Unreadable => self.fail(&Error::new(notice.to_string())),
            Severity::Incomplete | Severity::Remark => self.warn(&notice.to_string()),
        }
    }

    fn labelled(&self, label: &str, colour: &str, text: &str) -> String {
        if self.err_colour {
            format!("heapcast: \x1b[1;{colour}m{label}\x1b[0m: {text}\n")
        } else {
            format!("heapcast: {label}: {text}\n")
        }
    }

    /// Nobody is left to tell if standard error fails.
    fn tell(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes());
        let _ = self.err.flush();
    }
}
