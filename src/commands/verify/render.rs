//! The formats of verifications.

use std::io::{self, Write};

use serde::Serialize;

use super::{Comparison, Report, Verdict};
use crate::commands::callgraph::write_missing;
use crate::commands::cli::TextFormat;
use crate::commands::forecast::{Amount, Metric};
use crate::commands::output::Screen;
use crate::commands::table::{Column, Sheet, bold, plural};
use crate::commands::units::{grouped, shortened};
use crate::commands::wrap::{Kind, prose};
use crate::commands::{Coverage, Notice};

/// The schema of the JSON format.
pub(crate) const SCHEMA: &str = "heapcast.verify/1";

/// Formulas past this width are cut.
const SHOWN_FORMULA: usize = 64;

/// The fields of the JSON format: where, of what type, and what they say.
#[cfg(test)]
pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    ("schema", "string", "`heapcast.verify/1`"),
    ("function", "string", "the dotted name, as in call graphs"),
    ("path", "string", "the file"),
    ("line", "number", "the function's first line, from 1"),
    ("call", "string", "the call that was run"),
    ("interpreter", "string", "what ran it"),
    ("python", "string", "its version"),
    (
        "forecast",
        "string",
        "the version of CPython whose sizes were forecast",
    ),
    ("sweep", "string or null", "what takes the sizes"),
    (
        "rows",
        "array",
        "three for each size: total, peak and retained",
    ),
    (
        "rows[].size",
        "number or null",
        "the size; null without a sweep",
    ),
    ("rows[].metric", "string", "`total`, `peak` or `retained`"),
    (
        "rows[].measured",
        "number or null",
        "bytes; null where they were not measured",
    ),
    (
        "rows[].predicted",
        "number, string or null",
        "bytes; past 2⁶⁴ their digits as a string, null where the forecast is no number",
    ),
    (
        "rows[].formula",
        "string or null",
        "the forecast where it is no number, as sympy prints it",
    ),
    ("rows[].ratio", "number or null", "predicted by measured"),
    (
        "rows[].grade",
        "string",
        "how far the forecast may be trusted: `exact`, `upper`, `modelled` or `open`",
    ),
    (
        "rows[].verdict",
        "string",
        "`held`: no more was measured, by a thousandth; `broken`: more, though the grade is `exact` \
         or `upper`; `below`: more, at another grade; `open`: the forecast is no number; \
         `unmeasured`",
    ),
    (
        "missing",
        "array",
        "files that are not in the result, wholly or in part; as in the call graph",
    ),
];

/// Writes the report in the wanted format.
///
/// # Errors
/// If `out` cannot be written to.
pub(super) fn write(
    report: &Report,
    coverage: &Coverage,
    format: TextFormat,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == TextFormat::Json {
        return write_json(report, coverage, out);
    }
    let name = if screen.colour {
        bold(&report.function)
    } else {
        report.function.clone()
    };
    writeln!(out, "{name}  {}:{}", report.path, report.line)?;
    writeln!(out, "{}  CPython {}\n", report.call, report.python)?;
    out.write_all(sheet(report).render(screen).as_bytes())?;
    writeln!(out, "\n{}", prose(&verdict(report), screen.width))?;
    for formula in formulas(report) {
        writeln!(out, "  {formula}")?;
    }
    if report
        .rows
        .iter()
        .any(|row| row.metric == Metric::Total && row.measured.is_none())
    {
        writeln!(
            out,
            "total is not measured: {} cannot import memray",
            report.interpreter
        )?;
    }
    write_missing(coverage, out)
}

fn sheet(report: &Report) -> Sheet {
    let mut columns = vec![
        Column::new("memory", Kind::Fixed),
        Column::figures("measured"),
        Column::figures("predicted"),
        Column::figures("ratio"),
        Column::new("grade", Kind::Fixed),
        Column::new("bound", Kind::Fixed),
    ];
    if report.sweep.is_some() {
        columns.insert(0, Column::figures("size"));
    }
    let mut sheet = Sheet::new(columns);
    let number = |bytes: Option<u64>| {
        bytes.map_or_else(|| "-".to_owned(), |bytes| grouped(&bytes.to_string()))
    };
    for row in &report.rows {
        let cells = [
            row.metric.text().to_owned(),
            number(row.measured),
            row.predicted
                .as_ref()
                .map_or_else(|| "-".to_owned(), Amount::grouped),
            row.ratio
                .map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")),
            row.grade.text().to_owned(),
            row.verdict.text().to_owned(),
        ];
        let size = row.size.map(|size| match row.metric {
            Metric::Total => grouped(&size.to_string()),
            // The rows of one size have it once.
            _ => String::new(),
        });
        sheet.row(size.into_iter().chain(cells));
    }
    sheet
}

/// What all rows say together.
fn verdict(report: &Report) -> String {
    let count = |wanted: Verdict| report.rows.iter().filter(|r| r.verdict == wanted).count();
    let claimed = |row: &&Comparison| {
        row.verdict == Verdict::Broken
            || (row.verdict == Verdict::Held && row.grade <= crate::commands::Grade::Upper)
    };
    let claimed = report.rows.iter().filter(claimed).count();
    let mut text = match (claimed, count(Verdict::Broken)) {
        (0, _) => "no bound is claimed".to_owned(),
        (1, 0) => "the one bound that is claimed held".to_owned(),
        (all, 0) => format!("all {all} bounds that are claimed held"),
        (all, broken) => format!("{broken} of {} broken", plural(all, "claimed bound")),
    };
    if let below @ 1.. = count(Verdict::Below) {
        text.push_str(&format!(
            "; {} below what was measured, and claimed to be no bound",
            plural(below, "figure")
        ));
    }
    if let open @ 1.. = count(Verdict::Open) {
        text.push_str(&format!("; {} open:", plural(open, "figure")));
    }
    text
}

/// The forecasts that are no numbers, each metric's first.
fn formulas(report: &Report) -> Vec<String> {
    let of = |metric: Metric| {
        let mut rows = report.rows.iter().filter(|row| row.metric == metric);
        let formula = rows.find_map(|row| row.formula.as_deref())?;
        Some(format!(
            "{} = {}",
            metric.text(),
            shortened(formula, SHOWN_FORMULA)
        ))
    };
    Metric::ALL.into_iter().filter_map(of).collect()
}

fn write_json(report: &Report, coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        #[serde(flatten)]
        report: &'a Report,
        missing: Vec<&'a Notice>,
    }
    let document = Document {
        schema: SCHEMA,
        report,
        missing: coverage.missing().collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
