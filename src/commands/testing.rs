//! What the tests of the commands share: an analysis that gives what it is told to.

use std::cell::RefCell;

use clap::Parser;
use heapcast_facts::{Facts, Symbols};
use heapcast_rules::Derived;

use super::cli::Cli;
use super::output::Screen;
use super::progress::Monitor;
use super::{
    Analysis, CallGraph, Console, Coverage, Error, Explanations, Forecasts, InterfaceModule,
    Notice, Outcome, Questions, Relations, Request, Severity, SummaryRow, dispatch,
};

/// An analysis with fixed results, which remembers what it was asked.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    pub(crate) rows: Vec<SummaryRow>,
    pub(crate) graph: CallGraph,
    pub(crate) relations: Relations,
    pub(crate) forecasts: Forecasts,
    pub(crate) explanations: Explanations,
    pub(crate) interfaces: Vec<InterfaceModule>,
    pub(crate) coverage: Coverage,
    pub(crate) asked: RefCell<Option<Request>>,
}

impl Fixed {
    fn answer<T: Clone>(&self, request: &Request, monitor: &Monitor, result: &T) -> Outcome<T> {
        monitor.time("parse", || self.asked.replace(Some(request.clone())));
        Ok((result.clone(), self.coverage.clone()))
    }
}

impl Analysis for Fixed {
    fn summary(&self, request: &Request, monitor: &Monitor) -> Outcome<Vec<SummaryRow>> {
        self.answer(request, monitor, &self.rows)
    }

    fn forecasts(&self, request: &Request, monitor: &Monitor) -> Outcome<Forecasts> {
        self.answer(request, monitor, &self.forecasts)
    }

    fn explanations(
        &self,
        request: &Request,
        _: Questions,
        monitor: &Monitor,
    ) -> Outcome<Explanations> {
        self.answer(request, monitor, &self.explanations)
    }

    fn verification(
        &self,
        request: &Request,
        monitor: &Monitor,
    ) -> Outcome<(Forecasts, Vec<InterfaceModule>)> {
        let both = (self.forecasts.clone(), self.interfaces.clone());
        self.answer(request, monitor, &both)
    }

    fn interfaces(&self, request: &Request, monitor: &Monitor) -> Outcome<Vec<InterfaceModule>> {
        self.answer(request, monitor, &self.interfaces)
    }

    fn callgraph(&self, request: &Request, monitor: &Monitor) -> Outcome<CallGraph> {
        self.answer(request, monitor, &self.graph)
    }

    fn relations(&self, request: &Request, monitor: &Monitor) -> Outcome<Relations> {
        self.answer(request, monitor, &self.relations)
    }

    fn solve(&self, facts: &Facts, _: &Symbols, _: &Monitor) -> Result<Derived, Error> {
        Ok(Derived {
            call_target: facts
                .call_in
                .iter()
                .map(|&(call, function, _)| (call, function))
                .collect(),
            ..Derived::default()
        })
    }
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command line on `screen`.
pub(crate) fn run_on(screen: Screen, arguments: &[&str], analysis: &Fixed) -> Ran {
    let line = std::iter::once(&"heapcast").chain(arguments);
    let cli = match Cli::try_parse_from(line) {
        Ok(cli) => cli,
        Err(error) => panic!("{error}"),
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        screen,
        out: &mut out,
        err: &mut err,
        err_colour: false,
        verbose: cli.global.verbose,
        quiet: cli.global.quiet,
    };
    let code = dispatch(&cli, analysis, &mut console);
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code,
        out: text(&out),
        err: text(&err),
    }
}

/// Runs a command line whose output goes into a pipe.
pub(crate) fn run(arguments: &[&str], analysis: &Fixed) -> Ran {
    run_on(Screen::default(), arguments, analysis)
}

/// A screen of so many columns without colour.
pub(crate) fn screen(width: usize) -> Screen {
    Screen {
        width: Some(width),
        colour: false,
    }
}

/// Something to say about `path`.
pub(crate) fn notice(path: &str, severity: Severity) -> Notice {
    Notice {
        path: path.into(),
        line: Some(3),
        column: Some(7),
        message: "expected an expression".into(),
        severity,
    }
}
