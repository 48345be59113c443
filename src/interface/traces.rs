//! What of the unknowns of formulas shows when the code runs on the arguments: the slices of the
//! original that an interface runs for it, and where it looks in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use heapcast_facts::Symbols;

use super::names::quoted;
use super::source::Sources;
use super::{Source, Surroundings, quantity_name, steps_text};
use crate::algebra::Grade;
use crate::ir::ParameterKind;
use crate::summary::{Counted, Seen, Trace};

/// The slices of an interface module.
#[derive(Default)]
pub(super) struct Slices {
    kept: BTreeSet<(usize, usize)>,
    /// The unknowns by their names, with the module's name.
    traces: BTreeMap<String, Vec<(String, Trace)>>,
}

impl Slices {
    /// Adds what a function's unknowns rest on; whether all of that can be said.
    pub(super) fn add(
        &mut self,
        source: &Source<'_>,
        around: Surroundings<'_>,
        sources: &mut Sources<'_>,
    ) -> bool {
        let summary = source.summary;
        let unknowns = source.summaries().into_iter().flat_map(|way| {
            let taken = way.assumptions.iter().filter(|a| a.taken.is_some());
            way.unknowns.iter().chain(taken)
        });
        let mut traces: BTreeMap<String, Vec<(String, Trace)>> = BTreeMap::new();
        for unknown in unknowns {
            let places = unknown.traces.iter().filter_map(|trace| {
                let module = around.modules.get(&trace.module)?;
                Some((module.to_string(), trace.clone()))
            });
            let places: Vec<(String, Trace)> = places.collect();
            if !places.is_empty() {
                let name = unknown.symbol.name().to_owned();
                traces.entry(name).or_default().extend(places);
            }
        }
        let Some(own) = around.modules.get(&summary.module) else {
            return false;
        };
        // What a call leaves behind shows without them.
        let ways = source.summaries();
        let is_known = ways.iter().all(|way| way.retained.grade() == Grade::Exact);
        if traces.is_empty() && is_known {
            return false;
        }
        let mut lines: Vec<(&str, u32)> = vec![(own, source.function.line)];
        // What the slice has no part of is not called in it.
        let places = traces.values().flatten();
        let places = places.filter(|(_, trace)| trace.seen != Seen::Called);
        lines.extend(places.map(|(module, trace)| (module.as_str(), trace.line)));
        let Some(slice) = sources.slice(&lines) else {
            return false;
        };
        self.kept.extend(slice);
        for (name, places) in traces {
            let known = self.traces.entry(name).or_default();
            for place in places {
                if !known.contains(&place) {
                    known.push(place);
                }
            }
        }
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The slices, and where in them the unknowns show, as tables of Python.
    pub(super) fn written(&self, sources: &Sources<'_>, around: Surroundings<'_>) -> String {
        let attributes = &around.sizes.instance.attributes;
        // Writing to a string does not fail.
        let mut text = format!("\n\n_ATTRIBUTES = {attributes:?}\n_SLICES = {{\n");
        for part in sources.parts(&self.kept) {
            let is_package = if part.is_package { "True" } else { "False" };
            let _ = writeln!(text, "    {}: ({is_package}, (", quoted(part.module));
            for (line, statement) in part.statements {
                let _ = writeln!(text, "        ({line}, {}),", block(statement));
            }
            text.push_str("    )),\n");
        }
        text.push_str("}\n\n_TRACES = {\n");
        for (name, places) in &self.traces {
            let places = places.iter().map(|(module, trace)| {
                let seen = seen(&trace.seen, around.symbols);
                format!("({}, {}, {seen}), ", quoted(module), trace.line)
            });
            let places: String = places.collect();
            let _ = writeln!(text, "    {}: ({places}),", quoted(name));
        }
        text.push_str("}\n");
        text
    }
}

fn seen(seen: &Seen, symbols: &Symbols) -> String {
    match seen {
        Seen::Iterations => "\"iterations\"".to_owned(),
        Seen::Length => "\"length\"".to_owned(),
        Seen::Number => "\"number\"".to_owned(),
        Seen::Text => "\"text\"".to_owned(),
        Seen::Copy => "\"copy\"".to_owned(),
        Seen::Call(name) => format!("\"call\", {}", quoted(name)),
        Seen::Stays(name) => format!("\"call\", {}, \"stays\"", quoted(name)),
        Seen::Each(name) => format!("\"call\", {}, \"each\"", quoted(name)),
        Seen::Reached => "\"reached\"".to_owned(),
        Seen::Run => "\"run\"".to_owned(),
        Seen::Called => "\"called\"".to_owned(),
        Seen::Taken { classes, method } => {
            format!("\"taken\", {}, {}", quoted(classes), quoted(method))
        }
        Seen::Calls => "\"calls\"".to_owned(),
        Seen::Levels => "\"levels\"".to_owned(),
        Seen::Kept => "\"kept\"".to_owned(),
        Seen::Grown => "\"grown\"".to_owned(),
        Seen::Int => "\"int\"".to_owned(),
        Seen::Slot => "\"slot\"".to_owned(),
        Seen::Scalar => "\"scalar\"".to_owned(),
        Seen::Times { of, within } => {
            let of = match of {
                Counted::Iterations => "iterations",
                Counted::Statement => "statement",
                Counted::Kept => "kept",
            };
            format!("\"times\", \"{of}\", {within}")
        }
        Seen::Returned {
            quantity,
            is_element,
        } => {
            let steps = if *is_element {
                "(\"element\", None),"
            } else {
                ""
            };
            format!("\"returned\", \"{}\", ({steps})", quantity_name(*quantity))
        }
        Seen::Input(measure) => {
            let place = &measure.place;
            let end = |letter: char| !(letter.is_alphanumeric() || letter == '_');
            let root = place.text.split(end).next().unwrap_or_default();
            let steps = steps_text(place, symbols);
            let steps = steps
                .strip_prefix(", ")
                .map_or(String::new(), |s| format!("{s},"));
            let quantity = quantity_name(measure.quantity);
            format!("\"input\", \"{quantity}\", {}, ({steps})", quoted(root))
        }
    }
}

/// A text of several lines as a string of Python.
fn block(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"\"\"{text}\"\"\"")
}

/// The call of the original: its module and name, and its arguments.
pub(super) fn arguments(source: &Source<'_>, around: Surroundings<'_>) -> String {
    let module = around.modules.get(&source.summary.module);
    let mut text = format!(
        "{}, {}",
        quoted(module.map_or("", |name| name)),
        quoted(source.qualified)
    );
    let name = |parameter: &crate::ir::Parameter| around.symbols.text(parameter.name);
    let of_kind = |kinds: &'static [ParameterKind]| {
        let all = source.function.parameters.iter();
        all.filter(move |parameter| kinds.contains(&parameter.kind))
    };
    for kinds in [
        &[ParameterKind::PositionalOnly][..],
        &[ParameterKind::Positional],
    ] {
        let pairs: String = of_kind(kinds)
            .map(|p| format!("({}, {}), ", quoted(name(p)), name(p)))
            .collect();
        // Writing to a string does not fail.
        let _ = write!(text, ", ({pairs})");
    }
    let star = of_kind(&[ParameterKind::Star]).next().map_or("()", name);
    let _ = write!(text, ", {star}, {{");
    for parameter in of_kind(&[ParameterKind::KeywordOnly]) {
        let _ = write!(text, "{}: {}, ", quoted(name(parameter)), name(parameter));
    }
    for parameter in of_kind(&[ParameterKind::StarStar]) {
        let _ = write!(text, "**{}", name(parameter));
    }
    text.push('}');
    text
}
