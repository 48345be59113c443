//! `heapcast callgraph`: who calls whom.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::cli::{CallgraphArgs, CallgraphFormat};
use super::console::Console;
use super::error::Error;
use super::output::Screen;
use super::table::{Column, Sheet, plural};
use super::wrap::Kind;
use super::{Analysis, Coverage, Request, Target};

/// The schema of the JSON format.
pub(crate) const SCHEMA: &str = "heapcast.callgraph/1";

/// The fields of the JSON format: where, of what type, and what they say.
#[cfg(test)]
pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    ("schema", "string", "`heapcast.callgraph/1`"),
    (
        "functions",
        "array",
        "every function with what it calls, sorted by name",
    ),
    ("functions[].name", "string", "the dotted name"),
    (
        "functions[].callees",
        "array",
        "the dotted names of what it calls, sorted",
    ),
    (
        "sites",
        "array",
        "every call site with one of its callees, sorted",
    ),
    (
        "sites[].caller",
        "string",
        "the function the call stands in",
    ),
    ("sites[].callee", "string", "what it calls"),
    ("sites[].path", "string", "the file"),
    ("sites[].line", "number", "the line, from 1"),
    (
        "missing",
        "array",
        "files that are not in the result, wholly or in part",
    ),
    ("missing[].path", "string", "the file"),
    ("missing[].line", "number or null", "the line, from 1"),
    ("missing[].column", "number or null", "the column, from 1"),
    ("missing[].message", "string", "the reason"),
    (
        "missing[].severity",
        "string",
        "`incomplete`, or `unreadable` for a path that was named",
    ),
];

/// Who calls whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallGraph {
    /// Every function with what it calls; with nothing, where it calls nothing.
    pub edges: BTreeMap<String, BTreeSet<String>>,
    /// Where the calls stand.
    pub sites: Vec<CallSite>,
    /// The functions that the settings file names as entries: what is printed where the command
    /// line names none.
    pub entries: Vec<String>,
}

/// One call site with one of its callees.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CallSite {
    /// The function the call stands in.
    pub caller: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What it calls.
    pub callee: String,
}

impl CallGraph {
    /// How many edges there are.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.edges.values().map(BTreeSet::len).sum()
    }

    /// The functions that an entry means: that of this name, or those whose names end so.
    ///
    /// # Errors
    /// If there is none, or several functions could be meant.
    fn entry(&self, name: &str) -> Result<&str, Error> {
        if let Some((exact, _)) = self.edges.get_key_value(name) {
            return Ok(exact);
        }
        let ending = format!(".{name}");
        let found: Vec<&str> = self
            .edges
            .keys()
            .filter(|other| other.ends_with(&ending))
            .map(String::as_str)
            .collect();
        match found[..] {
            [one] => Ok(one),
            [] => Err(Error::new(format!("there is no function `{name}`"))
                .hint("`heapcast callgraph` without --entry names them all")),
            [first, second, ..] => Err(Error::new(format!(
                "`{name}` may mean {} functions",
                found.len()
            ))
            .hint(format!("write `{first}` or `{second}`, for example"))),
        }
    }

    /// Leaves only what the entries and targets reach.
    ///
    /// # Errors
    /// If one of them is no function.
    fn restrict(&mut self, entries: &[String], targets: &[Target]) -> Result<(), Error> {
        if entries.is_empty() && targets.is_empty() {
            return Ok(());
        }
        let names = entries
            .iter()
            .chain(targets.iter().map(|target| &target.name));
        let mut waiting = names
            .map(|name| self.entry(name).map(str::to_owned))
            .collect::<Result<Vec<String>, Error>>()?;
        let mut reached = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if let Some(callees) = self.edges.get(&name) {
                let new = callees.iter().filter(|callee| !reached.contains(*callee));
                waiting.extend(new.cloned());
            }
            reached.insert(name);
        }
        self.edges.retain(|caller, _| reached.contains(caller));
        self.sites.retain(|site| reached.contains(&site.caller));
        Ok(())
    }
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the input cannot be analysed or the result not be written.
pub(crate) fn run(
    arguments: &CallgraphArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let request = Request::new(&arguments.project, &arguments.entry, threads);
    let monitor = console.monitor();
    let outcome = analysis.callgraph(&request, &monitor);
    let result = outcome.and_then(|(mut graph, coverage)| {
        let configured = std::mem::take(&mut graph.entries);
        let entries = match (&request.entries[..], &request.targets[..]) {
            ([], []) => &configured,
            _ => &request.entries,
        };
        graph.restrict(entries, &request.targets)?;
        graph.sites.sort_unstable();
        graph.sites.dedup();
        Ok((graph, coverage))
    });
    let printed = result.and_then(|(graph, coverage)| {
        monitor.hide();
        console.report(&coverage);
        monitor.time("print", || {
            console.deliver(arguments.output.as_deref(), |screen, out| {
                write(&graph, &coverage, arguments.format, screen, out)
            })
        })?;
        Ok(coverage.exit_code())
    });
    console.finish(monitor);
    printed
}

fn write(
    graph: &CallGraph,
    coverage: &Coverage,
    format: CallgraphFormat,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        CallgraphFormat::Table => write_table(graph, coverage, screen, out),
        CallgraphFormat::Json => write_json(graph, coverage, out),
        CallgraphFormat::Dot => write_dot(graph, out),
        CallgraphFormat::Pycg => write_pycg(graph, out),
    }
}

fn write_table(
    graph: &CallGraph,
    coverage: &Coverage,
    screen: &Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sheet = Sheet::new(vec![
        Column::new("caller", Kind::Name),
        Column::new("line", Kind::Fixed),
        Column::new("callee", Kind::Name),
    ]);
    let mut before = "";
    for site in &graph.sites {
        // On a terminal a name that repeats is only noise; in a file each line speaks for itself.
        let repeats = screen.width.is_some() && before == site.caller;
        let caller = if repeats { "" } else { &site.caller };
        sheet.row([
            caller.to_owned(),
            site.line.to_string(),
            site.callee.clone(),
        ]);
        before = &site.caller;
    }
    out.write_all(sheet.render(screen).as_bytes())?;
    let idle = graph.edges.values().filter(|callees| callees.is_empty());
    writeln!(
        out,
        "\n{}, {}, {} that call nothing, in {}",
        plural(graph.edge_count(), "edge"),
        plural(graph.edges.len(), "function"),
        idle.count(),
        plural(coverage.files, "file"),
    )?;
    write_missing(coverage, out)
}

/// Says how many files are missing from a table.
pub(crate) fn write_missing(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    let files: BTreeSet<&str> = coverage.missing().map(|notice| &*notice.path).collect();
    if files.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = files.iter().take(3).copied().collect();
    let more = match files.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    writeln!(
        out,
        "missing, wholly or in part: {}: {}{more}",
        plural(files.len(), "file"),
        names.join(", ")
    )
}

fn write_json(graph: &CallGraph, coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Function<'a> {
        name: &'a str,
        callees: &'a BTreeSet<String>,
    }
    let functions: Vec<Function<'_>> = graph
        .edges
        .iter()
        .map(|(name, callees)| Function { name, callees })
        .collect();
    let missing: Vec<_> = coverage.missing().collect();
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        functions: Vec<Function<'a>>,
        sites: &'a [CallSite],
        missing: Vec<&'a super::Notice>,
    }
    let document = Document {
        schema: SCHEMA,
        functions,
        sites: &graph.sites,
        missing,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn write_dot(graph: &CallGraph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph callgraph {{")?;
    writeln!(out, "  rankdir=LR;")?;
    writeln!(out, "  node [shape=box, fontname=\"monospace\"];")?;
    for (caller, callees) in &graph.edges {
        let caller = quoted(caller);
        writeln!(out, "  {caller};")?;
        for callee in callees {
            writeln!(out, "  {caller} -> {};", quoted(callee))?;
        }
    }
    writeln!(out, "}}")
}

/// A name as a quoted Graphviz identifier.
fn quoted(name: &str) -> String {
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

fn write_pycg(graph: &CallGraph, out: &mut dyn Write) -> io::Result<()> {
    let mut start = "{\n";
    for (caller, callees) in &graph.edges {
        out.write_all(start.as_bytes())?;
        out.write_all(b"  ")?;
        serde_json::to_writer(&mut *out, caller)?;
        out.write_all(b": [")?;
        for (number, callee) in callees.iter().enumerate() {
            out.write_all(if number == 0 { b"" } else { b", " })?;
            serde_json::to_writer(&mut *out, callee)?;
        }
        out.write_all(b"]")?;
        start = ",\n";
    }
    out.write_all(if graph.edges.is_empty() {
        b"{}\n"
    } else {
        b"\n}\n"
    })
}

#[cfg(test)]
#[path = "callgraph_tests.rs"]
mod tests;
