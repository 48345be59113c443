//! The formats of what dominates.

use std::io::{self, Write};

use serde::Serialize;

use super::{Ranked, Top};
use crate::commands::callgraph::write_missing;
use crate::commands::cli::TextFormat;
use crate::commands::output::Screen;
use crate::commands::table::{Column, Sheet, bold, plural};
use crate::commands::units::{grouped, percent, shortened, size};
use crate::commands::wrap::{Kind, prose};
use crate::commands::{Coverage, Notice};

use super::tree::{LEAST, Node};

/// The schema of the JSON format.
pub(crate) const SCHEMA: &str = "heapcast.top/1";

/// Terms past this number are left to the JSON format.
const SHOWN: usize = 12;

/// Growth classes past this width are cut.
const SHOWN_GROWTH: usize = 40;

/// Source text past this width is cut.
const SHOWN_TEXT: usize = 40;

/// The fields of the JSON format: where, of what type, and what they say.
#[cfg(test)]
pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    ("schema", "string", "`heapcast.top/1`"),
    ("files", "number", "how many files were analysed"),
    (
        "metric",
        "string",
        "`total`, `peak` or `retained`: what is ranked",
    ),
    ("at", "array", "what `--at` gives a number"),
    ("at[].name", "string", "the name in the formulas"),
    ("at[].value", "number", "its number"),
    (
        "others",
        "number",
        "the number of all other measures and unknowns",
    ),
    ("of", "number", "how many functions were ranked"),
    (
        "functions",
        "array",
        "the first of them: by growth, then by bytes",
    ),
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
        "how far the figure may be trusted: `exact`, `upper`, `modelled` or `open`",
    ),
    ("functions[].growth", "string", "how the bytes grow"),
    ("functions[].bytes", "number", "the bytes at these numbers"),
    (
        "functions[].mostly",
        "object or null",
        "the line and type with most of them; null where there are none",
    ),
    ("functions[].mostly.path", "string", "the file"),
    ("functions[].mostly.line", "number", "the line, from 1"),
    ("functions[].mostly.type", "string", "the type"),
    (
        "functions[].mostly.share",
        "number",
        "its part, from 0 to 1",
    ),
    (
        "terms",
        "array",
        "of a target that is one function: what it is made of, the fastest growing first",
    ),
    ("terms[].path", "string", "the file"),
    (
        "terms[].line",
        "number",
        "the line, from 1; what a callee allocates counts on the line of the call",
    ),
    ("terms[].text", "string", "the line itself"),
    ("terms[].type", "string", "the type"),
    ("terms[].growth", "string", "how the bytes grow"),
    ("terms[].bytes", "number", "the bytes at these numbers"),
    ("terms[].share", "number", "their part, from 0 to 1"),
    (
        "lines",
        "array",
        "of a target that is one function: its lines, largest first",
    ),
    (
        "lines[].function",
        "string",
        "the function that the line is of",
    ),
    ("lines[].path", "string", "the file"),
    ("lines[].line", "number", "the line, from 1"),
    ("lines[].text", "string", "the line itself"),
    (
        "lines[].bytes",
        "number",
        "the bytes of the line with the calls on it",
    ),
    ("lines[].share", "number", "their part, from 0 to 1"),
    (
        "lines[].own_share",
        "number",
        "the part of the line without the calls that `lines` enters",
    ),
    (
        "lines[].estimated",
        "boolean",
        "whether the numbers are in proportion to the callee's own forecast",
    ),
    (
        "lines[].lines",
        "array",
        "the lines of the functions that are called there, in the same form",
    ),
    (
        "missing",
        "array",
        "files that are not in the result, wholly or in part; as in the call graph",
    ),
];

/// Writes what dominates in the wanted format.
///
/// # Errors
/// If `out` cannot be written to.
pub(super) fn write(
    top: &Top,
    coverage: &Coverage,
    format: TextFormat,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == TextFormat::Json {
        return write_json(top, coverage, out);
    }
    match &top.functions[..] {
        [one] if !top.terms.is_empty() => write_one(top, one, screen, out)?,
        _ => write_ranking(top, screen, out)?,
    }
    write_missing(coverage, out)
}

/// At which numbers, in words.
fn profile(top: &Top) -> String {
    let number = |value: i64| grouped(&value.to_string());
    let given = top.at.iter();
    let mut given: Vec<String> = given
        .map(|value| format!("{} = {}", value.name, number(value.value)))
        .collect();
    let all = if given.is_empty() {
        "every measure"
    } else {
        "all others"
    };
    given.push(format!("{all} = {}", number(top.others)));
    format!("at {}", given.join(", "))
}

fn size_of(bytes: f64) -> String {
    if bytes < f64::MAX {
        size(bytes)
    } else {
        "no number".to_owned()
    }
}

fn write_ranking(top: &Top, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(vec![
        Column::new("growth", Kind::Formula),
        Column::figures(top.metric.text()),
        Column::new("grade", Kind::Fixed),
        Column::new("function", Kind::Name),
        Column::new("mostly", Kind::Name),
    ]);
    for row in &top.functions {
        let mostly = row.mostly.as_ref().map(|mostly| {
            let place = match screen.width {
                Some(_) => file_name(&mostly.path),
                None => &mostly.path,
            };
            format!("{place}:{} {}", mostly.line, mostly.type_name)
        });
        sheet.row([
            shortened(&row.brief, SHOWN_GROWTH),
            size_of(row.bytes),
            row.grade.text().to_owned(),
            row.function.clone(),
            mostly.unwrap_or_default(),
        ]);
    }
    out.write_all(sheet.render(screen).as_bytes())?;
    let shown = if top.functions.len() == top.of {
        plural(top.of, "function")
    } else {
        format!("{} of {}", top.functions.len(), plural(top.of, "function"))
    };
    writeln!(
        out,
        "\n{}",
        prose(&format!("{shown}; {}", profile(top)), screen.width)
    )
}

fn write_one(top: &Top, one: &Ranked, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let name = if screen.colour {
        bold(&one.function)
    } else {
        one.function.clone()
    };
    writeln!(
        out,
        "{name}  {}:{}  {}",
        one.path,
        one.line,
        one.grade.text()
    )?;
    let growth = format!("{} grows as {}", top.metric.text(), one.brief);
    writeln!(out, "{}\n", prose(&growth, screen.width))?;
    let place = |path: &str, line: u32| match screen.width {
        Some(_) if path == one.path => line.to_string(),
        _ => format!("{path}:{line}"),
    };
    let mut sheet = Sheet::new(vec![
        Column::new("growth", Kind::Formula),
        Column::new("line", Kind::Fixed),
        Column::new("type", Kind::Name),
        Column::new("code", Kind::Prose),
    ]);
    for term in top.terms.iter().take(SHOWN) {
        sheet.row([
            shortened(&term.brief, SHOWN_GROWTH),
            place(&term.path, term.line),
            term.type_name.clone(),
            shortened(&term.text, SHOWN_TEXT),
        ]);
    }
    out.write_all(sheet.render(screen).as_bytes())?;
    if let Some(more @ 1..) = top.terms.len().checked_sub(SHOWN) {
        writeln!(out, "and {more} more terms; --format json has all of them")?;
    }
    let at = format!("{}: {}", profile(top), size_of(one.bytes));
    writeln!(out, "\n{}\n", prose(&at, screen.width))?;
    write_tree(top, one, screen, out)
}

fn write_tree(top: &Top, one: &Ranked, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(vec![
        Column::figures("share"),
        Column::figures("own"),
        Column::figures("size"),
        Column::new("line", Kind::Fixed),
        Column::new("code", Kind::Prose),
    ]);
    let mut rows = Vec::new();
    flatten(&top.lines, 0, &mut rows);
    for (level, node) in &rows {
        let place = match screen.width {
            Some(_) if node.path == one.path => node.line.to_string(),
            // The name of the function has the rest.
            Some(_) => format!("{}:{}", file_name(&node.path), node.line),
            None => format!("{}:{}", node.path, node.line),
        };
        let text = shortened(&node.text, SHOWN_TEXT);
        let text = match level {
            0 => text,
            _ if text.is_empty() => short(&node.function).to_owned(),
            _ => format!("{}: {text}", short(&node.function)),
        };
        sheet.row([
            percent(node.share),
            percent(node.own_share),
            size_of(node.bytes),
            format!("{}{place}", "  ".repeat(*level)),
            text,
        ]);
    }
    out.write_all(sheet.render(screen).as_bytes())?;
    if rows.iter().any(|(_, node)| node.estimated) {
        let text = "indented lines are of callees: the bytes of the call, in proportion to the \
            callee's own forecast";
        writeln!(out, "\n{}", prose(text, screen.width))?;
    }
    Ok(())
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The last two parts of a dotted name: the class and the method.
fn short(function: &str) -> &str {
    let mut dots = function.rmatch_indices('.').map(|(at, _)| at + 1);
    let start = dots.nth(1).unwrap_or(0);
    function.get(start..).unwrap_or(function)
}

fn flatten<'a>(nodes: &'a [Node], level: usize, rows: &mut Vec<(usize, &'a Node)>) {
    for node in nodes.iter().filter(|node| node.share >= LEAST) {
        rows.push((level, node));
        flatten(&node.lines, level + 1, rows);
    }
}

fn write_json(top: &Top, coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        files: usize,
        #[serde(flatten)]
        top: &'a Top,
        missing: Vec<&'a Notice>,
    }
    let document = Document {
        schema: SCHEMA,
        files: coverage.files,
        top,
        missing: coverage.missing().collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
