//! `heapcast facts`: the relations as tab-separated files.

use heapcast_facts::{Facts, RelationInfo};
use heapcast_rules::Derived;
use serde::Serialize;

use super::cli::{FactsArgs, FactsFormat};
use super::console::Console;
use super::error::Error;
use super::output::{self, SCHEMA_FILE, StagedFolder};
use super::table::{Column, Sheet};
use super::wrap::Kind;
use super::{Analysis, Relations, Request};

/// The schema of a folder with all relations.
pub(crate) const SCHEMA: &str = "heapcast.facts/1";
/// The schema of a folder with derived relations.
pub(crate) const DERIVED_SCHEMA: &str = "heapcast.derived/1";
/// The folder of the derived relations.
pub(crate) const DERIVED: &str = "derived";

/// The fields of `schema.json`: where, of what type, and what they say.
#[cfg(test)]
pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    (
        "schema",
        "string",
        "`heapcast.facts/1`; `heapcast.derived/1` in a folder with derived relations only",
    ),
    (
        "relations",
        "array",
        "every relation, in the order of the reference",
    ),
    ("relations[].name", "string", "the relation's name"),
    (
        "relations[].file",
        "string",
        "its file, relative to the folder",
    ),
    ("relations[].kind", "string", "`input` or `derived`"),
    ("relations[].doc", "string", "what a row indicates"),
    ("relations[].columns", "array", "the columns in order"),
    ("relations[].columns[].name", "string", "the column's name"),
    (
        "relations[].columns[].type",
        "string",
        "the type of its values",
    ),
];

#[derive(Serialize)]
struct Schema {
    schema: &'static str,
    relations: Vec<SchemaRelation>,
}

#[derive(Serialize)]
struct SchemaRelation {
    name: &'static str,
    file: String,
    kind: &'static str,
    doc: &'static str,
    columns: Vec<SchemaColumn>,
}

#[derive(Serialize)]
struct SchemaColumn {
    name: &'static str,
    #[serde(rename = "type")]
    type_name: &'static str,
}

fn described(info: RelationInfo, kind: &'static str, folder: &str) -> SchemaRelation {
    SchemaRelation {
        name: info.name,
        file: format!("{folder}{}.tsv", info.name),
        kind,
        doc: info.doc,
        columns: info
            .columns
            .iter()
            .map(|column| SchemaColumn {
                name: column.name,
                type_name: column.type_name,
            })
            .collect(),
    }
}

fn text_of(schema: &Schema) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(schema);
    let mut text = text.map_err(|error| Error::new(format!("cannot write the schema: {error}")))?;
    text.push('\n');
    Ok(text)
}

/// The schema of all relations, as JSON.
///
/// # Errors
/// If it cannot be written as JSON.
pub(crate) fn schema() -> Result<String, Error> {
    let input = Facts::schema().into_iter();
    let derived = Derived::schema().into_iter();
    let folder = format!("{DERIVED}/");
    text_of(&Schema {
        schema: SCHEMA,
        relations: input
            .map(|info| described(info, "input", ""))
            .chain(derived.map(|info| described(info, "derived", &folder)))
            .collect(),
    })
}

/// The schema of the derived relations alone, as JSON.
///
/// # Errors
/// If it cannot be written as JSON.
pub(crate) fn derived_schema() -> Result<String, Error> {
    let derived = Derived::schema().into_iter();
    text_of(&Schema {
        schema: DERIVED_SCHEMA,
        relations: derived.map(|info| described(info, "derived", "")).collect(),
    })
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the input cannot be analysed or the result not be written.
pub(crate) fn run(
    arguments: &FactsArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let Some(target) = &arguments.output else {
        if arguments.format == FactsFormat::Json {
            let schema = schema()?;
            console.deliver(None, |_, out| out.write_all(schema.as_bytes()))?;
            return Ok(super::SUCCESS);
        }
        return Err(Error::new("the relations need a folder to be written to")
            .hint("add `-o DIR`, or `--format json` to see their schema"));
    };
    output::check_folder(target, SCHEMA)?;
    let request = Request::new(&arguments.project, &[], threads);
    let monitor = console.monitor();
    let outcome = analysis.relations(&request, &monitor);
    let written = outcome.and_then(|(relations, coverage)| {
        monitor.time("write", || write(&relations, target))?;
        Ok((relations, coverage))
    });
    let printed = written.and_then(|(relations, coverage)| {
        monitor.hide();
        console.report(&coverage);
        print_sizes(&relations, console)?;
        Ok(coverage.exit_code())
    });
    console.finish(monitor);
    printed
}

fn write(relations: &Relations, target: &std::path::Path) -> Result<(), Error> {
    let staged = StagedFolder::new(target, SCHEMA)?;
    let symbols = &relations.symbols;
    relations.facts.dump(symbols, |name, rows| {
        staged.write(&format!("{name}.tsv"), rows)
    })?;
    write_derived(&relations.derived, symbols, &staged, &format!("{DERIVED}/"))?;
    staged.write(SCHEMA_FILE, &schema()?)?;
    staged.commit()
}

/// Writes the derived relations and their schema under `prefix`.
///
/// # Errors
/// If a file cannot be written.
pub(crate) fn write_derived(
    derived: &Derived,
    symbols: &heapcast_facts::Symbols,
    staged: &StagedFolder,
    prefix: &str,
) -> Result<(), Error> {
    derived.dump(symbols, |name, rows| {
        staged.write(&format!("{prefix}{name}.tsv"), rows)
    })?;
    staged.write(&format!("{prefix}{SCHEMA_FILE}"), &derived_schema()?)
}

fn print_sizes(relations: &Relations, console: &mut Console<'_>) -> Result<(), Error> {
    let mut sheet = sizes_sheet();
    for (name, rows) in relations.facts.sizes() {
        sheet.row(["input".to_owned(), name.to_owned(), rows.to_string()]);
    }
    add_derived(&mut sheet, &relations.derived);
    console.deliver(None, |screen, out| {
        out.write_all(sheet.render(screen).as_bytes())
    })
}

/// A table of relations with their sizes.
pub(crate) fn sizes_sheet() -> Sheet {
    Sheet::new(vec![
        Column::new("kind", Kind::Fixed),
        Column::new("relation", Kind::Fixed),
        Column::new("rows", Kind::Fixed),
    ])
}

/// Adds the sizes of the derived relations.
pub(crate) fn add_derived(sheet: &mut Sheet, derived: &Derived) {
    for (name, rows) in derived.lengths() {
        sheet.row(["derived".to_owned(), name.to_owned(), rows.to_string()]);
    }
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
