//! The formats of predictions.

use std::io::{self, Write};

use serde::Serialize;

use super::plot::Plot;
use super::{Point, Prediction, Reading, terminal};
use crate::commands::callgraph::write_missing;
use crate::commands::cli::TextFormat;
use crate::commands::forecast::{Amount, Metric};
use crate::commands::output::Screen;
use crate::commands::table::{Column, Sheet, bold};
use crate::commands::units::{grouped, percent, shortened, size};
use crate::commands::wrap::{Kind, prose};
use crate::commands::{Coverage, Notice};

/// The schema of the JSON format.
pub(crate) const SCHEMA: &str = "heapcast.predict/1";

/// Lines and types past this number are left to the JSON format.
const SHOWN: usize = 12;

/// Source text past this width is cut.
const SHOWN_TEXT: usize = 40;

/// How wide a plot is where there is no terminal.
const PLOT_WIDTH: usize = 80;

/// The fields of the JSON format: where, of what type, and what they say.
#[cfg(test)]
pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    ("schema", "string", "`heapcast.predict/1`"),
    ("files", "number", "how many files were analysed"),
    ("functions", "array", "the functions that the target covers"),
    (
        "functions[].function",
        "string",
        "the dotted name, as in call graphs",
    ),
    ("functions[].path", "string", "the file"),
    (
        "functions[].line",
        "number",
        "the function's first line, from 1",
    ),
    (
        "functions[].grade",
        "string",
        "the worst grade of the figures: `exact`, `upper`, `modelled` or `open`",
    ),
    (
        "functions[].at",
        "array",
        "what `--at` gives a number and the formulas have",
    ),
    (
        "functions[].at[].name",
        "string",
        "the name in the formulas",
    ),
    ("functions[].at[].value", "number", "its number"),
    (
        "functions[].others",
        "number or null",
        "the number of all others, from `--default`",
    ),
    (
        "functions[].total",
        "object",
        "what a call asks for in all; with a sweep, at its largest size",
    ),
    (
        "functions[].total.bytes",
        "number, string or null",
        "the bytes; past 2⁶⁴ its digits as a string, null where it is too large to compute or a \
         divisor is zero",
    ),
    (
        "functions[].total.objects",
        "number, string or null",
        "the number of objects, as `bytes`",
    ),
    (
        "functions[].total.grade",
        "string",
        "how far it may be trusted",
    ),
    (
        "functions[].total.lines",
        "array",
        "where the bytes come from, largest first; of a peak, at the moment with most of them",
    ),
    ("functions[].total.lines[].path", "string", "the file"),
    (
        "functions[].total.lines[].line",
        "number",
        "the line, from 1; what a callee allocates counts on the line of the call",
    ),
    (
        "functions[].total.lines[].text",
        "string",
        "the line itself; empty where the file cannot be read",
    ),
    (
        "functions[].total.lines[].bytes",
        "number or string",
        "its bytes",
    ),
    (
        "functions[].total.lines[].objects",
        "number or string",
        "its objects",
    ),
    (
        "functions[].total.lines[].share",
        "number",
        "its part of the bytes, from 0 to 1",
    ),
    (
        "functions[].total.types",
        "array",
        "what the bytes are, largest first, as `lines`",
    ),
    ("functions[].total.types[].type", "string", "the type"),
    (
        "functions[].total.types[].bytes",
        "number or string",
        "its bytes",
    ),
    (
        "functions[].total.types[].objects",
        "number or string",
        "its objects",
    ),
    (
        "functions[].total.types[].share",
        "number",
        "its part of the bytes, from 0 to 1",
    ),
    (
        "functions[].peak",
        "object",
        "the most that is alive at one moment; as `total`",
    ),
    (
        "functions[].retained",
        "object",
        "what is reachable when the call ends; as `total`",
    ),
    (
        "functions[].unknowns",
        "array",
        "what the figures rest on that no input determines; as in the summary",
    ),
    (
        "functions[].sweep",
        "object or null",
        "the bytes at the sizes of `--sweep`",
    ),
    ("functions[].sweep.name", "string", "what takes the numbers"),
    ("functions[].sweep.points", "array", "the sizes, rising"),
    ("functions[].sweep.points[].value", "number", "the number"),
    (
        "functions[].sweep.points[].total",
        "number, string or null",
        "the bytes of the total",
    ),
    (
        "functions[].sweep.points[].peak",
        "number, string or null",
        "the bytes of the peak",
    ),
    (
        "functions[].sweep.points[].retained",
        "number, string or null",
        "the bytes retained",
    ),
    (
        "missing",
        "array",
        "files that are not in the result, wholly or in part; as in the call graph",
    ),
];

/// How to print.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// In which format.
    pub(super) format: TextFormat,
    /// Whether sweeps are drawn.
    pub(super) plot: bool,
}

/// Writes the predictions in the wanted format.
///
/// # Errors
/// If `out` cannot be written to.
pub(super) fn write(
    predictions: &[Prediction],
    coverage: &Coverage,
    options: Options,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.format == TextFormat::Json {
        return write_json(predictions, coverage, out);
    }
    for (number, prediction) in predictions.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        write_head(prediction, screen, out)?;
        match &prediction.sweep {
            Some(_) => write_sweep(prediction, options, screen, out)?,
            None => write_figures(prediction, screen, out)?,
        }
        write_unknowns(prediction, screen, out)?;
    }
    write_missing(coverage, out)
}

fn write_head(prediction: &Prediction, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let name = if screen.colour {
        bold(&prediction.function)
    } else {
        prediction.function.clone()
    };
    writeln!(
        out,
        "{name}  {}:{}  {}",
        prediction.path,
        prediction.line,
        prediction.grade.text()
    )?;
    let mut given: Vec<String> = prediction
        .at
        .iter()
        .map(|value| format!("{} = {}", value.name, grouped(&value.value.to_string())))
        .collect();
    if let Some(others) = prediction.others {
        let all = if given.is_empty() {
            "every measure"
        } else {
            "all others"
        };
        given.push(format!("{all} = {}", grouped(&others.to_string())));
    }
    if !given.is_empty() {
        writeln!(out, "at {}", given.join(", "))?;
    }
    writeln!(out)
}

fn number(amount: Option<&Amount>) -> String {
    amount.map_or_else(|| "no number".to_owned(), Amount::grouped)
}

fn size_of(amount: Option<&Amount>) -> String {
    amount.map_or_else(|| "no number".to_owned(), |amount| size(amount.to_f64()))
}

fn write_figures(prediction: &Prediction, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(vec![
        Column::new("memory", Kind::Fixed),
        Column::figures("size"),
        Column::figures("bytes"),
        Column::figures("objects"),
        Column::new("grade", Kind::Fixed),
    ]);
    for (metric, reading) in prediction.readings() {
        sheet.row([
            metric.text().to_owned(),
            size_of(reading.bytes.as_ref()),
            number(reading.bytes.as_ref()),
            number(reading.objects.as_ref()),
            reading.grade.text().to_owned(),
        ]);
    }
    out.write_all(sheet.render(screen).as_bytes())?;
    let groups = groups(prediction);
    if groups.is_empty() {
        return Ok(());
    }
    write_lines(prediction, &groups, screen, out)?;
    write_types(&groups, screen, out)
}

/// The readings with the titles of their columns; those that are made of the same share one.
fn groups(prediction: &Prediction) -> Vec<(&'static str, &Reading)> {
    let same = |a: &Reading, b: &Reading| a.lines == b.lines && a.types == b.types;
    let [total, peak, retained] = prediction.readings().map(|(_, reading)| reading);
    let groups = match (same(total, peak), same(peak, retained)) {
        (true, true) => vec![("all three", total)],
        (true, false) => vec![("total, peak", total), ("retained", retained)],
        (false, true) => vec![("total", total), ("peak, retained", peak)],
        (false, false) => vec![("total", total), ("peak", peak), ("retained", retained)],
    };
    let drawn = groups
        .into_iter()
        .filter(|(_, reading)| !reading.lines.is_empty());
    drawn.collect()
}

fn cell(bytes: &Amount, share: f64) -> String {
    format!("{} {:>6}", size(bytes.to_f64()), percent(share))
}

fn columns(
    first: Column,
    groups: &[(&'static str, &Reading)],
    last: Option<Column>,
) -> Vec<Column> {
    let figures = groups.iter().map(|(title, _)| Column::figures(title));
    std::iter::once(first).chain(figures).chain(last).collect()
}

fn write_lines(
    prediction: &Prediction,
    groups: &[(&'static str, &Reading)],
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let last = Column::new("code", Kind::Prose);
    let mut sheet = Sheet::new(columns(
        Column::new("line", Kind::Fixed),
        groups,
        Some(last),
    ));
    let mut places: Vec<_> = Vec::new();
    for line in groups.iter().flat_map(|(_, reading)| &reading.lines) {
        if !places
            .iter()
            .any(|(path, number, _)| (*path, *number) == (&line.path, line.line))
        {
            places.push((&line.path, line.line, &line.text));
        }
    }
    for (path, line, text) in places.iter().take(SHOWN) {
        // On a terminal, the heading has the file; room is scarce.
        let place = if screen.width.is_some() && **path == prediction.path {
            line.to_string()
        } else {
            format!("{path}:{line}")
        };
        let figures = groups.iter().map(|(_, reading)| {
            let mut lines = reading.lines.iter();
            let own = lines.find(|own| (&own.path, own.line) == (*path, *line));
            own.map_or_else(String::new, |own| cell(&own.bytes, own.share))
        });
        let row = std::iter::once(place).chain(figures);
        sheet.row(row.chain([shortened(text, SHOWN_TEXT)]));
    }
    write!(out, "\n{}", sheet.render(screen))?;
    write_more(places.len(), "lines", out)
}

fn write_types(
    groups: &[(&'static str, &Reading)],
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sheet = Sheet::new(columns(Column::new("type", Kind::Name), groups, None));
    let mut names: Vec<&str> = Vec::new();
    for part in groups.iter().flat_map(|(_, reading)| &reading.types) {
        if !names.contains(&part.type_name.as_str()) {
            names.push(&part.type_name);
        }
    }
    for name in names.iter().take(SHOWN) {
        let figures = groups.iter().map(|(_, reading)| {
            let own = reading.types.iter().find(|own| own.type_name == *name);
            own.map_or_else(String::new, |own| cell(&own.bytes, own.share))
        });
        sheet.row(std::iter::once((*name).to_owned()).chain(figures));
    }
    write!(out, "\n{}", sheet.render(screen))?;
    write_more(names.len(), "types", out)
}

fn write_more(all: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    match all.saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "and {more} more {what}; --format json has all of them"),
    }
}

fn write_sweep(
    prediction: &Prediction,
    options: Options,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(sweep) = &prediction.sweep else {
        return Ok(());
    };
    writeln!(
        out,
        "{} from {} to {}\n",
        sweep.name,
        ends(&sweep.points, 0),
        ends(&sweep.points, 1)
    )?;
    let mut sheet = Sheet::new(vec![
        Column::figures("size"),
        Column::figures("total"),
        Column::figures("peak"),
        Column::figures("retained"),
    ]);
    for point in &sweep.points {
        let bytes = Metric::ALL.map(|metric| size_of(point.bytes(metric)));
        sheet.row(std::iter::once(grouped(&point.value.to_string())).chain(bytes));
    }
    out.write_all(sheet.render(screen).as_bytes())?;
    if let (true, Some(plot)) = (options.plot, Plot::of(prediction)) {
        let columns = screen.width.unwrap_or(PLOT_WIDTH);
        write!(out, "\n{}", terminal::draw(&plot, columns))?;
    }
    Ok(())
}

/// The first or last size.
fn ends(points: &[Point], which: usize) -> String {
    let point = if which == 0 {
        points.first()
    } else {
        points.last()
    };
    point.map_or_else(String::new, |point| grouped(&point.value.to_string()))
}

fn write_unknowns(prediction: &Prediction, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    if prediction.unknowns.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nrests on")?;
    for unknown in prediction.unknowns.iter().take(SHOWN) {
        let text = format!("  {}: {}", unknown.name, unknown.cause);
        writeln!(out, "{}", prose(&text, screen.width))?;
    }
    write_more(prediction.unknowns.len(), "unknowns", out)
}

fn write_json(
    predictions: &[Prediction],
    coverage: &Coverage,
    out: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        files: usize,
        functions: &'a [Prediction],
        missing: Vec<&'a Notice>,
    }
    let document = Document {
        schema: SCHEMA,
        files: coverage.files,
        functions: predictions,
        missing: coverage.missing().collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
