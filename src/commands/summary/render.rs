//! The formats of a summary.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::{Cost, Selection, SummaryRow, Unknown};
use crate::commands::brief::formula;
use crate::commands::callgraph::write_missing;
use crate::commands::cli::SummaryFormat;
use crate::commands::output::Screen;
use crate::commands::table::{Column, Sheet, plural};
use crate::commands::units::shortened;
use crate::commands::wrap::Kind;
use crate::commands::{Coverage, Notice};

/// The schema of the JSON format.
pub(crate) const SCHEMA: &str = "heapcast.summary/1";

/// Unknowns past this number are only counted in a table.
const SHOWN_UNKNOWNS: usize = 20;

/// Formulas past this width are cut in tables of several functions, so that they can be read.
const SHOWN_FORMULA: usize = 100;

/// Growth classes past this width are cut on terminals.
const SHOWN_GROWTH: usize = 24;

/// The fields of the JSON format: where, of what type, and what they say.
#[cfg(test)]
pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    ("schema", "string", "`heapcast.summary/1`"),
    ("files", "number", "how many files were analysed"),
    (
        "functions",
        "number",
        "how many functions they have; the rows may be fewer",
    ),
    (
        "rows",
        "array",
        "the functions asked for, in the order asked for",
    ),
    (
        "rows[].function",
        "string",
        "the dotted name, as in call graphs",
    ),
    ("rows[].path", "string", "the file"),
    ("rows[].line", "number", "the function's first line, from 1"),
    (
        "rows[].grade",
        "string",
        "how far all figures may be trusted: `exact`, `upper`, `modelled` or `open`, the worst of theirs",
    ),
    ("rows[].total", "object", "what a call asks for in all"),
    (
        "rows[].total.bytes",
        "string",
        "a formula over the function's inputs",
    ),
    (
        "rows[].total.objects",
        "string",
        "a formula of the number of objects",
    ),
    ("rows[].total.growth", "string", "how the bytes grow"),
    (
        "rows[].total.grade",
        "string",
        "how far this figure may be trusted",
    ),
    (
        "rows[].peak",
        "object",
        "the most that is alive at one moment; as `total`",
    ),
    (
        "rows[].retained",
        "object",
        "what is reachable when the call ends; as `total`",
    ),
    (
        "rows[].unknowns",
        "array",
        "what the figures rest on that no input determines",
    ),
    (
        "rows[].unknowns[].name",
        "string",
        "its name in the formulas",
    ),
    ("rows[].unknowns[].cause", "string", "why it is not known"),
    ("rows[].unknowns[].path", "string", "the file it comes from"),
    (
        "rows[].unknowns[].line",
        "number",
        "the line it comes from, from 1",
    ),
    (
        "missing",
        "array",
        "files that are not in the result, wholly or in part; as in the call graph",
    ),
];

/// Writes the rows in the wanted format.
///
/// # Errors
/// If `out` cannot be written to.
pub(crate) fn write(
    selection: &Selection,
    coverage: &Coverage,
    format: SummaryFormat,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        SummaryFormat::Table => write_table(selection, coverage, screen, out),
        SummaryFormat::Json => write_json(selection, coverage, out),
        SummaryFormat::Csv => write_csv(&selection.rows, out),
        SummaryFormat::Markdown => write_markdown(selection, coverage, out),
    }
}

fn figures(row: &SummaryRow) -> [(&'static str, &Cost); 3] {
    [
        ("total", &row.total),
        ("peak", &row.peak),
        ("retained", &row.retained),
    ]
}

/// The figures of a row; those that are equal share a line.
fn lines(row: &SummaryRow) -> Vec<(String, &Cost)> {
    let mut lines: Vec<(String, &Cost)> = Vec::new();
    for (name, cost) in figures(row) {
        match lines.last_mut() {
            Some((names, last)) if is_same(last, cost) => {
                names.push_str(", ");
                names.push_str(name);
            }
            _ => lines.push((name.to_owned(), cost)),
        }
    }
    if let [(names, _)] = &mut lines[..] {
        "all three".clone_into(names);
    }
    lines
}

fn is_same(left: &Cost, right: &Cost) -> bool {
    let figure = |cost: &Cost| (cost.bytes.clone(), cost.objects.clone(), cost.grade);
    figure(left) == figure(right)
}

fn write_table(
    selection: &Selection,
    coverage: &Coverage,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut columns = vec![
        Column::new("memory", Kind::Prose),
        Column::new("grade", Kind::Fixed),
        Column::new("growth", Kind::Formula),
        Column::new("bytes", Kind::Formula),
    ];
    let on_terminal = screen.width.is_some();
    if !on_terminal {
        let first = ["function", "place"].map(|title| Column::new(title, Kind::Fixed));
        columns.splice(..0, first);
    }
    // Of one function alone there is room.
    let limit = match &selection.rows[..] {
        [_] if on_terminal => usize::MAX,
        _ => SHOWN_FORMULA,
    };
    let mut sheet = Sheet::new(columns);
    let mut is_cut = false;
    for row in &selection.rows {
        let first = match on_terminal {
            true => {
                sheet.heading(row.function.clone(), place(&row.path, row.line));
                Vec::new()
            }
            false => vec![row.function.clone(), place(&row.path, row.line)],
        };
        for (names, cost) in lines(row) {
            let bytes = formula(&cost.bytes, &row.path);
            let shown = shortened(&bytes, limit);
            is_cut |= shown != bytes;
            let (names, growth) = match on_terminal {
                true => (format!("  {names}"), shortened(&cost.brief, SHOWN_GROWTH)),
                false => (names, shortened(&cost.brief, SHOWN_FORMULA)),
            };
            let grade = cost.grade.text().to_owned();
            let cells = [names, grade, growth, shown];
            sheet.row(first.iter().cloned().chain(cells));
        }
    }
    out.write_all(sheet.render(screen).as_bytes())?;
    writeln!(out, "\n{}", footer(selection, coverage))?;
    if is_cut {
        writeln!(out, "formulas that end in … are whole with --format json")?;
    }
    write_unknowns(&selection.rows, screen, out)?;
    write_missing(coverage, out)
}

fn place(path: &str, line: u32) -> String {
    format!("{path}:{line}")
}

/// What the table shows, in one sentence.
fn footer(selection: &Selection, coverage: &Coverage) -> String {
    let rows = &selection.rows;
    let shown = if rows.len() == selection.functions {
        plural(rows.len(), "function")
    } else {
        format!(
            "{} of {}",
            rows.len(),
            plural(selection.functions, "function")
        )
    };
    let resting = rows.iter().filter(|row| !row.unknowns.is_empty()).count();
    let rests = if resting == 1 { "rests" } else { "rest" };
    let unknowns = match resting {
        0 => "none rests on unknowns".to_owned(),
        _ => format!("{resting} {rests} on unknowns"),
    };
    format!("{shown} in {}; {unknowns}", plural(coverage.files, "file"))
}

/// Each unknown once, those first that most functions rest on.
fn ranked_unknowns(rows: &[SummaryRow]) -> Vec<(&Unknown, usize)> {
    let mut counts: BTreeMap<&Unknown, usize> = BTreeMap::new();
    for row in rows {
        let distinct: BTreeSet<&Unknown> = row.unknowns.iter().collect();
        for unknown in distinct {
            *counts.entry(unknown).or_default() += 1;
        }
    }
    let mut ranked: Vec<(&Unknown, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    ranked
}

fn write_unknowns(rows: &[SummaryRow], screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let ranked = ranked_unknowns(rows);
    if ranked.is_empty() {
        return Ok(());
    }
    let mut sheet = Sheet::new(vec![
        Column::new("unknown", Kind::Formula),
        Column::new("cause", Kind::Prose),
        Column::new("place", Kind::Name),
        Column::new("functions", Kind::Fixed),
    ]);
    for (unknown, count) in ranked.iter().take(SHOWN_UNKNOWNS) {
        sheet.row([
            unknown.name.clone(),
            unknown.cause.clone(),
            place(&unknown.path, unknown.line),
            count.to_string(),
        ]);
    }
    write!(out, "\n{}", sheet.render(screen))?;
    match ranked.len().saturating_sub(SHOWN_UNKNOWNS) {
        0 => writeln!(out),
        more => writeln!(out, "and {more} more; --format json has all of them\n"),
    }
}

fn write_json(selection: &Selection, coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        files: usize,
        functions: usize,
        rows: &'a [SummaryRow],
        missing: Vec<&'a Notice>,
    }
    let document = Document {
        schema: SCHEMA,
        files: coverage.files,
        functions: selection.functions,
        rows: &selection.rows,
        missing: coverage.missing().collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn write_csv(rows: &[SummaryRow], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let mut header = ["function", "path", "line", "grade"]
        .map(String::from)
        .to_vec();
    for (name, _) in figures(&SummaryRow::default()) {
        let parts = ["bytes", "objects", "growth", "grade"];
        header.extend(parts.map(|part| format!("{name}_{part}")));
    }
    header.push("unknowns".to_owned());
    writer.write_record(&header)?;
    for row in rows {
        let mut record = vec![
            row.function.clone(),
            row.path.clone(),
            row.line.to_string(),
            row.grade.text().to_owned(),
        ];
        for (_, cost) in figures(row) {
            let grade = cost.grade.text();
            let parts = [&cost.bytes, &cost.objects, &cost.growth, grade];
            record.extend(parts.map(str::to_owned));
        }
        let unknowns: Vec<String> = row.unknowns.iter().map(described).collect();
        record.push(unknowns.join("; "));
        writer.write_record(&record)?;
    }
    writer.flush()
}

fn described(unknown: &Unknown) -> String {
    format!(
        "{} ({}, {})",
        unknown.name,
        unknown.cause,
        place(&unknown.path, unknown.line)
    )
}

fn write_markdown(
    selection: &Selection,
    coverage: &Coverage,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "| function | place | memory | grade | growth | bytes | objects |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- | --- | --- |")?;
    for row in &selection.rows {
        for (names, cost) in lines(row) {
            let cells = [
                format!("`{}`", row.function),
                place(&row.path, row.line),
                names,
                cost.grade.text().to_owned(),
                cost.brief.clone(),
                cost.bytes.clone(),
                cost.objects.clone(),
            ];
            let cells = cells.map(|cell| escaped(&cell));
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
    }
    writeln!(out, "\n{}", footer(selection, coverage))?;
    let ranked = ranked_unknowns(&selection.rows);
    if !ranked.is_empty() {
        writeln!(out, "\n| unknown | cause | place | functions |")?;
        writeln!(out, "| --- | --- | --- | ---: |")?;
    }
    for (unknown, count) in ranked {
        let cells = [
            &unknown.name,
            &unknown.cause,
            &place(&unknown.path, unknown.line),
        ];
        let cells = cells.map(|cell| escaped(cell));
        writeln!(out, "| {} | {count} |", cells.join(" | "))?;
    }
    if coverage.missing().next().is_some() {
        writeln!(out)?;
    }
    write_missing(coverage, out)
}

/// A text as the cell of a Markdown table. What stands in backquotes is shown as it is.
fn escaped(text: &str) -> String {
    let text = text.replace('|', "\\|").replace('\n', " ");
    if text.starts_with('`') {
        return text;
    }
    let special = |character| matches!(character, '*' | '_' | '<' | '[' | ']');
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if special(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
