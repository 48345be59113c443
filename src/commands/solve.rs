//! `heapcast solve`: what follows from a folder of relations.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use heapcast_facts::{Facts, Symbols};

use super::cli::SolveArgs;
use super::console::Console;
use super::error::{Error, reason};
use super::facts::{DERIVED_SCHEMA, add_derived, sizes_sheet, write_derived};
use super::output::{self, StagedFolder};
use super::{Analysis, SUCCESS};

/// Identifiers up to this number are taken, however few rows there are.
const ANY_IDENTIFIER: usize = 1 << 16;

/// Relations without a file that a warning names.
const NAMED: usize = 5;

/// Runs the command; its exit code.
///
/// # Errors
/// If the relations cannot be read or the result not be written.
pub(crate) fn run(
    arguments: &SolveArgs,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    if let Some(target) = &arguments.output {
        output::check_folder(target, DERIVED_SCHEMA)?;
    }
    let monitor = console.monitor();
    let loaded = monitor.time("load", || load(&arguments.folder));
    let solved = loaded.and_then(|loaded| {
        let derived = analysis.solve(&loaded.facts, &loaded.symbols, &monitor)?;
        if let Some(target) = &arguments.output {
            monitor.time("write", || {
                let staged = StagedFolder::new(target, DERIVED_SCHEMA)?;
                write_derived(&derived, &loaded.symbols, &staged, "")?;
                staged.commit()
            })?;
        }
        Ok((derived, loaded.absent))
    });
    let printed = solved.and_then(|(derived, absent)| {
        monitor.hide();
        if let Some(warning) = describe_absent(&arguments.folder, &absent) {
            console.warn(&warning);
        }
        let mut sheet = sizes_sheet();
        add_derived(&mut sheet, &derived);
        console.deliver(None, |screen, out| {
            out.write_all(sheet.render(screen).as_bytes())
        })?;
        Ok(SUCCESS)
    });
    console.finish(monitor);
    printed
}

/// The relations of a folder.
#[derive(Debug, Default)]
struct Loaded {
    facts: Facts,
    symbols: Symbols,
    /// The relations that have no file.
    absent: Vec<&'static str>,
}

/// Reads the input relations of a folder, in the order of the schema.
fn load(folder: &Path) -> Result<Loaded, Error> {
    let mut others = relation_files(folder)?;
    let mut loaded = Loaded::default();
    for relation in Facts::schema() {
        let path = folder.join(relation.name).with_extension("tsv");
        others.retain(|other| *other != path);
        match fs::read(&path) {
            Ok(bytes) => load_relation(&mut loaded, relation.name, &path, bytes)?,
            Err(error) if error.kind() == ErrorKind::NotFound => loaded.absent.push(relation.name),
            Err(error) => return Err(unreadable(&path, &reason(&error))),
        }
    }
    check_identifiers(folder, &loaded.facts)?;
    match others.first() {
        Some(other) => {
            let name = other.file_stem().unwrap_or_default().to_string_lossy();
            Err(Error::new(format!(
                "{}: no input relation is called `{name}`",
                other.display()
            ))
            .hint("`heapcast facts --format json` lists them"))
        }
        None => Ok(loaded),
    }
}

/// Tables are as long as the largest identifier is; each identifier has a row of its own.
fn check_identifiers(folder: &Path, facts: &Facts) -> Result<(), Error> {
    let rows: usize = facts.sizes().iter().map(|(_, rows)| rows).sum();
    let limit = u32::try_from(rows.max(ANY_IDENTIFIER)).unwrap_or(u32::MAX - 1);
    match facts.identifier_past(limit) {
        None => Ok(()),
        Some((relation, line)) => {
            let path = folder.join(relation).with_extension("tsv");
            Err(Error::new(format!(
                "{}:{line}: an identifier is past {limit}, but there are only {rows} rows in all",
                path.display()
            ))
            .hint("identifiers of a kind are numbered from 0"))
        }
    }
}

/// The tab-separated files of a folder, sorted.
fn relation_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error: std::io::Error| unreadable(folder, &reason(&error));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "tsv") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(
            Error::new(format!("there are no relations in `{}`", folder.display()))
                .hint("`heapcast facts PATH -o DIR` writes them"),
        );
    }
    files.sort();
    Ok(files)
}

fn load_relation(
    loaded: &mut Loaded,
    name: &str,
    path: &Path,
    bytes: Vec<u8>,
) -> Result<(), Error> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::new(format!("{}:{line}: the text is not UTF-8", path.display()))
    })?;
    loaded
        .facts
        .load(name, &text, &mut loaded.symbols)
        .map_err(|(line, message)| Error::new(format!("{}:{line}: {message}", path.display())))
}

fn unreadable(path: &Path, reason: &str) -> Error {
    Error::new(format!("cannot read `{}`: {reason}", path.display()))
}

fn describe_absent(folder: &Path, absent: &[&str]) -> Option<String> {
    let more = match absent.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named: Vec<&str> = absent.iter().take(NAMED).copied().collect();
    (!absent.is_empty()).then(|| {
        format!(
            "{}: relations without a file are taken as empty: {}{more}",
            folder.display(),
            named.join(", ")
        )
    })
}

#[cfg(test)]
#[path = "solve_tests.rs"]
mod tests;
