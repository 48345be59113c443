//! What a file leaves to be tied together with others, as lowering looks at no other file.

use heapcast_facts::{Column, Obj, Relocation, Symbol, Symbols, Var};

use crate::ir::DisplayKind;

/// A builtin type whose instances lowering knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are Python's own")]
pub enum Constant {
    Bool,
    Int,
    Float,
    Complex,
    Str,
    Bytes,
    List,
    Tuple,
    Set,
    Dict,
    Generator,
    Slice,
    ClassMethod,
}

impl Constant {
    /// The type of a display.
    #[must_use]
    pub fn of_display(kind: DisplayKind) -> Self {
        match kind {
            DisplayKind::List => Self::List,
            DisplayKind::Tuple => Self::Tuple,
            DisplayKind::Set => Self::Set,
            DisplayKind::Dict => Self::Dict,
            DisplayKind::Generator => Self::Generator,
        }
    }

    /// The dotted name of the type's model.
    #[must_use]
    pub fn class_name(self) -> &'static str {
        match self {
            Self::Bool => "builtins.bool",
            Self::Int => "builtins.int",
            Self::Float => "builtins.float",
            Self::Complex => "builtins.complex",
            Self::Str => "builtins.str",
            Self::Bytes => "builtins.bytes",
            Self::List => "builtins.list",
            Self::Tuple => "builtins.tuple",
            Self::Set => "builtins.set",
            Self::Dict => "builtins.dict",
            Self::Generator => "builtins.generator",
            Self::Slice => "builtins.slice",
            Self::ClassMethod => "builtins.classmethod",
        }
    }
}

/// What an import statement asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportTarget {
    /// `import a.b as x`
    Module {
        /// Leading dots.
        level: u32,
        /// The dotted name.
        name: Symbol,
    },
    /// `import a.b`, which binds `a`.
    Top {
        /// The dotted name, whole.
        name: Symbol,
    },
    /// `from .module import name`
    Member {
        /// Leading dots.
        level: u32,
        /// The dotted name of the module; empty for dots alone.
        module: Symbol,
        /// The imported name.
        name: Symbol,
    },
}

impl ImportTarget {
    fn relocate(self, by: &Relocation<'_>) -> Self {
        match self {
            Self::Module { level, name } => Self::Module {
                level,
                name: name.relocate(by),
            },
            Self::Top { name } => Self::Top {
                name: name.relocate(by),
            },
            Self::Member {
                level,
                module,
                name,
            } => Self::Member {
                level,
                module: module.relocate(by),
                name: name.relocate(by),
            },
        }
    }
}

/// An import with the variable that it binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportLink {
    /// The variable.
    pub var: Var,
    /// What is imported.
    pub target: ImportTarget,
    /// The line.
    pub line: u32,
}

impl ImportLink {
    fn relocate(self, by: &Relocation<'_>) -> Self {
        Self {
            var: self.var.relocate(by),
            target: self.target.relocate(by),
            line: self.line,
        }
    }
}

/// A global that was bound when a star import stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebind {
    /// The number of the star import in its file.
    pub star: u32,
    /// The name.
    pub name: Symbol,
    /// What the name holds afterwards.
    pub var: Var,
    /// What it held before.
    pub old: Var,
}

impl Rebind {
    fn relocate(self, by: &Relocation<'_>) -> Self {
        Self {
            star: self.star,
            name: self.name.relocate(by),
            var: self.var.relocate(by),
            old: self.old.relocate(by),
        }
    }
}

/// The first parameter of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiver {
    /// The parameter.
    pub var: Var,
    /// The class whose body the method stands in.
    pub class: Obj,
    /// The method.
    pub method: Obj,
    /// The method's own name.
    pub name: Symbol,
    /// Whether the class itself is received.
    pub is_class: bool,
}

impl Receiver {
    fn relocate(self, by: &Relocation<'_>) -> Self {
        Self {
            var: self.var.relocate(by),
            class: self.class.relocate(by),
            method: self.method.relocate(by),
            name: self.name.relocate(by),
            is_class: self.is_class,
        }
    }
}

/// What a file leaves to be resolved when the program is linked; identifiers are the file's own.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// Imports.
    pub imports: Vec<ImportLink>,
    /// `from module import *`, by level and module.
    pub stars: Vec<(u32, Symbol)>,
    /// Globals that a star import may bind anew.
    pub rebinds: Vec<Rebind>,
    /// Names that the module does not bind itself: builtins, or from star imports.
    pub names: Vec<(Var, Symbol)>,
    /// Names that the module binds later on: builtins.
    pub builtins: Vec<(Var, Symbol)>,
    /// The strings of `__all__`.
    pub exports: Option<Vec<Symbol>>,
    /// Variables that hold an instance of a builtin type.
    pub constants: Vec<(Var, Constant)>,
    /// Variables that hold a constant string that could name an attribute or a module.
    pub strings: Vec<(Var, Symbol)>,
    /// Objects that are instances of a builtin type.
    pub sites: Vec<(Obj, Constant)>,
    /// Classes that `namedtuple` makes.
    pub tuple_classes: Vec<Obj>,
    /// The first parameter of each method.
    pub receivers: Vec<Receiver>,
}

impl Links {
    /// The same with the identifiers of the whole program.
    #[must_use]
    pub fn relocate(self, by: &Relocation<'_>) -> Self {
        Self {
            imports: each(self.imports, |link| link.relocate(by)),
            stars: each(self.stars, |(level, name)| (level, name.relocate(by))),
            rebinds: each(self.rebinds, |rebind| rebind.relocate(by)),
            names: each(self.names, |(var, name)| {
                (var.relocate(by), name.relocate(by))
            }),
            builtins: each(self.builtins, |(var, name)| {
                (var.relocate(by), name.relocate(by))
            }),
            exports: self
                .exports
                .map(|names| each(names, |name| name.relocate(by))),
            constants: each(self.constants, |(var, kind)| (var.relocate(by), kind)),
            strings: each(self.strings, |(var, text)| {
                (var.relocate(by), text.relocate(by))
            }),
            sites: each(self.sites, |(object, kind)| (object.relocate(by), kind)),
            tuple_classes: each(self.tuple_classes, |class| class.relocate(by)),
            receivers: each(self.receivers, |receiver| receiver.relocate(by)),
        }
    }

    /// The top-level names of absolute imports.
    #[must_use]
    pub fn absolute_imports(&self, symbols: &Symbols) -> Vec<String> {
        let imports = self.imports.iter().filter_map(|link| match link.target {
            ImportTarget::Top { name } | ImportTarget::Module { level: 0, name } => Some(name),
            ImportTarget::Member {
                level: 0, module, ..
            } => Some(module),
            _ => None,
        });
        let stars = self
            .stars
            .iter()
            .filter(|(level, _)| *level == 0)
            .map(|&(_, name)| name);
        imports
            .chain(stars)
            .filter_map(|name| symbols.text(name).split('.').next())
            .map(str::to_owned)
            .collect()
    }
}

fn each<T>(rows: Vec<T>, change: impl Fn(T) -> T) -> Vec<T> {
    rows.into_iter().map(change).collect()
}
