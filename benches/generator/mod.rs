//! Python programs with the statistics of real ones, for benches and scaling runs.
//!
//! The same size and seed give the same program. A program is planned first, every function
//! and class by its signature, then written, so that modules can call each other both ways:
//!
//! * Modules have about 300 lines and stand in packages, these in libraries of about 20,000
//!   lines. Imports stay mostly within the package, then within the library, as they do where
//!   many libraries live side by side. A few helpers and registries are used by all.
//! * Each 12 lines have one function, each 80 one class, each 2.2 one call, as in CPython's
//!   standard library. A quarter of the modules are unit tests.
//!
//! Every module compiles and imports; its functions are not meant to be run.

mod body;
mod dice;
mod plan;
mod write;

use dice::Dice;
use plan::{MODULES_IN_PACKAGE, PACKAGES_IN_LIBRARY, Plan, library, package};
use write::Writer;

/// What every module may lean on. `keep` and `identity` see values from everywhere, as the
/// helpers of real programs do; `registered` is a registry of functions that all fill.
const BASE: &str = include_str!("base.py");

/// A whole program of about so many lines: relative paths and sources, in order of path.
pub(crate) fn project(lines: usize, seed: u64) -> Vec<(String, String)> {
    let mut dice = Dice(seed ^ 0x5DEE_CE66_D1CE_4E5B);
    let plan = Plan::new(lines.saturating_sub(BASE.lines().count()), &mut dice);
    let mut files = vec![
        ("base/__init__.py".to_owned(), String::new()),
        ("base/tools.py".to_owned(), BASE.to_owned()),
    ];
    for (at, module) in plan.modules.iter().enumerate() {
        if at % (MODULES_IN_PACKAGE * PACKAGES_IN_LIBRARY) == 0 {
            files.push((format!("{}/__init__.py", library(at)), String::new()));
        }
        if at % MODULES_IN_PACKAGE == 0 {
            let path = format!("{}/__init__.py", package(at).replace('.', "/"));
            files.push((path, plan.exports(at)));
        }
        let path = format!("{}/{}.py", package(at).replace('.', "/"), module.name);
        files.push((path, Writer::new(&plan, at, &mut dice).module()));
    }
    files.sort();
    files
}
