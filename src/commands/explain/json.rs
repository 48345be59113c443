//! Explanations as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::Explanation;
use crate::commands::{Coverage, Notice};

/// The schema of the JSON format.
pub(crate) const SCHEMA: &str = "heapcast.explain/1";

/// The fields of the JSON format: where, of what type, and what they say.
#[cfg(test)]
pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    ("schema", "string", "`heapcast.explain/1`"),
    ("files", "number", "how many files were analysed"),
    (
        "functions",
        "array",
        "the functions in the order of the program",
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
    ("functions[].last_line", "number", "its last line"),
    (
        "functions[].grade",
        "string",
        "how far the figures may be trusted: `exact`, `upper`, `modelled` or `open`",
    ),
    (
        "functions[].total",
        "object",
        "what a call asks for in all; `peak` and `retained` are alike",
    ),
    (
        "functions[].total.bytes",
        "string",
        "the formula of the bytes",
    ),
    (
        "functions[].total.objects",
        "string",
        "the formula of the number of objects",
    ),
    (
        "functions[].total.grade",
        "string",
        "the grade of this figure",
    ),
    (
        "functions[].total.moments",
        "number",
        "at how many moments the most may be alive; 1 for total and retained",
    ),
    (
        "functions[].peak",
        "object",
        "the most that is alive at one moment",
    ),
    (
        "functions[].retained",
        "object",
        "what is still reachable when it ends",
    ),
    (
        "functions[].lines",
        "array",
        "what each line contributes, by type, in the order of the source",
    ),
    ("functions[].lines[].path", "string", "the file"),
    (
        "functions[].lines[].line",
        "number",
        "the line, from 1; what a callee allocates counts on the line of the call",
    ),
    ("functions[].lines[].text", "string", "the line itself"),
    ("functions[].lines[].type", "string", "the type"),
    (
        "functions[].lines[].total",
        "string or null",
        "the bytes in total; null where there are none",
    ),
    (
        "functions[].lines[].peak",
        "array",
        "the bytes at the moments that may be the peak, each formula once; empty where it is never alive then",
    ),
    (
        "functions[].lines[].retained",
        "string or null",
        "the bytes that are retained; null where there are none",
    ),
    (
        "functions[].loops",
        "array",
        "the loops, in order of execution",
    ),
    ("functions[].loops[].line", "number", "the line, from 1"),
    ("functions[].loops[].text", "string", "the line itself"),
    ("functions[].loops[].count", "string", "how often it runs"),
    (
        "functions[].loops[].index",
        "string",
        "the number of the iteration, from 0, in formulas of the calls in it",
    ),
    (
        "functions[].loops[].is_bound",
        "boolean",
        "whether the count is a bound: the loop may run less often",
    ),
    (
        "functions[].loops[].reason",
        "string",
        "how the number came about",
    ),
    (
        "functions[].calls",
        "array",
        "the calls that allocate, one entry for each target, in order of execution",
    ),
    ("functions[].calls[].line", "number", "the line, from 1"),
    ("functions[].calls[].text", "string", "the line itself"),
    (
        "functions[].calls[].callee",
        "string",
        "the dotted name of what is called",
    ),
    (
        "functions[].calls[].kind",
        "string",
        "`summary` (the callee's own), `model` (of library code), `unknown` (the call is an unknown of the formulas) or `recursion` (solved as a whole)",
    ),
    (
        "functions[].calls[].given",
        "array",
        "what the callee's measures are here, where that is not their name",
    ),
    (
        "functions[].calls[].given[].name",
        "string",
        "the callee's measure",
    ),
    (
        "functions[].calls[].given[].value",
        "string",
        "its formula here",
    ),
    (
        "functions[].calls[].own",
        "object or null",
        "the callee's own formulas; null where it is no function of the project",
    ),
    ("functions[].calls[].own.total", "string", "of total"),
    ("functions[].calls[].own.peak", "string or null", "of peak"),
    (
        "functions[].calls[].own.retained",
        "string or null",
        "of retained",
    ),
    (
        "functions[].calls[].here",
        "object or null",
        "the formulas of one call here, in the same form; null in a recursion",
    ),
    (
        "functions[].unknowns",
        "array",
        "what the figures rest on that no input determines; as in the summary",
    ),
    (
        "functions[].why_call",
        "array",
        "with `--why-call`: how each target of the calls on the line came there",
    ),
    (
        "functions[].why_call[].subject",
        "string",
        "what it is about",
    ),
    (
        "functions[].why_call[].conclusion",
        "string",
        "what follows from it",
    ),
    (
        "functions[].why_call[].is_whole",
        "boolean",
        "whether the chain is complete; if not, it starts where nothing more is known",
    ),
    (
        "functions[].why_call[].steps",
        "array",
        "the facts, each of which leads to the next",
    ),
    (
        "functions[].why_call[].steps[].path",
        "string or null",
        "the file, where it stands in one",
    ),
    (
        "functions[].why_call[].steps[].line",
        "number or null",
        "the line, from 1",
    ),
    (
        "functions[].why_call[].steps[].text",
        "string",
        "the line itself",
    ),
    (
        "functions[].why_call[].steps[].fact",
        "string",
        "what happens there",
    ),
    (
        "functions[].why_escapes",
        "array",
        "with `--why-escapes`: why what is made on the line outlives its call or iteration; in the same form",
    ),
    (
        "missing",
        "array",
        "files that are not in the result, wholly or in part; as in the call graph",
    ),
];

/// Writes explanations with all that was asked.
///
/// # Errors
/// If `out` cannot be written to.
pub(super) fn write(
    functions: &[Explanation],
    coverage: &Coverage,
    out: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        files: usize,
        functions: &'a [Explanation],
        missing: Vec<&'a Notice>,
    }
    let document = Document {
        schema: SCHEMA,
        files: coverage.files,
        functions,
        missing: coverage.missing().collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
