//! The analysis that the commands ask: discovery, loading, solving, and what they want of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

use heapcast_facts::cpython::SizeTable;
use heapcast_facts::{Facts, Map, Obj, ObjectKind, PROGRAM, Symbols, Var};
use heapcast_rules::{Bound, Derived, Record};
use rayon::ThreadPool;

use crate::algebra::Grade;
use crate::commands::cli;
use crate::commands::progress::Monitor;
use crate::commands::{
    Abstraction, Analysis, CallGraph, CallSite, Coverage, Error, Explanations, Forecasts,
    InterfaceModule, Notice, Outcome, Questions, Relations, Request, Severity, SummaryRow, Target,
};
use crate::interface::{self, Source, Sources, Surroundings};
use crate::ir::{self, FunctionKind, Op};
use crate::program::{self, Options, Program};
use crate::project::{
    self, Config, DiscoverOptions, Environment, Project, PythonVersion, World, config,
};
use crate::summary::{self, FunctionSummary};

mod chains;
mod explain;
mod forecast;
mod places;

use explain::{Answers, Asked};

/// The newest version of CPython that there is a table for.
const NEWEST: (u32, u32) = (3, 13);

/// The analysis of this crate.
#[derive(Debug, Default, Clone, Copy)]
pub struct Heapcast;

/// A request with the settings file taken into account.
struct Settings {
    request: Request,
    config: Config,
}

impl Settings {
    fn of(request: &Request) -> Result<Self, Error> {
        let config = match &request.config {
            Some(path) => config::load(path),
            None => config::find(&request.paths),
        };
        let config = config.map_err(|error| Error::new(error.to_string()))?;
        Ok(Self {
            request: request.clone(),
            config,
        })
    }

    fn discovered(&self) -> Result<Project, Error> {
        let mut options = DiscoverOptions {
            include: self.config.include.clone(),
            exclude: self.config.exclude.clone(),
            globs_base: self.config.folder().map(PathBuf::from),
            ..DiscoverOptions::default()
        };
        if !self.request.include.is_empty() {
            options.include.clone_from(&self.request.include);
            options.globs_base = None;
        }
        options.exclude.extend(self.request.exclude.iter().cloned());
        if self
            .request
            .paths
            .iter()
            .any(|path| path.as_os_str() == "-")
        {
            let mut bytes = Vec::new();
            std::io::stdin()
                .read_to_end(&mut bytes)
                .map_err(|error| Error::new(format!("standard input cannot be read: {error}")))?;
            options.stdin = Some(bytes);
        }
        project::discover(&self.request.paths, &options)
            .map_err(|error| Error::new(error.to_string()))
    }

    fn options(&self, keep_ir: bool) -> Result<Options, Error> {
        let python = match &self.request.python {
            Some(text) => parse_version(text)
                .ok_or_else(|| Error::new(format!("{text} is no version of Python")))?,
            None => self.config.python.map_or(NEWEST, version),
        };
        let mut models = self.config.models.clone();
        models.extend(self.request.models.iter().cloned());
        Ok(Options {
            python,
            world: self
                .request
                .world
                .map(|world| match world {
                    cli::World::Open => World::Open,
                    cli::World::Closed => World::Closed,
                })
                .or(self.config.world),
            models,
            threads: self.request.threads.or(self.config.threads),
            keep_ir,
        })
    }

    /// The folder whose installed packages are analysed too, if that was asked for.
    fn environment(&self) -> Result<Option<Environment>, Error> {
        if !self.request.follow_imports && self.config.follow_imports != Some(true) {
            return Ok(None);
        }
        let path = self
            .request
            .python_path
            .as_ref()
            .or(self.config.python_path.as_ref());
        let Some(path) = path else {
            return Err(Error::new("following imports needs an environment")
                .hint("name a virtual environment or interpreter with --python-path"));
        };
        Environment::find(path)
            .map(Some)
            .map_err(|error| Error::new(error.to_string()))
    }
}

fn version(version: PythonVersion) -> (u32, u32) {
    (u32::from(version.major), u32::from(version.minor))
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// A program with what follows from it.
pub struct Solved {
    /// The program.
    pub program: Program,
    /// What follows.
    pub derived: Derived,
}

/// A solved program with what was asked of it.
struct Answered {
    solved: Solved,
    asked: Asked,
    answers: Answers,
    /// The summaries in which what the data decides is counted, for interfaces.
    counted: Vec<FunctionSummary>,
    sizes: SizeTable,
    /// The threads that summarised it.
    pool: ThreadPool,
}

impl Heapcast {
    fn load(
        request: &Request,
        monitor: &Monitor,
        keep_ir: bool,
    ) -> Result<(Program, Coverage), Error> {
        let settings = Settings::of(request)?;
        let mut project = {
            let _stage = monitor.stage("discover", None);
            settings.discovered()?
        };
        let options = settings.options(keep_ir)?;
        if let Some(environment) = settings.environment()? {
            follow(&mut project, &environment, &options)?;
        }
        let program = program::load(&project, &options, monitor)
            .map_err(|error| Error::new(error.to_string()))?;
        let coverage = coverage(request, &program);
        Ok((program, coverage))
    }

    fn summarised(
        request: &Request,
        monitor: &Monitor,
    ) -> Result<(Solved, Vec<FunctionSummary>, Coverage), Error> {
        let (answered, summaries, coverage) =
            Self::explained(request, monitor, |_| Asked::default())?;
        Ok((answered.solved, summaries, coverage))
    }

    /// Summarises a program as its interfaces need it.
    fn for_interfaces(
        request: &Request,
        monitor: &Monitor,
    ) -> Result<(Answered, Vec<FunctionSummary>, Coverage), Error> {
        Self::explained(request, monitor, |_| Asked {
            interfaces: true,
            ..Asked::default()
        })
    }

    /// Summarises a program, and answers what is asked of it.
    fn explained(
        request: &Request,
        monitor: &Monitor,
        ask: impl FnOnce(&Program) -> Asked,
    ) -> Result<(Answered, Vec<FunctionSummary>, Coverage), Error> {
        let options = Settings::of(request)?.options(true)?;
        let version = format!("{}.{}", options.python.0, options.python.1);
        let sizes = SizeTable::for_version(Some(&version))
            .map_err(|error| Error::new(error.to_string()))?;
        let pool = project::pool(options.threads).map_err(|error| Error::new(error.to_string()))?;
        let (mut program, mut coverage) = Self::load(request, monitor, true)?;
        let asked = ask(&program);
        let (mut derived, trails) = program::solve_with_trails(&mut program, &asked.calls, monitor);
        coverage.bounds = abstractions(&program, &derived);
        let made: Vec<Var> = asked.made.iter().map(|row| row.0).collect();
        let (parts, ways) = monitor.time("escape", || {
            summary::escapes_with_ways(&program, &mut derived, &made)
        });
        let _stage = monitor.stage("summarise", None);
        let summarised = |cases: bool, counting: bool| {
            let noted = &asked.functions;
            let modes = [cases, counting];
            pool.install(|| summary::summaries(&program, &derived, &parts, &sizes, noted, modes))
        };
        let summaries = summarised(asked.interfaces, false);
        let counted = match asked.interfaces {
            true => summarised(false, true),
            false => Vec::new(),
        };
        let answered = Answered {
            solved: Solved { program, derived },
            asked,
            answers: Answers { trails, ways },
            counted,
            sizes,
            pool,
        };
        Ok((answered, summaries, coverage))
    }

    fn solved(
        request: &Request,
        monitor: &Monitor,
        keep_ir: bool,
    ) -> Result<(Solved, Coverage), Error> {
        let (mut program, mut coverage) = Self::load(request, monitor, keep_ir)?;
        let derived = program::solve(&mut program, monitor);
        coverage.bounds = abstractions(&program, &derived);
        Ok((Solved { program, derived }, coverage))
    }
}

/// Adds the installed packages that the project imports, and those that they import.
fn follow(
    project: &mut Project,
    environment: &Environment,
    options: &Options,
) -> Result<(), Error> {
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut start = 0;
    while start < project.modules.len() {
        let found = program::imported_names(project, start, options)
            .map_err(|error| Error::new(error.to_string()))?;
        start = project.modules.len();
        let new: Vec<String> = found
            .into_iter()
            .filter(|name| done.insert(name.clone()))
            .collect();
        environment
            .follow(project, new.iter().map(String::as_str))
            .map_err(|error| Error::new(error.to_string()))?;
    }
    Ok(())
}

fn coverage(request: &Request, program: &Program) -> Coverage {
    let cwd = std::env::current_dir().unwrap_or_default();
    let named: BTreeSet<String> = request
        .paths
        .iter()
        .map(|given| project::display(given, &cwd))
        .collect();
    Coverage {
        bounds: Vec::new(),
        files: program.modules.len(),
        lines: program.modules.iter().map(|module| module.lines).sum(),
        notices: program
            .diagnostics
            .iter()
            .map(|diagnostic| Notice {
                path: diagnostic.path.clone(),
                line: diagnostic.line,
                column: diagnostic.column,
                message: diagnostic.message.clone(),
                severity: if diagnostic.severity != project::Severity::Error {
                    Severity::Remark
                } else if named.contains(&diagnostic.path) {
                    Severity::Unreadable
                } else {
                    Severity::Incomplete
                },
            })
            .collect(),
    }
}

/// What the analysis gave up, one row for each kind.
fn abstractions(program: &Program, derived: &Derived) -> Vec<Abstraction> {
    let of_bound = |bound: Bound| {
        let rows = || derived.bounded.iter().filter(move |row| row.1 == bound);
        let &(most, _, _) = rows().max_by_key(|row| (row.2, Reverse(row.0)))?;
        let (most, at) = place(program, most);
        Some(Abstraction {
            bound,
            places: rows().map(|row| u64::from(row.2)).sum(),
            owners: rows().count(),
            most,
            at,
        })
    };
    Bound::ALL.into_iter().filter_map(of_bound).collect()
}

/// The name of an object of the program, and where it stands.
fn place(program: &Program, object: Obj) -> (String, Option<(String, u32)>) {
    let mut objects = program.facts.object.iter();
    let name = objects.find(|row| row.0 == object).map(|row| row.2);
    let name = name.map_or("the program", |name| program.symbols.text(name));
    let mut lines = program.facts.object_line.iter();
    let at = lines.find(|row| row.0 == object).and_then(|row| {
        let module = program.module_of(row.1)?;
        Some((module.display.clone(), row.2))
    });
    (name.to_owned(), at)
}

/// The names of functions and other code in call graphs.
pub struct CallNames<'a> {
    program: &'a Program,
    derived: &'a Derived,
    objects: Map<Obj, (ObjectKind, &'a str)>,
}

impl<'a> CallNames<'a> {
    /// The names of a program.
    #[must_use]
    pub fn new(program: &'a Program, derived: &'a Derived) -> Self {
        let objects = program
            .facts
            .object
            .iter()
            .map(|&(object, kind, name)| (object, (kind, program.symbols.text(name))))
            .collect();
        Self {
            program,
            derived,
            objects,
        }
    }

    /// The kind of a static object.
    #[must_use]
    pub fn kind(&self, object: Obj) -> Option<ObjectKind> {
        self.objects.get(&object).map(|row| row.0)
    }

    /// The name of a static object.
    #[must_use]
    pub fn static_name(&self, object: Obj) -> Option<String> {
        self.objects.get(&object).map(|row| row.1.to_owned())
    }

    /// The name of what is called; none for what call graphs leave out.
    #[must_use]
    pub fn callee(&self, object: Obj) -> Option<String> {
        if let Some(Record::Member(owner, name)) = self.derived.record(object) {
            let owner = self.callee(owner)?;
            return Some(format!("{owner}.{}", self.program.symbols.text(name)));
        }
        let &(kind, name) = self.objects.get(&object)?;
        if self.program.hidden.binary_search(&object).is_ok() {
            return None;
        }
        match kind {
            ObjectKind::Function | ObjectKind::Module => Some(name.to_owned()),
            ObjectKind::ModelFunction | ObjectKind::ModelClass | ObjectKind::External => {
                Some(match name.strip_prefix("builtins.") {
                    Some(rest) => format!("<builtin>.{rest}"),
                    None => name.to_owned(),
                })
            }
            ObjectKind::ModelModule => Some(name.to_owned()),
            ObjectKind::Class | ObjectKind::Site | ObjectKind::Program => None,
        }
    }
}

/// The call graph of a solved program.
#[must_use]
pub fn call_graph(solved: &Solved) -> CallGraph {
    let Solved { program, derived } = solved;
    let names = CallNames::new(program, derived);
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for &(_, kind, name) in &program.facts.object {
        if matches!(kind, ObjectKind::Function | ObjectKind::Module) {
            edges
                .entry(program.symbols.text(name).to_owned())
                .or_default();
        }
    }
    for &(caller, callee) in &derived.call_graph_edge {
        let is_code = matches!(
            names.kind(caller),
            Some(ObjectKind::Function | ObjectKind::Module)
        );
        if caller == PROGRAM || !is_code {
            continue;
        }
        if let (Some(caller), Some(callee)) = (names.callee(caller), names.callee(callee)) {
            edges.entry(caller).or_default().insert(callee);
        }
    }
    CallGraph {
        edges,
        entries: Vec::new(),
        sites: call_sites(program, derived, &names),
    }
}

fn call_sites(program: &Program, derived: &Derived, names: &CallNames<'_>) -> Vec<CallSite> {
    let mut places: Map<heapcast_facts::Call, (Obj, u32)> = Map::default();
    for &(call, function, line) in &program.facts.call_in {
        places.insert(call, (function, line));
    }
    let mut modules: Map<Obj, Obj> = Map::default();
    for &(object, module, _) in &program.facts.object_line {
        modules.insert(object, module);
    }
    let edges: BTreeSet<(Obj, Obj)> = derived.call_graph_edge.iter().copied().collect();
    let mut sites = Vec::new();
    for &(call, target) in &derived.call_target {
        let Some(&(caller, line)) = places.get(&call) else {
            continue;
        };
        if !edges.contains(&(caller, target)) {
            continue;
        }
        let path = modules
            .get(&caller)
            .and_then(|&module| program.module_of(module));
        if let (Some(info), Some(caller), Some(callee)) =
            (path, names.callee(caller), names.callee(target))
        {
            sites.push(CallSite {
                caller,
                callee,
                path: info.display.clone(),
                line,
            });
        }
    }
    sites
}

/// The interface modules of a summarised program, one for each file with a function that is wanted.
fn interfaces(
    answered: &Answered,
    summaries: &[FunctionSummary],
    targets: &[Target],
) -> Vec<InterfaceModule> {
    let program = &answered.solved.program;
    let mut constants = Map::default();
    let mut tuples: Map<_, &[_]> = Map::default();
    let functions = program.code.iter().flat_map(|module| &module.functions);
    for function in functions.clone() {
        ir::visit(&function.body, &mut |op| match op {
            Op::Const { to, value } => {
                constants.insert(*to, value);
            }
            Op::Display {
                to,
                kind: ir::DisplayKind::Tuple,
                elements,
                ..
            } => {
                tuples.insert(*to, elements.as_slice());
            }
            _ => {}
        });
    }
    let names = program.modules.iter();
    let names = names.map(|info| (info.object, info.source.name.as_str()));
    let names: Map<Obj, &str> = names.collect();
    let mut texts = Sources::new(program.modules.iter().map(|info| &info.source));
    let around = Surroundings {
        modules: &names,
        symbols: &program.symbols,
        constants: &constants,
        tuples: &tuples,
        sizes: &answered.sizes,
    };
    let by_object = |summaries| -> Map<Obj, &FunctionSummary> {
        let summaries: &[FunctionSummary] = summaries;
        summaries.iter().map(|s| (s.function, s)).collect()
    };
    let (counted, by_object) = (by_object(&answered.counted), by_object(summaries));
    let mut modules = Vec::new();
    for module in &program.code {
        let Some(own) = module.functions.first() else {
            continue;
        };
        let name = program.symbols.text(own.name);
        let qualified = |function: &ir::Function| {
            let full = program.symbols.text(function.name);
            full.strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('.'))
                .unwrap_or(full)
        };
        let wanted = |summary: &FunctionSummary| {
            let name = program.symbols.text(summary.name);
            targets.is_empty() || targets.iter().any(|t| t.covers(name, &summary.path))
        };
        let sources: Vec<Source<'_>> = module
            .functions
            .iter()
            .filter(|function| function.kind == FunctionKind::Def)
            .filter_map(|function| {
                let summary = by_object.get(&function.object).copied()?;
                wanted(summary).then_some(Source {
                    qualified: qualified(function),
                    function,
                    summary,
                    counted: (counted.get(&function.object).copied())
                        .filter(|_| summary.grade != Grade::Exact),
                })
            })
            .collect();
        let path = program
            .module_of(own.object)
            .map_or("", |info| &info.display);
        if !sources.is_empty() {
            let title = format!("The memory of {path}, as formulas over its functions' arguments.");
            modules.push(InterfaceModule {
                name: name.to_owned(),
                path: path.to_owned(),
                text: interface::module(&title, &sources, around, &mut texts),
            });
        }
    }
    modules
}

impl Analysis for Heapcast {
    fn summary(&self, request: &Request, monitor: &Monitor) -> Outcome<Vec<SummaryRow>> {
        let (answered, summaries, coverage) =
            Self::explained(request, monitor, |_| Asked::default())?;
        let _stage = monitor.stage("rank", None);
        let program = &answered.solved.program;
        let rows = (answered.pool).install(|| summary::rows(program, &summaries));
        Ok((rows, coverage))
    }

    fn forecasts(&self, request: &Request, monitor: &Monitor) -> Outcome<Forecasts> {
        let (solved, summaries, coverage) = Self::summarised(request, monitor)?;
        let forecasts = forecast::forecasts(&solved, &summaries, &request.targets);
        Ok((forecasts, coverage))
    }

    fn explanations(
        &self,
        request: &Request,
        questions: Questions,
        monitor: &Monitor,
    ) -> Outcome<Explanations> {
        let ask = |program: &Program| Asked::of(program, &request.targets, questions);
        let (answered, summaries, coverage) = Self::explained(request, monitor, ask)?;
        let Answered {
            solved,
            asked,
            answers,
            ..
        } = answered;
        let mut explanations = Explanations {
            forecasts: forecast::forecasts(&solved, &summaries, &request.targets),
            accounts: explain::accounts(&solved, &summaries, &asked, &answers),
        };
        forecast::add_texts(&mut explanations);
        Ok((explanations, coverage))
    }

    fn verification(
        &self,
        request: &Request,
        monitor: &Monitor,
    ) -> Outcome<(Forecasts, Vec<InterfaceModule>)> {
        let (answered, summaries, coverage) = Self::for_interfaces(request, monitor)?;
        let forecasts = forecast::forecasts(&answered.solved, &summaries, &request.targets);
        let modules = interfaces(&answered, &summaries, &request.targets);
        Ok(((forecasts, modules), coverage))
    }

    fn interfaces(&self, request: &Request, monitor: &Monitor) -> Outcome<Vec<InterfaceModule>> {
        let (answered, summaries, coverage) = Self::for_interfaces(request, monitor)?;
        let modules = monitor.time("emit", || {
            interfaces(&answered, &summaries, &request.targets)
        });
        Ok((modules, coverage))
    }

    fn callgraph(&self, request: &Request, monitor: &Monitor) -> Outcome<CallGraph> {
        let entries = Settings::of(request)?.config.entry;
        let (solved, coverage) = Self::solved(request, monitor, false)?;
        let graph = {
            let _stage = monitor.stage("graph", None);
            CallGraph {
                entries,
                ..call_graph(&solved)
            }
        };
        Ok((graph, coverage))
    }

    fn relations(&self, request: &Request, monitor: &Monitor) -> Outcome<Relations> {
        let (solved, coverage) = Self::solved(request, monitor, false)?;
        let Solved {
            program,
            mut derived,
        } = solved;
        program::complete(&program, &mut derived, monitor);
        let relations = Relations {
            facts: program.facts,
            symbols: program.symbols,
            derived,
        };
        Ok((relations, coverage))
    }

    fn solve(&self, facts: &Facts, symbols: &Symbols, monitor: &Monitor) -> Result<Derived, Error> {
        let _stage = monitor.stage("solve", None);
        let mut symbols = symbols.clone();
        let mut derived = heapcast_rules::solve(facts, &mut symbols);
        heapcast_rules::complete(facts, &mut derived);
        Ok(derived)
    }
}
