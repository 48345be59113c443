//! Lowering: the tree of one file becomes intermediate representation and input facts.
//!
//! Lowering is a pure function of one file, so files are lowered in parallel; what ties files
//! together (imports, builtins) is left in [`Links`] and resolved when the program is linked.

mod accessors;
mod annotations;
mod assignments;
mod branches;
mod builder;
mod calls;
mod classes;
mod comprehensions;
mod conditions;
mod displays;
mod embedded;
mod exceptions;
mod expressions;
mod frame;
mod functions;
mod imports;
mod links;
mod loops;
mod made_classes;
mod memory;
mod names;
mod operators;
mod patterns;
mod protocols;
mod reflection;
mod scope;
mod statements;
mod strings;
mod subscripts;
mod values;
mod with;

use heapcast_facts::{Facts, Symbols};
use rustpython_ast::ModModule;

use crate::ir;

pub use links::{Constant, ImportLink, ImportTarget, Links, Rebind, Receiver};

/// What lowering needs to know of a file besides its tree.
#[derive(Debug, Clone, Copy)]
pub struct LowerInput<'a> {
    /// The module's name in call graphs.
    pub name: &'a str,
    /// The source.
    pub text: &'a str,
    /// The offset at which each line starts.
    pub line_starts: &'a [u32],
    /// The version of Python that decides version tests.
    pub python: (u32, u32),
    /// Whether the intermediate representation is wanted, or the facts alone.
    pub keep_ir: bool,
}

/// How many identifiers a file uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Variables.
    pub vars: u32,
    /// Objects; the module is the first.
    pub objects: u32,
    /// Calls.
    pub calls: u32,
    /// Regions.
    pub regions: u32,
}

/// A lowered file.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// Its input facts.
    pub facts: Facts,
    /// Its symbols.
    pub symbols: Symbols,
    /// Its intermediate representation; without functions if it was not wanted.
    pub ir: ir::Module,
    /// How many identifiers it uses.
    pub counts: Counts,
    /// What is to be linked.
    pub links: Links,
}

/// Lowers one file. Never fails: what the parser recovered from is lowered as far as it goes.
#[must_use]
pub fn lower(module: &ModModule, input: &LowerInput<'_>) -> Lowered {
    let mut symbols = Symbols::default();
    let (scopes, embedded) = scope::Scopes::of(module, input.text, &mut symbols);
    let mut lowerer = builder::Lowerer::new(input, &embedded, scopes, symbols);
    lowerer.module(module);
    Lowered {
        facts: lowerer.facts,
        symbols: lowerer.symbols,
        ir: ir::Module {
            functions: lowerer.functions,
        },
        counts: lowerer.next,
        links: lowerer.links,
    }
}
