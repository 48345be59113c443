//! The command line: every command with its options.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::forecast::Metric;
use super::given::{self, Sweep};

/// The command line as a whole.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "heapcast",
    version,
    about = "Forecasts the heap of Python programs without running them",
    long_about = "Forecasts the heap of Python programs without running them.\n\n\
        Heapcast reads a repository and derives, for every function, formulas over the \
        function's own inputs that say how many bytes it asks for (total), how many are alive \
        at once (peak), and how many outlive it (retained).",
    after_help = "Example:\n  heapcast summary src/ --top 20\n\n\
        Exit codes: 0 success, 1 findings, 2 wrong usage or unreadable input, \
        101 an internal error, 130 interrupted. A file in a folder that cannot be parsed is \
        named in a warning and the rest is analysed; a path named here that cannot be read \
        makes it 2.",
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "General options")]
pub struct Global {
    /// Print how long each stage took and what the analysis gave up, on standard error
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Print no progress and no warnings
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to use colour; `auto` means on a terminal, unless NO_COLOR is set
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = false
    )]
    pub color: Color,
    /// How many threads to use [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = positive)]
    pub threads: Option<usize>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Also in files and pipes.
    Always,
    /// Nowhere.
    Never,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Print the total, peak and retained memory of every function
    #[command(
        long_about = "Print the total, peak and retained memory of every function.\n\n\
            Total is what a call asks for in all, peak the most that is alive at one moment, \
            retained what is still reachable when it ends; each as a formula of its bytes over the \
            function's inputs, with how it grows. The grade says how far to trust it: exact, upper \
            (a proven bound), modelled (rests on a model of library code), open (rests on unknowns, \
            which are listed below the table). The formats other than the table have the numbers of \
            objects too.",
        after_help = "Example:\n  heapcast summary src/ --sort peak --top 20"
    )]
    Summary(SummaryArgs),
    /// Print which functions, lines and types dominate the memory
    #[command(
        long_about = "Print which functions, lines and types dominate the memory.\n\n\
            Of a folder, a file or a class, the functions that grow fastest, and of those that grow \
            alike the largest with every measure and unknown at 1000, or as --at and --default say. \
            Of one function, its lines and types, the fastest growing first; then its lines at these \
            numbers, each with its share of all bytes and the share that is its own, and below it the \
            lines of the functions that are called there. These are estimates: the forecast has what \
            a call allocates by type, and it is spread over the callee's lines in proportion to the \
            callee's own forecast.",
        after_help = "Example:\n  heapcast top src/\n  \
            heapcast top app.py::load --metric total --at \"len(xs)=1e6\""
    )]
    Top(TopArgs),
    /// Print what a function's formulas come from, line by line, and why
    #[command(
        long_about = "Print what a function's formulas come from, line by line, and why.\n\n\
            For each line that contributes: the type of what it allocates, and the formulas of its \
            bytes in total, at the peak, and retained. What a callee allocates counts on the line \
            of the call. Then how often each loop runs and how that number came about; what each \
            call comes to, from the callee's own formulas and what its measures are here; and what \
            the formulas rest on that no input determines. Of a class or a file, every function is \
            explained. --why-call and --why-escapes print chains of facts instead, each of which is \
            a shortest one that the rules derive: there may be others.",
        after_help = "Example:\n  heapcast explain app.py::load\n  \
            heapcast explain app.py::load --why-call 12"
    )]
    Explain(ExplainArgs),
    /// Print the memory of a function at given sizes, in numbers
    #[command(
        long_about = "Print the memory of a function at given sizes, in numbers.\n\n\
            The formulas that `heapcast summary` prints are given numbers for their measures and \
            unknowns. Printed are total, peak and retained, and which lines and types they come \
            from. What a callee allocates counts on the line of the call. With --sweep, one size \
            takes several numbers, and the result is a table and a plot.",
        after_help = "Example:\n  heapcast predict app.py::load --at \"n=1000,len(xs)=1e6\"\n  \
            heapcast predict app.py::load --sweep n=10..1e6 --svg load.svg"
    )]
    Predict(PredictArgs),
    /// Run a function and print what it takes beside what was forecast
    #[command(
        long_about = "Run a function and print what it takes beside what was forecast.\n\n\
            This is the one command that runs code of the program: the module is imported, and the \
            call made several times, in a process of its own. Peak and retained are measured by \
            tracemalloc and, where memray is installed, total by memray, which does not see what \
            CPython keeps for reuse. The forecast comes from the interface (see `heapcast \
            interface`), called there with the same arguments; it needs sympy. The version of the \
            interpreter is the one that is forecast, unless --python names another. The exit code \
            is 1 if more was measured than a forecast that claims to be a bound: one of grade \
            exact or upper, by more than a thousandth. Generators and coroutines are not run by \
            calling them, and are refused.",
        after_help = "Example:\n  heapcast verify app.py::load --call 'load([0] * 1000)'\n  \
            heapcast verify app.py::Store.load --call 'Store(3).load(range(n))' --sweep n=10..1e5"
    )]
    Verify(VerifyArgs),
    /// Write Python functions that give the memory of a call for its arguments
    #[command(
        long_about = "Write Python functions that give the memory of a call for its arguments.\n\n\
            The module imports sympy alone. For each function `f` it has `f_interface` with the \
            same parameters, the keyword `metric` (\"total\", \"peak\" or \"retained\") and one \
            keyword for each unknown; `INTERFACES` has them by qualified name. The result is a \
            number of bytes, or a formula where an unknown is left. What the arguments determine and \
            no closed form says, such as how often a search goes round, is found by running a slice \
            of the original on copies of the arguments, without files, input or output and for a \
            limited number of steps, as is how far a bound is off; set the module's RUN_SLICES to \
            False, and nothing is run.",
        after_help = "Example:\n  heapcast interface app.py::handler -o handler_memory.py"
    )]
    Interface(InterfaceArgs),
    /// Print who calls whom
    #[command(
        long_about = "Print who calls whom.\n\n\
            Functions have dotted names relative to the given folder; lambdas are `<lambda1>`, \
            builtins `<builtin>.len`, and a module's own code is called by the module's name.",
        after_help = "Example:\n  heapcast callgraph src/ --entry app.main --format dot -o calls.dot"
    )]
    Callgraph(CallgraphArgs),
    /// Write the input and derived relations as tab-separated files
    #[command(
        long_about = "Write the input and derived relations as tab-separated files.\n\n\
            The folder gets one file for each input relation, one in `derived/` for each derived \
            relation, and `schema.json`, which describes them. An existing folder is replaced only \
            if it holds such files already. `--format json` without a folder prints the schema.",
        after_help = "Example:\n  heapcast facts src/ -o facts/\n  heapcast facts --format json"
    )]
    Facts(FactsArgs),
    /// Derive relations from a folder of input relations, without Python
    #[command(
        long_about = "Derive relations from a folder of input relations, without Python.\n\n\
            The folder holds tab-separated files as `heapcast facts` writes them; a relation without \
            a file is empty. Without -o, the size of each derived relation is printed.",
        after_help = "Example:\n  heapcast solve facts/ -o derived/"
    )]
    Solve(SolveArgs),
}

/// What to analyse, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct ProjectArgs {
    /// Files, folders, or targets `PATH::qualified.name`; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<OsString>,
    /// Analyse only the files that match this glob (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "Project options")]
    pub include: Vec<String>,
    /// Leave out the files and folders that match this glob (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "Project options")]
    pub exclude: Vec<String>,
    /// Read the settings from this file [default: heapcast.toml, or [tool.heapcast] in
    /// pyproject.toml]
    #[arg(long, value_name = "FILE", help_heading = "Project options")]
    pub config: Option<PathBuf>,
    /// The version of CPython whose object sizes count, such as 3.13 [default: the newest known]
    #[arg(long, value_name = "VERSION", value_parser = python_version, help_heading = "Project options")]
    pub python: Option<String>,
    /// The virtual environment or interpreter whose installed packages are meant
    #[arg(long, value_name = "PATH", help_heading = "Project options")]
    pub python_path: Option<PathBuf>,
    /// Analyse the source of imported packages too, where it is installed
    #[arg(long, help_heading = "Project options", action = ArgAction::SetTrue)]
    pub follow_imports: bool,
    /// Read further models of library code from this folder (repeatable)
    #[arg(long, value_name = "DIR", help_heading = "Project options")]
    pub models: Vec<PathBuf>,
    /// Whether code that is not seen may call, and be called [default: open]
    #[arg(long, value_enum, help_heading = "Project options")]
    pub world: Option<World>,
}

/// What is assumed about code that is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum World {
    /// It may call the functions, and be called by them.
    Open,
    /// There is none: all the code was given.
    Closed,
}

/// Arguments of `heapcast summary`.
#[derive(Debug, Clone, Args)]
pub struct SummaryArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Order of the rows; memory is compared, largest first, with every input at 1000
    #[arg(long, value_enum, default_value_t)]
    pub sort: Sort,
    /// Print only the first N functions
    #[arg(long, value_name = "N", value_parser = positive)]
    pub top: Option<usize>,
    /// Print only functions whose name or path contains this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Print only functions whose figures have at least this grade
    #[arg(long, value_enum, value_name = "GRADE")]
    pub min_grade: Option<Grade>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: SummaryFormat,
    /// Write the result to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Order of the rows of a summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// By total, largest first.
    #[default]
    Total,
    /// By peak, largest first.
    Peak,
    /// By retained, largest first.
    Retained,
    /// By name.
    Name,
}

/// How far a figure may be trusted, from best to worst.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The figure itself.
    #[default]
    Exact,
    /// A proven bound.
    Upper,
    /// Rests on a model of library code or on learned data.
    Modelled,
    /// Rests on unknowns, each one of which is named.
    Open,
}

impl Grade {
    /// The grade as it is printed.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Upper => "upper",
            Self::Modelled => "modelled",
            Self::Open => "open",
        }
    }
}

/// How `heapcast summary` prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// A table for people.
    #[default]
    Table,
    /// The schema heapcast.summary/1.
    Json,
    /// Comma-separated values with a header.
    Csv,
    /// A Markdown table.
    Markdown,
}

/// The numbers that formulas are given.
#[derive(Debug, Clone, Default, Args)]
pub struct GivenArgs {
    /// Numbers for measures and unknowns, named as in the formulas; of an unknown, what stands
    /// before the @ will do where it is the only one: "n=1000,len(xs)=1e6" (repeatable)
    #[arg(long, value_name = "NAME=NUMBER,…")]
    pub at: Vec<String>,
    /// The number of every measure and unknown that has none
    #[arg(long, value_name = "NUMBER", value_parser = given::number)]
    pub default: Option<i64>,
}

/// Arguments of `heapcast predict`.
#[derive(Debug, Clone, Args)]
pub struct PredictArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// What the formulas are given.
    #[command(flatten)]
    pub given: GivenArgs,
    /// Let one measure take several numbers: n=10..1e6, n=10..1e6:20 for that many, or n=1,2,5
    #[arg(long, value_name = "NAME=FIRST..LAST", value_parser = Sweep::parse)]
    pub sweep: Option<Sweep>,
    /// Draw the sweep below its table, also where it is not printed to a terminal
    #[arg(long, requires = "sweep")]
    pub plot: bool,
    /// Write the sweep of one function as a drawing to this file
    #[arg(long, value_name = "FILE", requires = "sweep")]
    pub svg: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: TextFormat,
    /// Write the result to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `heapcast top`.
#[derive(Debug, Clone, Args)]
pub struct TopArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Which figure counts
    #[arg(long, value_enum, default_value_t)]
    pub metric: Metric,
    /// What the formulas are given.
    #[command(flatten)]
    pub given: GivenArgs,
    /// How many calls to enter, one below the other
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = depth)]
    pub depth: usize,
    /// Print only the first N functions
    #[arg(long, value_name = "N", value_parser = positive, default_value_t = 20)]
    pub top: usize,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: TextFormat,
    /// Write the result to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `heapcast explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Print how the functions and classes came there that the calls on this line go to
    #[arg(long, value_name = "LINE", value_parser = clap::value_parser!(u32).range(1..))]
    pub why_call: Option<u32>,
    /// Print why what is made on this line outlives the call, or an iteration of a loop
    #[arg(long, value_name = "LINE", value_parser = clap::value_parser!(u32).range(1..))]
    pub why_escapes: Option<u32>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: TextFormat,
    /// Write the result to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `heapcast verify`.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// The call to make, in the words of the function's module: "f(range(1000))", or
    /// "Store(3).load(xs)" for a method
    #[arg(long, value_name = "CALL")]
    pub call: String,
    /// Make the call with several numbers for a name in it: n=10..1e5, n=10..1e5:20 for that many,
    /// or n=1,2,5
    #[arg(long, value_name = "NAME=FIRST..LAST", value_parser = Sweep::parse)]
    pub sweep: Option<Sweep>,
    /// How long all calls together may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub timeout: u64,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: TextFormat,
    /// Write the result to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How a command prints that has no other formats.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// Tables for people.
    #[default]
    Table,
    /// A versioned schema.
    Json,
}

/// Arguments of `heapcast interface`.
#[derive(Debug, Clone, Args)]
pub struct InterfaceArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Write the module to this file, or those of several files to this folder
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
}

/// Arguments of `heapcast callgraph`.
#[derive(Debug, Clone, Args)]
pub struct CallgraphArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Print only what this function reaches: its dotted name, or an unambiguous end of it
    /// (repeatable)
    #[arg(long, value_name = "NAME")]
    pub entry: Vec<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: CallgraphFormat,
    /// Write the result to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How `heapcast callgraph` prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum CallgraphFormat {
    /// A table of call sites for people.
    #[default]
    Table,
    /// The schema heapcast.callgraph/1.
    Json,
    /// A graph for Graphviz.
    Dot,
    /// One JSON object: caller to sorted list of callees.
    Pycg,
}

/// Arguments of `heapcast facts`.
#[derive(Debug, Clone, Args)]
pub struct FactsArgs {
    /// What to analyse.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Write the relations to this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The relations themselves, or their schema
    #[arg(long, value_enum, default_value_t)]
    pub format: FactsFormat,
}

/// What `heapcast facts` writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FactsFormat {
    /// The relations, tab-separated, one file each, with their schema.
    #[default]
    Tsv,
    /// The schema heapcast.facts/1 alone.
    Json,
}

/// Arguments of `heapcast solve`.
#[derive(Debug, Clone, Args)]
pub struct SolveArgs {
    /// The folder with the input relations
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Write the derived relations to this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("expected a whole number above 0".to_owned()),
    }
}

/// More calls below each other than this say nothing any more.
fn depth(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number <= 64 => Ok(number),
        _ => Err("expected a whole number up to 64".to_owned()),
    }
}

fn python_version(text: &str) -> Result<String, String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((major, minor)) if digits(major) && digits(minor) => Ok(text.to_owned()),
        _ => Err("expected a version such as 3.13".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_path_defaults_to_the_current_folder() {
        let cli = Cli::try_parse_from(["heapcast", "summary"]).unwrap();
        let Command::Summary(arguments) = cli.command else {
            panic!("another command");
        };
        assert_eq!(arguments.project.paths, ["."]);
    }

    #[test]
    fn general_options_stand_anywhere() {
        for line in [["heapcast", "-v", "summary"], ["heapcast", "summary", "-v"]] {
            assert!(Cli::try_parse_from(line).unwrap().global.verbose);
        }
    }

    #[test]
    fn numbers_and_versions_are_checked() {
        for line in [
            ["heapcast", "summary", "--top=0"],
            ["heapcast", "summary", "--threads=none"],
            ["heapcast", "summary", "--python=3"],
            ["heapcast", "summary", "--python=three.11"],
        ] {
            assert!(Cli::try_parse_from(line).is_err(), "{line:?}");
        }
        assert!(Cli::try_parse_from(["heapcast", "summary", "--python=3.11"]).is_ok());
    }

    #[test]
    fn grades_are_ordered_from_best_to_worst() {
        assert!(Grade::Exact < Grade::Upper && Grade::Modelled < Grade::Open);
    }
}
