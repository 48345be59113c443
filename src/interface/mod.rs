//! Interface programs: Python modules whose functions have the signatures of the original ones
//! and give their memory.
//!
//! A module imports sympy alone. Its functions compute the measures of the actual arguments,
//! and from these the bytes; what no argument determines is a keyword that stands for itself.
//! After "resource interfaces" (Chassot); DESIGN.md has what they promise.

mod guards;
mod names;
mod source;
mod traces;

use std::fmt::Write;
use std::sync::Arc;

use heapcast_facts::cpython::SizeTable;
use heapcast_facts::{Map, Obj, Symbols, Var};

use crate::algebra::{Definition, Expr, Grade, Symbol, SymbolKind};
use crate::ir::{self, Const, ParameterKind};
use crate::summary::{Cases, FunctionSummary, Kind, Measure, Place, Quantity, Root, Step, Unknown};
use guards::Guards;
use names::{Names, quoted};
use traces::Slices;

pub use source::Sources;

/// Counted formulas that are longer are left out: the bound stands.
const MAX_COUNTED_TERMS: usize = 512;

/// What every interface module starts with.
const PRELUDE: &str = include_str!("prelude.py");

/// How a metric's formula is found, and how far it may be trusted.
type Formula = fn(&FunctionSummary) -> (Expr, Grade);

/// The metrics.
const METRICS: [(&str, Formula); 3] = [
    ("total", |of| (of.total.bytes(), of.total.grade())),
    ("peak", |of| (of.peak.bytes(), of.peak.grade())),
    ("retained", |of| (of.retained.bytes(), of.retained.grade())),
];

/// What a module starts with if it has slices of its original.
const SLICES: &str = concat!(
    include_str!("world.py"),
    include_str!("copies.py"),
    include_str!("looks.py"),
    include_str!("left.py"),
    include_str!("slices.py"),
    include_str!("probes.py"),
);

/// One function to make an interface of.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Its name in its module: `handler`, `Class.method`.
    pub qualified: &'a str,
    /// Its code.
    pub function: &'a ir::Function,
    /// Its memory.
    pub summary: &'a FunctionSummary,
    /// The same where what the data decides is counted when the code runs, if there is that.
    pub counted: Option<&'a FunctionSummary>,
}

impl<'a> Source<'a> {
    /// The counted formula of a metric, if it says more than the other one, and is of a size.
    fn counted(&self, metric: Formula) -> Option<Expr> {
        let (formula, _) = metric(self.counted?);
        let (own, grade) = metric(self.summary);
        let says_more = formula != own && grade != Grade::Exact;
        (says_more && formula.has_at_most(MAX_COUNTED_TERMS)).then_some(formula)
    }

    /// Every summary that the interface is made of.
    fn summaries(&self) -> Vec<&'a FunctionSummary> {
        let cases = self.summary.cases.as_deref();
        let ways = cases.into_iter().flat_map(|cases| cases.summaries());
        let own = [self.summary].into_iter();
        own.chain(ways).chain(self.counted).collect()
    }
}

/// What an interface is written from, besides the function itself.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The modules' names, as others import them.
    pub modules: &'a Map<Obj, &'a str>,
    /// The strings.
    pub symbols: &'a Symbols,
    /// The constants that variables hold: defaults among them.
    pub constants: &'a Map<Var, &'a Const>,
    /// The tuples that variables hold.
    pub tuples: &'a Map<Var, &'a [(Var, bool)]>,
    /// The sizes of CPython's objects.
    pub sizes: &'a SizeTable,
}

/// The interface module of some functions of one file.
#[must_use]
pub fn module(
    title: &str,
    functions: &[Source<'_>],
    around: Surroundings<'_>,
    sources: &mut Sources<'_>,
) -> String {
    let mut text = String::new();
    let mut names = Names::default();
    let mut slices = Slices::default();
    let mut shared = Shared::default();
    let mut table = String::from("\n\nINTERFACES = {\n");
    for source in functions {
        for summary in source.summaries() {
            for (_, formula) in METRICS {
                text.push_str(&shared.define(&formula(summary).0, &mut names));
            }
        }
        let name = names.unique(&format!("{}_interface", source.qualified));
        let is_traced = slices.add(source, around, sources);
        text.push_str(&function(&name, source, around, &shared, is_traced));
        // Writing to a string does not fail.
        let _ = writeln!(table, "    {}: {name},", quoted(source.qualified));
    }
    table.push_str("}\n");
    let mut module = format!("{}\n{PRELUDE}", quoted_doc(title));
    if !slices.is_empty() {
        module.push_str(SLICES);
        module.push_str(&slices.written(sources, around));
    }
    module + &text + &table
}

fn quoted_doc(title: &str) -> String {
    format!(
        "\"\"\"{}\"\"\"\n",
        title.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

/// A symbol of the formulas with the name that it has in Python.
struct Named<'a> {
    symbol: &'a Symbol,
    name: String,
}

/// The formulas that others use by their names, each a function of the module.
#[derive(Default)]
struct Shared {
    names: Map<Arc<Definition>, String>,
}

impl Shared {
    /// The functions of what a formula uses and what is not there yet.
    fn define(&mut self, formula: &Expr, names: &mut Names) -> String {
        let mut text = String::new();
        let mut found = Vec::new();
        formula.definitions(&mut found);
        for definition in found {
            if self.names.contains_key(&definition) {
                continue;
            }
            let plain = format!("{} {}", definition.quantity, definition.of);
            let name = format!("_{}", names.unique(&plain));
            let mut inside = Names::default();
            let parameters = definition.parameters.iter();
            let parameters: Vec<(&Symbol, String)> = parameters
                .map(|symbol| (symbol, inside.unique(&short(symbol))))
                .collect();
            let python = |symbol: &Symbol| {
                let found = parameters.iter().find(|(own, _)| *own == symbol);
                found.map_or_else(|| "0".to_owned(), |(_, name)| name.clone())
            };
            let body = definition
                .body
                .to_python(&python, &|other| self.name(other));
            let list: Vec<&str> = parameters.iter().map(|(_, name)| name.as_str()).collect();
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "\n\n@_shared\ndef {name}({}):\n    return {body}\n",
                list.join(", ")
            );
            self.names.insert(definition, name);
        }
        text
    }

    fn name(&self, definition: &Definition) -> String {
        self.names.get(definition).cloned().unwrap_or_default()
    }
}

fn function(
    name: &str,
    source: &Source<'_>,
    around: Surroundings<'_>,
    shared: &Shared,
    is_traced: bool,
) -> String {
    let symbols = around.symbols;
    let summary = source.summary;
    let mut names = Names::default();
    for parameter in &source.function.parameters {
        names.take(symbols.text(parameter.name));
    }
    let metric = names.unique("metric");
    let mut named: Vec<Named<'_>> = Vec::new();
    let mut measures: Vec<(&Measure, String)> = Vec::new();
    let summaries = source.summaries();
    let known = |named: &[Named<'_>], symbol: &Symbol| named.iter().any(|n| n.symbol == symbol);
    for measure in summaries.iter().flat_map(|summary| &summary.measures) {
        if known(&named, &measure.symbol) {
            continue;
        }
        let unique = names.unique(measure.symbol.name());
        if matches!(measure.place.root, Root::Parameter(_)) {
            measures.push((measure, unique.clone()));
        }
        named.push(Named {
            symbol: &measure.symbol,
            name: unique,
        });
    }
    // What only counted formulas rest on is nothing that anybody knows beforehand: it has no keyword.
    let told = summaries
        .iter()
        .take(summaries.len() - usize::from(source.counted.is_some()));
    for unknown in told.flat_map(|summary| &summary.unknowns) {
        if known(&named, &unknown.symbol) {
            continue;
        }
        named.push(Named {
            symbol: &unknown.symbol,
            name: names.unique(&short(&unknown.symbol)),
        });
    }
    let guards = Guards::of(summary.cases.as_deref(), &mut names);
    let determined = |symbol: &Symbol| measures.iter().any(|(m, _)| m.symbol == *symbol);
    let open: Vec<&Named<'_>> = named.iter().filter(|n| !determined(n.symbol)).collect();
    let mut text = format!(
        "\n\ndef {name}({}):\n",
        signature(source.function, &metric, &open, &guards, around)
    );
    let _ = writeln!(
        text,
        "    {}",
        quoted_doc(&format!("The memory of `{}` in bytes.", source.qualified)).trim_end()
    );
    for (measure, unique) in &measures {
        let _ = writeln!(
            text,
            "    {unique} = {}",
            measured(measure, source.function, symbols)
        );
    }
    let python = |symbol: &Symbol| match named.iter().find(|n| n.symbol == symbol) {
        Some(found) => found.name.clone(),
        None if matches!(symbol.kind(), SymbolKind::Index) => "0".to_owned(),
        None => format!("sympy.Symbol({})", quoted(symbol.name())),
    };
    let taken = taken(&summaries, source.function, symbols, &mut names);
    for (_, unique, check) in &taken {
        let _ = writeln!(text, "    {unique} = {check}");
    }
    let call = is_traced.then(|| names.unique("call"));
    if let Some(call) = &call {
        let arguments = traces::arguments(source, around);
        let _ = writeln!(text, "    {call} = ({arguments})");
    }
    let result = |formula: &Expr, summary: &FunctionSummary| {
        let own = |unknown: &Unknown| summary.assumptions.contains(unknown);
        let rests = taken.iter().filter(|(unknown, _, _)| own(unknown));
        let rests: String = rests.map(|(_, unique, _)| format!(", {unique}")).collect();
        let bytes = formula.to_python(&python, &|definition| shared.name(definition));
        format!("_result({bytes}{rests})")
    };
    let counted = call.is_some().then(|| names.unique("counted"));
    if let Some(counted) = &counted {
        // What is requested in all has many small parts that bounds have room for, and counts do not.
        let alive = METRICS.iter().filter(|(what, _)| *what != "total");
        let known = alive.filter_map(|(what, formula)| {
            let formula = result(&source.counted(*formula)?, summary);
            Some(format!("\n        \"{what}\": lambda: {formula},"))
        });
        let known: String = known.collect();
        let end = if known.is_empty() { "" } else { "\n    " };
        let _ = writeln!(text, "    {counted} = {{{known}{end}}}");
    }
    let formulas = |summary: &FunctionSummary, indent: usize| {
        let mut text = String::new();
        let margin = "    ".repeat(indent);
        for (what, formula) in METRICS {
            let (bytes, grade) = formula(summary);
            let mut answer = result(&bytes, summary);
            let traced = call.as_ref().zip(counted.as_ref());
            if let Some((call, counted)) = traced.filter(|_| grade != Grade::Exact) {
                // What rests on assumptions is no bound for what is seen.
                let assumed = summary.assumptions.iter().any(|a| a.taken.is_none());
                let is_bound = if assumed { "False" } else { "True" };
                answer = format!(
                    "_traced({answer}, {metric}, {call}, {counted}.get({metric}), {is_bound})"
                );
            }
            let _ = writeln!(
                text,
                "{margin}if {metric} == \"{what}\":\n{margin}    return {answer}"
            );
        }
        text
    };
    text.push_str(&guards.written(source.function, symbols, &formulas));
    // The only way through it knows what callers may hand in.
    let whole = match summary.cases.as_deref() {
        Some(Cases::Way(way)) => way,
        _ => summary,
    };
    text.push_str(&formulas(whole, 1));
    let _ = writeln!(
        text,
        "    raise ValueError(f\"there is no metric {{{metric}!r}}\")"
    );
    text
}

/// What of an unknown's name tells it apart in its file: the quantity and the line.
fn short(symbol: &Symbol) -> String {
    match (symbol.name().split_once(" @ "), symbol.cause()) {
        (Some((quantity, _)), Some(cause)) => format!("{quantity} {}", cause.line),
        _ => symbol.name().to_owned(),
    }
}

/// The parameters of the original, the metric, and a keyword for each unknown.
fn signature(
    function: &ir::Function,
    metric: &str,
    open: &[&Named<'_>],
    guards: &Guards<'_>,
    around: Surroundings<'_>,
) -> String {
    let symbols = around.symbols;
    let parameters = &function.parameters;
    let of_kind = |kind: ParameterKind| parameters.iter().filter(move |p| p.kind == kind);
    let mut parts: Vec<String> = Vec::new();
    let plain = |parameter: &ir::Parameter| {
        let name = symbols.text(parameter.name);
        match parameter.default {
            Some(default) => format!("{name}={}", default_text(default, around)),
            None => name.to_owned(),
        }
    };
    parts.extend(of_kind(ParameterKind::PositionalOnly).map(plain));
    if !parts.is_empty() {
        parts.push("/".to_owned());
    }
    parts.extend(of_kind(ParameterKind::Positional).map(plain));
    match of_kind(ParameterKind::Star).next() {
        Some(star) => parts.push(format!("*{}", symbols.text(star.name))),
        None => parts.push("*".to_owned()),
    }
    parts.extend(of_kind(ParameterKind::KeywordOnly).map(plain));
    parts.push(format!("{metric}=\"total\""));
    for named in open {
        let symbol = quoted(named.symbol.name());
        parts.push(format!(
            "{}=sympy.Symbol({symbol}, nonnegative=True)",
            named.name
        ));
    }
    parts.extend(guards.names().map(|name| format!("{name}=None")));
    for star in of_kind(ParameterKind::StarStar) {
        parts.push(format!("**{}", symbols.text(star.name)));
    }
    parts.join(", ")
}

/// A default as it is written, if it is a constant.
fn default_text(default: Var, around: Surroundings<'_>) -> String {
    if let Some(elements) = around.tuples.get(&default) {
        let parts: Vec<String> = elements
            .iter()
            .map(|(element, _)| default_text(*element, around))
            .collect();
        let fixed = |part: &String| part != "_UNSET";
        let starred = elements.iter().any(|(_, starred)| *starred);
        return match parts.iter().all(fixed) && !starred {
            true if parts.len() == 1 => format!("({},)", parts[0]),
            true => format!("({})", parts.join(", ")),
            false => "_UNSET".to_owned(),
        };
    }
    match around.constants.get(&default) {
        Some(Const::None) => "None".to_owned(),
        Some(Const::Bool(true)) => "True".to_owned(),
        Some(Const::Bool(false)) => "False".to_owned(),
        Some(Const::Int(value)) => value.to_string(),
        Some(Const::Float(value)) if value.is_finite() => format!("{value:?}"),
        Some(Const::Str(text)) => quoted(around.symbols.text(*text)),
        _ => "_UNSET".to_owned(),
    }
}

/// The parameter that the way to an input starts from.
fn parameter<'a>(place: &Place, function: &ir::Function, symbols: &'a Symbols) -> Option<&'a str> {
    let Root::Parameter(at) = place.root else {
        return None;
    };
    let parameter = function.parameters.get(at as usize);
    Some(parameter.map_or("_UNSET", |p| symbols.text(p.name)))
}

/// The measure of an argument.
fn measured(measure: &Measure, function: &ir::Function, symbols: &Symbols) -> String {
    let Some(parameter) = parameter(&measure.place, function, symbols) else {
        return quoted(measure.symbol.name());
    };
    let steps = steps_text(&measure.place, symbols);
    format!(
        "_measure({}, \"{}\", {parameter}{steps})",
        quoted(measure.symbol.name()),
        quantity_name(measure.quantity)
    )
}

fn quantity_name(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Number => "number",
        Quantity::Length => "length",
        Quantity::Text => "text",
        Quantity::Nodes => "nodes",
        Quantity::Depth => "depth",
    }
}

/// The steps from an input to a place of it, as further arguments.
fn steps_text(place: &Place, symbols: &Symbols) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    for step in &place.steps {
        let _ = write!(text, ", {}", step_text(*step, symbols));
    }
    if let Some(walk) = &place.below {
        text.push_str(", (\"walk\", (");
        for way in &walk.ways {
            let steps: Vec<String> = way.iter().map(|step| step_text(*step, symbols)).collect();
            let _ = write!(text, "({},), ", steps.join(", "));
        }
        text.push_str("))");
        for step in &walk.then {
            let _ = write!(text, ", {}", step_text(*step, symbols));
        }
    }
    text
}

/// What the formulas take arguments for: each with a name, and with what checks it.
fn taken<'a>(
    summaries: &[&'a FunctionSummary],
    function: &ir::Function,
    symbols: &Symbols,
    names: &mut Names,
) -> Vec<(&'a Unknown, String, String)> {
    let mut found: Vec<(&Unknown, String, String)> = Vec::new();
    for unknown in summaries.iter().flat_map(|summary| &summary.assumptions) {
        let Some(taken) = unknown.taken.as_ref().filter(|t| t.place.below.is_none()) else {
            continue;
        };
        let Some(parameter) = parameter(&taken.place, function, symbols) else {
            continue;
        };
        if found.iter().any(|(known, _, _)| *known == unknown) {
            continue;
        }
        let kind = match taken.kind {
            Kind::Int => "number",
            kind => kind.name(),
        };
        let symbol = &unknown.symbol;
        let steps = steps_text(&taken.place, symbols);
        let name = quoted(symbol.name());
        let check = format!("_taken({name}, \"{kind}\", {parameter}{steps})");
        found.push((unknown, names.unique(&short(symbol)), check));
    }
    found
}

pub(super) fn step_text(step: Step, symbols: &Symbols) -> String {
    match step {
        Step::Attribute(name) => format!("(\"attribute\", {})", quoted(symbols.text(name))),
        Step::Key(name) => format!("(\"key\", {})", quoted(symbols.text(name))),
        Step::Element | Step::This(_) => "(\"element\", None)".to_owned(),
        Step::Each => "(\"each\", None)".to_owned(),
        Step::Keys => "(\"keys\", None)".to_owned(),
        Step::Method(name, argument) => {
            let argument = argument.map(|text| format!("{}, ", quoted(symbols.text(text))));
            let name = quoted(symbols.text(name));
            format!("(\"method\", ({name}, {}))", argument.unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod counting_tests;
#[cfg(test)]
mod left_tests;
#[cfg(test)]
mod reached_tests;
#[cfg(test)]
mod slice_tests;
#[cfg(test)]
mod tests;
