//! Explanations as text.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::json;
use super::{CallReason, Chain, ChainStep, Explanation, Figures, Line, LoopReason, Questions};
use crate::commands::Coverage;
use crate::commands::brief::formula;
use crate::commands::callgraph::write_missing;
use crate::commands::cli::TextFormat;
use crate::commands::forecast::Metric;
use crate::commands::output::Screen;
use crate::commands::table::{Column, Sheet, bold};
use crate::commands::units::shortened;
use crate::commands::wrap::{Kind, prose, wrap};

/// Explanations are prose: without a terminal, they are as wide as that.
const WIDTH: usize = 80;

/// Source text past this width is cut.
const SHOWN_TEXT: usize = 66;

/// Formulas of callees past this length are left to the JSON format.
const SHOWN_FORMULA: usize = 100;

/// Writes explanations in the wanted format; with questions, the answers alone.
///
/// # Errors
/// If `out` cannot be written to.
pub(super) fn write(
    functions: &[Explanation],
    coverage: &Coverage,
    (format, questions): (TextFormat, Questions),
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == TextFormat::Json {
        return json::write(functions, coverage, out);
    }
    let screen = Screen {
        width: screen.width.or(Some(WIDTH)),
        ..*screen
    };
    for (at, one) in functions.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write_head(one, &screen, out)?;
        if questions == Questions::default() {
            write_figures(one, &screen, out)?;
            write_lines(one, &screen, out)?;
            write_loops(one, &screen, out)?;
            write_calls(one, &screen, out)?;
            write_legend(one, &screen, out)?;
            write_unknowns(one, &screen, out)?;
        }
        if let Some(line) = questions.why_call {
            let none = "no target of a call on this line is known";
            write_chains(
                &format!("Targets of line {line}"),
                none,
                &one.why_call,
                one,
                &screen,
                out,
            )?;
        }
        if let Some(line) = questions.why_escapes {
            let none = "nothing that this line makes is known to outlive the call or its iteration";
            write_chains(
                &format!("Escapes of line {line}"),
                none,
                &one.why_escapes,
                one,
                &screen,
                out,
            )?;
        }
    }
    write_missing(coverage, out)
}

fn title(text: &str, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    match screen.colour {
        true => writeln!(out, "\n{}", bold(text)),
        false => writeln!(out, "\n{text}"),
    }
}

fn write_head(one: &Explanation, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let name = match screen.colour {
        true => bold(&one.function),
        false => one.function.clone(),
    };
    writeln!(
        out,
        "{name}  {}:{}  {}",
        one.path,
        one.line,
        one.grade.text()
    )
}

fn write_figures(one: &Explanation, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(vec![
        Column::new("figure", Kind::Fixed),
        Column::new("bytes", Kind::Formula),
        Column::new("grade", Kind::Fixed),
    ]);
    for (metric, formula) in [
        (Metric::Total, &one.total),
        (Metric::Peak, &one.peak),
        (Metric::Retained, &one.retained),
    ] {
        sheet.row([
            metric.text().to_owned(),
            brief(&formula.bytes, one),
            formula.grade.text().to_owned(),
        ]);
    }
    writeln!(out)?;
    out.write_all(sheet.render(screen).as_bytes())?;
    if one.peak.moments > 1 {
        let text = format!(
            "the peak is at one of {} moments, whichever has the most",
            one.peak.moments
        );
        writeln!(out, "{}", prose(&text, screen.width))?;
    }
    Ok(())
}

/// A line of source as the heading of what is said of it.
fn heading(sheet: &mut Sheet, place: &str, text: &str) {
    sheet.heading(place.to_owned(), shortened(text, SHOWN_TEXT));
}

/// The place of a line; of the function's own file, the line alone.
fn place(one: &Explanation, path: &str, line: u32) -> String {
    match path == one.path {
        true => line.to_string(),
        false => format!("{path}:{line}"),
    }
}

/// A formula as tables have it.
fn brief(text: &str, one: &Explanation) -> String {
    formula(text, &one.path)
}

/// Figures with the same formulas on one row: their names, and the formulas.
fn grouped<F: PartialEq>(figures: impl IntoIterator<Item = (Metric, F)>) -> Vec<(String, F)> {
    let mut rows: Vec<(String, F)> = Vec::new();
    for (metric, formula) in figures {
        match rows.iter_mut().find(|row| row.1 == formula) {
            Some((names, _)) => {
                names.push_str(", ");
                names.push_str(metric.text());
            }
            None => rows.push((metric.text().to_owned(), formula)),
        }
    }
    rows
}

fn write_lines(one: &Explanation, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    title("Lines", screen, out)?;
    if one.lines.is_empty() {
        return writeln!(out, "no line allocates anything");
    }
    let mut sheet = Sheet::new(vec![
        Column::new("type", Kind::Name),
        Column::new("counts in", Kind::Prose),
        Column::new("bytes", Kind::Formula),
    ]);
    let mut before: Option<(&str, u32)> = None;
    for line in &one.lines {
        let at = (line.path.as_str(), line.line);
        if before != Some(at) {
            heading(&mut sheet, &place(one, &line.path, line.line), &line.text);
        }
        before = Some(at);
        let mut name = line.type_name.as_str();
        for (metrics, formula) in grouped(formulas(line)) {
            // The name stands on the first of its rows.
            let name = std::mem::take(&mut name).to_owned();
            sheet.row([name, metrics, brief(&formula, one)]);
        }
    }
    out.write_all(sheet.render(screen).as_bytes())
}

/// The formulas of a line, for the figures that it counts in.
fn formulas(line: &Line) -> Vec<(Metric, String)> {
    let peak = (!line.peak.is_empty()).then(|| line.peak.join(" or "));
    let all = [
        (Metric::Total, line.total.clone()),
        (Metric::Peak, peak),
        (Metric::Retained, line.retained.clone()),
    ];
    let there = |(metric, formula): (Metric, Option<String>)| Some((metric, formula?));
    all.into_iter().filter_map(there).collect()
}

fn write_loops(one: &Explanation, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    if one.loops.is_empty() {
        return Ok(());
    }
    title("Loops", screen, out)?;
    let mut sheet = Sheet::new(vec![
        Column::new("runs", Kind::Formula),
        Column::new("because of", Kind::Prose),
    ]);
    for LoopReason {
        line,
        text,
        count,
        is_bound,
        reason,
        ..
    } in &one.loops
    {
        heading(&mut sheet, &line.to_string(), text);
        let count = match is_bound {
            true => format!("at most {count}"),
            false => count.clone(),
        };
        sheet.row([brief(&count, one), reason.text()]);
    }
    out.write_all(sheet.render(screen).as_bytes())
}

fn write_calls(one: &Explanation, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let calls = one.calls.iter().filter(|call| is_something(call));
    let calls: Vec<&CallReason> = calls.collect();
    if calls.is_empty() {
        return Ok(());
    }
    title("Calls that allocate", screen, out)?;
    let mut sheet = Sheet::new(vec![
        Column::new("counts in", Kind::Prose),
        Column::new("of the callee itself", Kind::Formula),
        Column::new("of one call here", Kind::Formula),
    ]);
    let mut before = 0;
    for call in calls {
        if before != call.line {
            heading(&mut sheet, &call.line.to_string(), &call.text);
        }
        before = call.line;
        sheet.heading(format!("  {}", call.callee), brief(&whence(call), one));
        for (metrics, [own, here]) in grouped(rows(call)) {
            sheet.row([metrics, shown(&own, one), shown(&here, one)]);
        }
    }
    out.write_all(sheet.render(screen).as_bytes())
}

/// What the names in formulas stand for that are of iterations.
fn write_legend(one: &Explanation, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    let formulas = || {
        let loops = one.loops.iter().map(|inner| inner.count.as_str());
        loops.chain(one.calls.iter().flat_map(formulas_of))
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mentions = |index: &&str| {
        formulas().any(|formula| formula.split(|c| !is_word(c)).any(|word| word == *index))
    };
    let indices = one.loops.iter().map(|inner| inner.index.as_str());
    let indices: BTreeSet<&str> = indices.filter(mentions).collect();
    if !indices.is_empty() {
        let indices: Vec<&str> = indices.into_iter().collect();
        let text = format!(
            "{}: the number of the iteration, from 0, of the loop around, the outermost first",
            indices.join(", ")
        );
        writeln!(out, "{}", prose(&text, screen.width))?;
    }
    if formulas().any(|formula| formula.contains("[#")) {
        let text = "[#0]: the element that the outermost loop is at; [#1]: that of the loop inside";
        writeln!(out, "{}", prose(text, screen.width))?;
    }
    Ok(())
}

/// The formulas of a call here.
fn formulas_of(call: &CallReason) -> Vec<&str> {
    let given = call.given.iter().map(|given| given.value.as_str());
    let here = call.here.as_ref();
    let here = Metric::ALL
        .into_iter()
        .filter_map(|metric| figure(here, metric));
    given.chain(here).collect()
}

/// Where the formulas of a call come from, with what the callee's measures are here.
fn whence(call: &CallReason) -> String {
    match call.kind {
        "model" => "by its model".to_owned(),
        "unknown" => "not followed".to_owned(),
        "recursion" => "solved with the whole recursion".to_owned(),
        _ => {
            let given = call.given.iter();
            let given: Vec<String> = given
                .map(|given| format!("{} = {}", given.name, given.value))
                .collect();
            match given.is_empty() {
                true => String::new(),
                false => format!("with {}", given.join(", ")),
            }
        }
    }
}

/// A formula that is not longer than a reader wants it.
fn shown(formula: &str, one: &Explanation) -> String {
    shortened(&brief(formula, one), SHOWN_FORMULA)
}

fn figure(figures: Option<&Figures>, metric: Metric) -> Option<&str> {
    let figures = figures?;
    match metric {
        Metric::Total => Some(&figures.total),
        Metric::Peak => figures.peak.as_deref(),
        Metric::Retained => figures.retained.as_deref(),
    }
}

/// Whether a call comes to anything, of the callee or here.
fn is_something(call: &CallReason) -> bool {
    let all = [call.own.as_ref(), call.here.as_ref()];
    let mut all = all
        .into_iter()
        .flat_map(|figures| Metric::ALL.map(|m| figure(figures, m)));
    call.kind == "recursion" || all.any(|formula| formula.is_some_and(|text| text != "0"))
}

/// The formulas of a call, of the callee and here, for the figures that they are known of.
fn rows(call: &CallReason) -> Vec<(Metric, [String; 2])> {
    let row = |metric: Metric| {
        let own = figure(call.own.as_ref(), metric);
        let here = match figure(call.here.as_ref(), metric) {
            // The name of an unknown stands for each figure.
            None if call.kind == "unknown" => figure(call.here.as_ref(), Metric::Total),
            here => here,
        };
        own.or(here)?;
        let text = |found: Option<&str>| found.unwrap_or("-").to_owned();
        let here = match here == own && own != Some("0") {
            true => "the same".to_owned(),
            false => text(here),
        };
        Some((metric, [text(own), here]))
    };
    Metric::ALL.into_iter().filter_map(row).collect()
}

fn write_unknowns(one: &Explanation, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    if one.unknowns.is_empty() {
        return Ok(());
    }
    title("Unknowns and assumptions", screen, out)?;
    let mut sheet = Sheet::new(vec![
        Column::new("line", Kind::Name),
        Column::new("what", Kind::Formula),
        Column::new("why", Kind::Prose),
    ]);
    for unknown in &one.unknowns {
        sheet.row([
            place(one, &unknown.path, unknown.line),
            // Its place stands beside it.
            unknown
                .name
                .split(" @ ")
                .next()
                .unwrap_or_default()
                .to_owned(),
            unknown.cause.clone(),
        ]);
    }
    out.write_all(sheet.render(screen).as_bytes())
}

fn write_chains(
    name: &str,
    none: &str,
    chains: &[Chain],
    one: &Explanation,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    title(name, screen, out)?;
    if chains.is_empty() {
        return writeln!(out, "{}", prose(none, screen.width));
    }
    for chain in chains {
        let claim = format!("{} {}:", chain.subject, chain.conclusion);
        writeln!(out, "\n{}", prose(&claim, screen.width))?;
        if !chain.is_whole {
            let text = "  (no complete chain was found: this is the end of it)";
            writeln!(out, "{}", prose(text, screen.width))?;
        }
        for step in &chain.steps {
            write_step(step, one, screen, out)?;
        }
    }
    Ok(())
}

/// A fact, and below it the line that it stands on.
fn write_step(
    step: &ChainStep,
    one: &Explanation,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = match (&step.path, step.line) {
        (Some(path), Some(line)) if *path == one.path => format!("line {line}: "),
        (Some(path), Some(line)) => format!("{path}:{line}: "),
        _ => String::new(),
    };
    let room = screen
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(4));
    let mut lines = wrap(&format!("{place}{}", step.fact), room, Kind::Prose).into_iter();
    writeln!(out, "  - {}", lines.next().unwrap_or_default())?;
    for line in lines {
        writeln!(out, "    {line}")?;
    }
    if step.text.is_empty() {
        return Ok(());
    }
    writeln!(out, "        {}", shortened(&step.text, SHOWN_TEXT))
}
