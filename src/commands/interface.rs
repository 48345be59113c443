//! `heapcast interface`: Python modules that give the memory of functions for their arguments.

use std::path::Path;

use super::cli::InterfaceArgs;
use super::console::Console;
use super::error::Error;
use super::output::{self, SCHEMA_FILE, StagedFolder};
use super::{Analysis, Request};

/// The schema of a folder of interface modules.
pub(crate) const SCHEMA: &str = "heapcast.interface/1";

/// The interfaces of the functions of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceModule {
    /// The module's dotted name, as in call graphs.
    pub name: String,
    /// The file.
    pub path: String,
    /// The program.
    pub text: String,
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the input cannot be analysed or the result not be written.
pub(crate) fn run(
    arguments: &InterfaceArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let request = Request::new(&arguments.project, &[], threads);
    let monitor = console.monitor();
    let outcome = analysis.interfaces(&request, &monitor);
    let printed = outcome.and_then(|(modules, coverage)| {
        monitor.hide();
        console.report(&coverage);
        write(&modules, &request, arguments.output.as_deref(), console)?;
        Ok(coverage.exit_code())
    });
    console.finish(monitor);
    printed
}

/// One module goes to a file or to standard output; those of a folder to a folder.
fn write(
    modules: &[InterfaceModule],
    request: &Request,
    output: Option<&Path>,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let has_folder = request.paths.iter().any(|path| path.is_dir());
    match (modules, output) {
        ([], _) => {
            Err(Error::new("there is no such function")
                .hint("`heapcast summary` names all functions"))
        }
        (all, Some(folder)) if has_folder && request.targets.is_empty() => {
            write_folder(all, folder)
        }
        ([one], file) => console.deliver(file, |_, out| out.write_all(one.text.as_bytes())),
        (_, Some(folder)) => write_folder(modules, folder),
        (_, None) => Err(Error::new(
            "the interfaces of several files need a folder to be written to",
        )
        .hint("add `-o DIR`, or name one file or function")),
    }
}

fn write_folder(modules: &[InterfaceModule], folder: &Path) -> Result<(), Error> {
    output::check_folder(folder, SCHEMA)?;
    let staged = StagedFolder::new(folder, SCHEMA)?;
    for module in modules {
        staged.write(
            &format!("{}.py", module.name.replace('.', "/")),
            &module.text,
        )?;
    }
    staged.write(SCHEMA_FILE, &format!("{{\"schema\": \"{SCHEMA}\"}}\n"))?;
    staged.commit()
}
