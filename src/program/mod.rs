//! From files to a linked program: parse and lower each file, tie the files together, and decide
//! which functions are cloned, which parameters are hubs and what unseen callers may pass.

mod exports;
mod link;
mod policy;

use std::path::PathBuf;

use heapcast_facts::{
    Call, Facts, ModelError, ModelNames, Models, NextIds, Obj, Region, Relocation, Symbol, Symbols,
    Var,
};
use heapcast_rules::{Derived, Trail};
use rayon::prelude::*;

use crate::commands::progress::Monitor;
use crate::ir;
use crate::lower::{LowerInput, Lowered, Receiver, lower};
use crate::project::{
    self, Diagnostic, ModuleId, ModuleIndex, ModuleSource, Project, ProjectError, World,
};

/// How to analyse a project.
#[derive(Debug, Clone)]
pub struct Options {
    /// The version of Python that is assumed.
    pub python: (u32, u32),
    /// Whether callers outside of the project are assumed; found out where it is left open.
    pub world: Option<World>,
    /// Folders with further models.
    pub models: Vec<PathBuf>,
    /// Threads to use; as many as there are processors where it is left open.
    pub threads: Option<usize>,
    /// Whether the intermediate representation is wanted.
    pub keep_ir: bool,
}

/// What stops an analysis as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The project cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Models are wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Models(Vec<ModelError>),
}

/// Where a module stands in the program.
#[derive(Debug, Clone)]
pub struct ModuleInfo {
    /// Its object.
    pub object: Obj,
    /// Its path as the user should see it.
    pub display: String,
    /// Where its source is.
    pub source: ModuleSource,
    /// How many lines it has.
    pub lines: usize,
}

/// A linked program.
#[derive(Debug, Default)]
pub struct Program {
    /// The input relations.
    pub facts: Facts,
    /// The symbols in them.
    pub symbols: Symbols,
    /// The modules with their code; identifiers are the program's.
    pub code: Vec<ir::Module>,
    /// Where each module stands, in order.
    pub modules: Vec<ModuleInfo>,
    /// What is wrong with files.
    pub diagnostics: Vec<Diagnostic>,
    /// The models that the program was linked with.
    pub models: Models,
    /// Modelled functions and classes that Python itself does not have, sorted.
    pub hidden: Vec<Obj>,
}

impl Program {
    /// The module that an object stands in, by the object of the module.
    #[must_use]
    pub fn module_of(&self, module: Obj) -> Option<&ModuleInfo> {
        self.modules
            .binary_search_by_key(&module, |info| info.object)
            .ok()
            .and_then(|place| self.modules.get(place))
    }
}

/// A file after lowering.
struct Unit {
    lowered: Option<Lowered>,
    diagnostics: Vec<Diagnostic>,
    lines: usize,
}

/// Reads, parses, lowers and links a project.
///
/// # Errors
/// If the threads cannot be started or a model file is wrong; what is wrong with single files is
/// in the program's diagnostics.
pub fn load(project: &Project, options: &Options, monitor: &Monitor) -> Result<Program, Error> {
    let mut models = Models::builtin();
    for folder in &options.models {
        models.load_dir(folder).map_err(Error::Models)?;
    }
    let pool = project::pool(options.threads)?;
    let units = {
        let stage = monitor.stage("lower", Some(project.modules.len() as u64));
        pool.install(|| -> Vec<Unit> {
            project
                .modules
                .par_iter()
                .map(|module| {
                    let unit = lower_module(module, options);
                    stage.advance(1);
                    unit
                })
                .collect()
        })
    };
    let _stage = monitor.stage("link", None);
    Ok(pool.install(|| assemble(project, options, models, units)))
}

/// Adds what outlives its region to what follows from a program.
pub fn complete(program: &Program, derived: &mut Derived, monitor: &Monitor) {
    let _stage = monitor.stage("escape", None);
    heapcast_rules::complete(&program.facts, derived);
}

/// Derives points-to and call targets from a program.
pub fn solve(program: &mut Program, monitor: &Monitor) -> Derived {
    solve_with_trails(program, &[], monitor).0
}

/// Derives the same, and how the targets of the calls in `asked` came there.
pub fn solve_with_trails(
    program: &mut Program,
    asked: &[Call],
    monitor: &Monitor,
) -> (Derived, Vec<Trail>) {
    let _stage = monitor.stage("solve", None);
    heapcast_rules::solve_with_trails(&program.facts, &mut program.symbols, asked)
}

fn lower_module(module: &ModuleSource, options: &Options) -> Unit {
    let text = match project::read(module) {
        Ok(text) => text,
        Err(diagnostic) => {
            return Unit {
                lowered: None,
                diagnostics: vec![diagnostic],
                lines: 0,
            };
        }
    };
    let parsed = project::parse(&text, &module.display);
    let lines = parsed.lines.count();
    let starts: Vec<u32> = (1..=lines as u32)
        .map(|line| parsed.lines.start(line))
        .collect();
    let input = LowerInput {
        name: &module.call_graph_name,
        text: &text,
        line_starts: &starts,
        python: options.python,
        keep_ir: options.keep_ir,
    };
    let lowered = lower(&parsed.module, &input);
    Unit {
        lowered: Some(lowered),
        diagnostics: parsed.errors,
        lines,
    }
}

fn assemble(project: &Project, options: &Options, models: Models, units: Vec<Unit>) -> Program {
    let mut program = Program::default();
    let mut next = NextIds::default();
    let names = models.emit(&mut program.facts, &mut program.symbols, &mut next);
    program.models = models;
    program.diagnostics.clone_from(&project.diagnostics);
    program.hidden = names
        .iter()
        .map(|(_, object)| object)
        .filter(|&o| names.is_hidden(o))
        .collect();
    program.hidden.sort_unstable();
    program.hidden.dedup();
    let mut linker = link::Linker::new(names);
    let mut region = Region(0);
    for (module, unit) in project.modules.iter().zip(units) {
        let object = Obj(next.object);
        program.diagnostics.extend(unit.diagnostics);
        program.modules.push(ModuleInfo {
            object,
            display: module.display.clone(),
            source: module.clone(),
            lines: unit.lines,
        });
        let Some(mut lowered) = unit.lowered else {
            next.object += 1;
            let name = program.symbols.intern(&module.call_graph_name);
            program
                .facts
                .object
                .push((object, heapcast_facts::ObjectKind::Module, name));
            linker.skip(object);
            continue;
        };
        let symbols = program.symbols.absorb(&lowered.symbols);
        let by = Relocation {
            var: next.var,
            object: next.object,
            call: next.call,
            region: region.0,
            symbols: &symbols,
        };
        program.facts.append(&lowered.facts, &by);
        if options.keep_ir {
            lowered.ir.relocate(&by);
            program.code.push(lowered.ir);
        }
        linker.add(object, lowered.links, &by);
        next.var += lowered.counts.vars;
        next.object += lowered.counts.objects;
        next.call += lowered.counts.calls;
        region.0 += lowered.counts.regions;
    }
    let index = ModuleIndex::new(project);
    let known = linker.link(&mut program, project, &index, &mut next);
    let world = options.world.unwrap_or_else(|| guess_world(project));
    policy::apply(&mut program, &known, world);
    program
}

/// The top-level names that the modules from number `start` on import.
///
/// # Errors
/// If the threads cannot be started.
pub fn imported_names(
    project: &Project,
    start: usize,
    options: &Options,
) -> Result<Vec<String>, Error> {
    let pool = project::pool(options.threads)?;
    let names: Vec<Vec<String>> = pool.install(|| {
        project.modules[start.min(project.modules.len())..]
            .par_iter()
            .map(|module| {
                lower_module(module, options)
                    .lowered
                    .map_or_else(Vec::new, |lowered| {
                        lowered.links.absolute_imports(&lowered.symbols)
                    })
            })
            .collect()
    });
    let mut names: Vec<String> = names.into_iter().flatten().collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// A project that is one package is a library; others run by themselves.
fn guess_world(project: &Project) -> World {
    let is_library = project.modules.iter().any(|module| {
        module.is_package && !module.third_party && !module.call_graph_name.contains('.')
    }) && !project.modules.iter().any(|module| {
        !module.is_package
            && !module.third_party
            && !module.call_graph_name.contains('.')
            && module.name != "setup"
            && module.name != "conftest"
    });
    if is_library {
        World::Open
    } else {
        World::Closed
    }
}

/// What linking found out that later steps need.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The first parameters of methods.
    pub(crate) receivers: Vec<Receiver>,
    /// Constant strings that could name something, with the variables that hold them.
    pub(crate) strings: Vec<(Var, Symbol)>,
    /// The objects of models.
    pub(crate) names: ModelNames,
}

/// Whether a name is one that Python gives a meaning of its own.
fn is_special(name: &str) -> bool {
    name.starts_with("__") && name.ends_with("__")
}

/// The identity of a module within the project; modules and their objects have the same order.
fn module_id(place: usize) -> ModuleId {
    ModuleId(place as u32)
}
