//! Summaries as the rows of a table.

use std::sync::Arc;

use heapcast_facts::cpython::SizeTable;
use heapcast_facts::{Obj, Region, Var};
use heapcast_rules::{Derived, Via, Way, escape_with_ways};
use rayon::prelude::*;

use super::{FunctionSummary, SummaryInput, Unknown, summarise};
use crate::algebra::{Expr, Grade};
use crate::commands::cli;
use crate::commands::{self, SummaryRow};
use crate::program::Program;

/// The measure and the unknown for which rows are compared.
const STANDARD: f64 = 1000.0;

/// How much is done for that; what takes more comes first.
const WEIGHING_EFFORT: u32 = 1 << 17;

/// Derives what outlives its region, and gives what parts of results do.
#[must_use]
pub fn escapes(program: &Program, derived: &mut Derived) -> Vec<(Var, Region, Via)> {
    escapes_with_ways(program, derived, &[]).0
}

/// Derives the same, and how the values of the variables in `asked` come to outlive regions.
#[must_use]
pub fn escapes_with_ways(
    program: &Program,
    derived: &mut Derived,
    asked: &[Var],
) -> (Vec<(Var, Region, Via)>, Vec<Way>) {
    let found = escape_with_ways(
        &program.facts,
        &derived.call_target,
        &derived.call_receiver,
        &derived.instantiates,
        asked,
    );
    derived.outlives = found.outlives;
    derived.singly = found.singly;
    (found.parts_outlive, found.ways)
}

/// Summarises a solved program, whose code was kept, in the order of its functions; of those in
/// `noted`, it is noted how their summaries came about, and `cases` tells the ways through them apart.
/// `counting` ones have what a run shows in place of what is bounded for any input.
#[must_use]
pub fn summaries(
    program: &Program,
    derived: &Derived,
    parts_outlive: &[(Var, Region, Via)],
    sizes: &SizeTable,
    noted: &[Obj],
    [cases, counting]: [bool; 2],
) -> Vec<FunctionSummary> {
    let file_of = |module: Obj| {
        let display = program.module_of(module).map_or("", |info| &info.display);
        Arc::from(display)
    };
    let input = SummaryInput {
        modules: &program.code,
        facts: &program.facts,
        derived,
        parts_outlive,
        symbols: &program.symbols,
        sizes,
        models: &program.models,
        file_of: &file_of,
        noted,
        cases,
        counting,
    };
    summarise(&input)
}

/// Summaries as the rows of a table, worked out on rayon's threads.
#[must_use]
pub fn rows(program: &Program, summaries: &[FunctionSummary]) -> Vec<SummaryRow> {
    let row = |summary: &FunctionSummary| row(program, summary);
    summaries.par_iter().map(row).collect()
}

fn row(program: &Program, summary: &FunctionSummary) -> SummaryRow {
    let unknowns = summary.unknowns.iter().chain(&summary.assumptions);
    SummaryRow {
        function: program.symbols.text(summary.name).to_owned(),
        path: summary.path.to_string(),
        line: summary.line,
        grade: grade(summary.grade),
        total: cost(
            &summary.total.bytes(),
            &summary.total.objects(),
            summary.total.grade(),
        ),
        peak: cost(
            &summary.peak.bytes(),
            &summary.peak.objects(),
            summary.peak.grade(),
        ),
        retained: cost(
            &summary.retained.bytes(),
            &summary.retained.objects(),
            summary.retained.grade(),
        ),
        unknowns: unknowns.map(unknown).collect(),
    }
}

fn grade(grade: Grade) -> cli::Grade {
    match grade {
        Grade::Exact => cli::Grade::Exact,
        Grade::Upper => cli::Grade::Upper,
        Grade::Modelled => cli::Grade::Modelled,
        Grade::Open => cli::Grade::Open,
    }
}

fn cost(bytes: &Expr, objects: &Expr, own: Grade) -> commands::Cost {
    let growth = bytes.growth();
    commands::Cost {
        bytes: bytes.to_string(),
        objects: objects.to_string(),
        growth: growth.to_string(),
        brief: commands::brief_growth(&growth),
        grade: grade(own),
        weight: bytes.roughly(STANDARD, WEIGHING_EFFORT),
    }
}

fn unknown(unknown: &Unknown) -> commands::Unknown {
    commands::Unknown {
        name: unknown.symbol.name().to_owned(),
        cause: unknown.cause.to_string(),
        path: unknown.path.to_string(),
        line: unknown.line,
    }
}
