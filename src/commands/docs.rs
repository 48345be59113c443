//! The reference pages under `docs/`, generated from the definitions so that they cannot drift.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clap::{Arg, Command, CommandFactory};
use heapcast_facts::{Facts, RelationInfo};
use heapcast_rules::Derived;

use super::cli::Cli;
use super::{callgraph, explain, facts, predict, summary, top, verify};

/// The variable that has the pages written instead of compared.
const UPDATE: &str = "HEAPCAST_UPDATE_DOCS";
const NOTE: &str = "<!-- Generated; to refresh it: \
    HEAPCAST_UPDATE_DOCS=1 cargo test --locked --lib commands::docs -->\n\n";

fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    let text = format!("{NOTE}{text}");
    if std::env::var_os(UPDATE).is_some() {
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        assert!(folder.and_then(|()| fs::write(&path, text)).is_ok());
        return;
    }
    let current = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        current == text,
        "docs/{name} is stale; refresh it with\n    \
         {UPDATE}=1 cargo test --locked --lib commands::docs\n"
    );
}

#[test]
fn the_command_line_page_is_fresh() {
    let mut command = Cli::command();
    command.build();
    let mut page = String::from("# The command line\n\n");
    page.push_str(&about(&command));
    page.push_str("## Options of every command\n\n");
    let general = |argument: &&Arg| argument.is_global_set();
    command
        .get_arguments()
        .filter(general)
        .for_each(|argument| page.push_str(&option(argument)));
    page.push_str("\n## Options of every command that reads Python\n\n");
    let of_project = |argument: &&Arg| argument.get_help_heading() == Some("Project options");
    let reads_python = command.get_subcommands().next();
    let project = reads_python.into_iter().flat_map(Command::get_arguments);
    project
        .filter(of_project)
        .for_each(|argument| page.push_str(&option(argument)));
    for command in command.get_subcommands() {
        let _ = write!(page, "\n## heapcast {}\n\n", command.get_name());
        page.push_str(&about(command));
        let own = |argument: &&Arg| {
            !argument.is_global_set() && !of_project(argument) && argument.get_id() != "help"
        };
        command
            .get_arguments()
            .filter(own)
            .for_each(|argument| page.push_str(&option(argument)));
    }
    check("cli.md", &page);
}

fn about(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let text = command.get_long_about().or(command.get_about());
    let text = text.map(ToString::to_string).unwrap_or_default();
    let after = command.get_after_help().map(ToString::to_string);
    let after = after.unwrap_or_default();
    let (example, rest) = after.split_once("\n\n").unwrap_or((&after, ""));
    let example = example.trim_start_matches("Example:\n");
    let example: String = example
        .lines()
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!("{rest}\n\n")
    };
    format!("{text}\n\n```text\n{usage}\n```\n\nExample:\n\n```sh\n{example}```\n\n{rest}")
}

/// One option as an item of a list.
fn option(argument: &Arg) -> String {
    let mut names = Vec::new();
    if let Some(short) = argument.get_short() {
        names.push(format!("-{short}"));
    }
    if let Some(long) = argument.get_long() {
        names.push(format!("--{long}"));
    }
    let values = argument.get_action().takes_values();
    let value = argument.get_value_names().unwrap_or_default();
    let value = value.first().map(ToString::to_string).unwrap_or_default();
    let name = match (names.is_empty(), values) {
        (true, _) => value,
        (false, true) => format!("{} {value}", names.join(", ")),
        (false, false) => names.join(", "),
    };
    let help = argument.get_help().map(ToString::to_string);
    let mut text = format!("* `{name}`: {}", help.unwrap_or_default());
    let possible = argument.get_possible_values();
    if values && !possible.is_empty() {
        for value in &possible {
            let help = value.get_help().map(ToString::to_string);
            let _ = write!(
                text,
                "\n  * `{}`: {}",
                value.get_name(),
                help.unwrap_or_default()
            );
        }
    }
    let defaults = argument.get_default_values();
    if let ([default], true) = (defaults, values) {
        let _ = write!(text, "\n\n  Default: `{}`.", default.to_string_lossy());
    }
    text.push('\n');
    text
}

#[test]
fn the_relations_page_is_fresh() {
    let mut page = String::from(
        "# The relations\n\n\
         `heapcast facts PATH -o DIR` writes one tab-separated file for each relation: input \
         relations to `DIR`, derived ones to `DIR/derived`. A row is a line. In symbols, `\\t`, \
         `\\n`, `\\r` and `\\\\` stand for a tab, a line feed, a carriage return and a backslash.\n\n",
    );
    page.push_str("## Types of columns\n\n| type | written as |\n| --- | --- |\n");
    let mut undescribed: BTreeSet<&str> = Facts::schema()
        .iter()
        .chain(&Derived::schema())
        .flat_map(|relation| relation.columns.iter().map(|column| column.type_name))
        .collect();
    for (name, text) in TYPES {
        let _ = writeln!(page, "| {name} | {text} |");
        undescribed.remove(name);
    }
    assert!(undescribed.is_empty(), "types to describe: {undescribed:?}");
    page.push_str("\n## Input relations\n\n");
    Facts::schema()
        .iter()
        .for_each(|info| page.push_str(&relation(info)));
    page.push_str("## Derived relations\n\n");
    Derived::schema()
        .iter()
        .for_each(|info| page.push_str(&relation(info)));
    check("relations.md", &page);
}

/// How the values of each type are written.
const TYPES: &[(&str, &str)] = &[
    ("variable", "`v12`"),
    (
        "object",
        "`o12`; where the rules found it, what it is: `instance(c3, o12)`, `any(o12)`, `bound(o3, o12)`, `super(o3, o12)`, `member(o3, .name)`, `external(o3)`, `copy(1, o12)`",
    ),
    ("object number", "`o12`"),
    ("call", "`c12`"),
    ("region", "`r12`"),
    ("number", "digits"),
    ("symbol", "its text"),
    (
        "field",
        "`.name` an attribute, `=key` and `#index` elements under constant keys and indices, `?` elements under others, `*` all elements, `@` the keys",
    ),
    ("object kind", "a word, such as `function`"),
    ("region kind", "a word, such as `loop`"),
    (
        "via",
        "`variable`, `returned`, `parameter(0)`, `global`, `closure`, `thrown`, `yielded` or `unknown`",
    ),
    (
        "bound",
        "`values` that a variable or field no longer took, `targets` of a call that it passes no arguments to, calls of a small function that share its code instead of a copy (`copies`), `keys` of a container that share one field, widened `parameters`, `instances` of a class that are one",
    ),
];

fn relation(info: &RelationInfo) -> String {
    let mut text = format!("### {}\n\n{}\n\n", info.name, info.doc);
    text.push_str("| column | type |\n| --- | --- |\n");
    for column in &info.columns {
        let _ = writeln!(text, "| {} | {} |", column.name, column.type_name);
    }
    text.push('\n');
    text
}

#[test]
fn the_schema_page_is_fresh() {
    let mut page = String::from(
        "# The JSON schemas\n\n\
         Each document says in `schema` what it is and in which version. A version only ever \
         gains fields; a field that changes or goes makes a new version.\n",
    );
    for (title, schema, fields) in [
        (
            "heapcast summary --format json",
            summary::SCHEMA,
            summary::FIELDS,
        ),
        ("heapcast top --format json", top::SCHEMA, top::FIELDS),
        (
            "heapcast explain --format json",
            explain::SCHEMA,
            explain::FIELDS,
        ),
        (
            "heapcast predict --format json",
            predict::SCHEMA,
            predict::FIELDS,
        ),
        (
            "heapcast verify --format json",
            verify::SCHEMA,
            verify::FIELDS,
        ),
        (
            "heapcast callgraph --format json",
            callgraph::SCHEMA,
            callgraph::FIELDS,
        ),
        ("heapcast facts --format json", facts::SCHEMA, facts::FIELDS),
    ] {
        let _ = write!(page, "\n## {title}\n\nSchema `{schema}`.\n\n");
        page.push_str("| field | type | |\n| --- | --- | --- |\n");
        for (field, kind, text) in fields {
            let _ = writeln!(page, "| `{field}` | {kind} | {text} |");
        }
    }
    page.push_str(
        "\n## heapcast callgraph --format pycg\n\n\
         One object without a version, as other call graph tools have it: each caller with the \
         sorted list of its callees, which is empty for a function that calls nothing.\n",
    );
    check("schema.md", &page);
}

/// The paths of the fields of a JSON value, with `[]` for elements.
fn paths(value: &serde_json::Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                let path = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                paths(value, &path, found);
                found.insert(path);
            }
        }
        serde_json::Value::Array(values) => {
            let at = format!("{at}[]");
            values.iter().for_each(|value| paths(value, &at, found));
        }
        _ => {}
    }
}

#[test]
fn every_field_is_documented_and_every_documented_field_exists() {
    let snapshot = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
        let text = fs::read_to_string(folder.join(name)).unwrap_or_default();
        text.splitn(3, "---\n")
            .nth(2)
            .unwrap_or_default()
            .to_owned()
    };
    let documents = [
        (
            snapshot(
                "summary/snapshots/heapcast__commands__summary__render__tests__summary_json.snap",
            ),
            summary::FIELDS,
        ),
        (
            snapshot("snapshots/heapcast__commands__top__tests__top_json.snap"),
            top::FIELDS,
        ),
        (
            snapshot("snapshots/heapcast__commands__explain__tests__explain_json.snap"),
            explain::FIELDS,
        ),
        (
            snapshot("snapshots/heapcast__commands__predict__tests__predict_json.snap"),
            predict::FIELDS,
        ),
        (
            snapshot("snapshots/heapcast__commands__verify__tests__verify_json.snap"),
            verify::FIELDS,
        ),
        (
            snapshot("snapshots/heapcast__commands__callgraph__tests__callgraph_json.snap"),
            callgraph::FIELDS,
        ),
        (facts::schema().unwrap_or_default(), facts::FIELDS),
    ];
    for (text, fields) in documents {
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let mut found = BTreeSet::new();
        paths(&value, "", &mut found);
        let described: BTreeSet<String> = fields.iter().map(|field| field.0.to_owned()).collect();
        // Fields that are described by reference to another object's.
        let referred = |path: &&String| {
            [
                "rows[].peak.",
                "rows[].retained.",
                "functions[].peak.",
                "functions[].retained.",
                "functions[].unknowns[].",
                "functions[].calls[].here.",
                "functions[].why_escapes[].",
                "lines[].lines[].",
                "missing[].",
            ]
            .iter()
            .any(|prefix| path.starts_with(prefix))
        };
        let missing: Vec<_> = found
            .difference(&described)
            .filter(|path| !referred(path))
            .collect();
        assert!(missing.is_empty(), "not described: {missing:?}");
        let gone: Vec<_> = described.difference(&found).collect();
        assert!(gone.is_empty(), "described and not there: {gone:?}");
    }
}
