//! The intermediate representation: one tree of regions per function, with locals in SSA form.
//!
//! Lowering makes it together with the input facts, over the same identifiers, so that what the
//! rules derive about a variable, a call or an object can be looked up while a summary is
//! computed. Identifiers are those of the module until the program is linked.
//!
//! A variable is assigned once, where a [`Phi`] of a loop, a branch or a `try` counts as its
//! assignment. Names that several functions share (globals, captured variables) live in cells,
//! which are written by [`Op::StoreCell`] and read by using the cell as an operand; so an operand
//! that no step and no parameter defines is a cell (or a builtin's name).

mod layout;
mod relocate;
mod visit;

use heapcast_facts::{Call, Obj, Region, Symbol, Var};

pub use layout::Layout;
pub use visit::{defined, nested, visit, visit_items};

/// The code of one module.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// Its functions; the module's own code is the first.
    pub functions: Vec<Function>,
}

/// What a function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// The code of a module.
    Module,
    /// A `def`, also of a method.
    Def,
    /// A `lambda`.
    Lambda,
}

/// How many names the frame of a function or comprehension has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Names {
    /// Those that it binds.
    pub bound: u32,
    /// Those of functions around it that it uses.
    pub free: u32,
    /// Those that comprehensions in it use, and no function.
    pub shared: u32,
    /// Of these, those that generator expressions use.
    pub generated: u32,
}

/// One function with its code.
#[derive(Debug, Clone)]
pub struct Function {
    /// The function (or module) object.
    pub object: Obj,
    /// What it is.
    pub kind: FunctionKind,
    /// Its dotted name, as in call graphs.
    pub name: Symbol,
    /// Whether it is an `async def`.
    pub is_async: bool,
    /// Whether it contains a `yield` of its own.
    pub is_generator: bool,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// The outermost region.
    pub region: Region,
    /// Its code.
    pub body: Block,
    /// The names that its frame has.
    pub names: Names,
    /// The first line.
    pub line: u32,
    /// The last line.
    pub end_line: u32,
}

/// How arguments reach a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// By position only.
    PositionalOnly,
    /// By position or keyword.
    Positional,
    /// `*args`.
    Star,
    /// By keyword only.
    KeywordOnly,
    /// `**kwargs`.
    StarStar,
}

/// One parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: Symbol,
    /// The variable that holds it.
    pub var: Var,
    /// How arguments reach it.
    pub kind: ParameterKind,
    /// The value of its default, evaluated in the enclosing function.
    pub default: Option<Var>,
}

/// Items in order of execution.
pub type Block = Vec<Item>;

/// One step of execution with its place.
#[derive(Debug, Clone)]
pub struct Item {
    /// The line, from 1.
    pub line: u32,
    /// What happens.
    pub op: Op,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Const {
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer of that many bits.
    BigInt {
        /// Its magnitude in bits.
        bits: u64,
    },
    /// A float.
    Float(f64),
    /// A complex number.
    Complex,
    /// A string.
    Str(Symbol),
    /// A byte string of that length.
    Bytes {
        /// Its length.
        length: u64,
    },
}

/// Unary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-x`
    Negative,
    /// `+x`
    Positive,
    /// `~x`
    Invert,
    /// `not x`
    Not,
}

/// Binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are Python's own")]
pub enum BinaryOp {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are Python's own")]
pub enum CompareOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// Kinds of displays and comprehensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are Python's own")]
pub enum DisplayKind {
    List,
    Tuple,
    Set,
    Dict,
    /// A generator expression.
    Generator,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callee {
    /// The value of a variable.
    Value(Var),
    /// The method of that name of a variable's value; no bound method is made.
    Method(Var, Symbol),
    /// A special method that syntax calls; a class without it is served by the interpreter.
    Protocol(Var, Symbol),
}

/// One argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// `x`
    Positional(Var),
    /// `name=x`
    Keyword(Symbol, Var),
    /// `*x`
    Star(Var),
    /// `**x`
    StarStar(Var),
}

impl Argument {
    /// What is passed.
    #[must_use]
    pub fn var(&self) -> Var {
        match self {
            Self::Positional(var)
            | Self::Keyword(_, var)
            | Self::Star(var)
            | Self::StarStar(var) => *var,
        }
    }
}

/// What a subscript selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// `x[i]`
    Value(Var),
    /// `x[lower:upper:step]`
    Slice {
        /// The part before the first colon.
        lower: Option<Var>,
        /// The part after the first colon.
        upper: Option<Var>,
        /// The part after the second colon.
        step: Option<Var>,
    },
}

/// A merge of values where paths of execution meet.
#[derive(Debug, Clone)]
pub struct Phi {
    /// The merged variable.
    pub to: Var,
    /// What it may hold. For a loop: first the value on entry, then those of the back edges.
    /// For a branch: one per arm that gets to the end, in order.
    pub from: Vec<Var>,
}

impl Phi {
    /// What it holds after a branch whose condition is known.
    #[must_use]
    pub fn taken(&self, holds: bool) -> Option<Var> {
        let at = usize::from(self.from.len() == 2 && !holds);
        self.from.get(at).copied()
    }
}

/// One step of execution; `to` is the variable that it defines.
#[derive(Debug, Clone)]
#[allow(
    missing_docs,
    reason = "the fields are the parts of the syntax that each variant shows"
)]
pub enum Op {
    /// A constant.
    Const { to: Var, value: Const },
    /// A write to a cell; a read has no step of its own, the cell stands as the operand.
    StoreCell { cell: Var, from: Var, name: Symbol },
    /// The same value, known to satisfy a test.
    Narrow { to: Var, from: Var },
    /// `-x`, `not x` …
    Unary { to: Var, op: UnaryOp, operand: Var },
    /// `a + b`; `a += b` where `in_place`.
    Binary {
        to: Var,
        op: BinaryOp,
        left: Var,
        right: Var,
        in_place: bool,
    },
    /// `a < b`; chains are lowered to branches.
    Compare {
        to: Var,
        op: CompareOp,
        left: Var,
        right: Var,
    },
    /// `base.name`
    Attribute { to: Var, base: Var, name: Symbol },
    /// `base.name = from`
    SetAttribute { base: Var, name: Symbol, from: Var },
    /// `del base.name`
    DeleteAttribute { base: Var, name: Symbol },
    /// `base[index]`
    Subscript { to: Var, base: Var, index: Index },
    /// `base[index] = from`
    SetSubscript { base: Var, index: Index, from: Var },
    /// `del base[index]`
    DeleteSubscript { base: Var, index: Index },
    /// `del name`, or the end of a handler's `as name`.
    Delete { var: Var },
    /// `[a, *b]`, `(a, b)`, `{a, b}`; the flag says that the element is starred.
    Display {
        to: Var,
        kind: DisplayKind,
        object: Obj,
        elements: Vec<(Var, bool)>,
    },
    /// `{k: v, **m}`; an entry without a key is `**m`.
    DictDisplay {
        to: Var,
        object: Obj,
        entries: Vec<(Option<Var>, Var)>,
    },
    /// An f-string (or t-string) of literal text of `literal` characters in all and parts.
    Format {
        to: Var,
        literal: u32,
        parts: Vec<Var>,
        /// How each part is laid out.
        layouts: Vec<Layout>,
        template: bool,
    },
    /// A slice object that is passed on as a value.
    SliceObject {
        to: Var,
        lower: Option<Var>,
        upper: Option<Var>,
        step: Option<Var>,
    },
    /// A call; the calls that syntax implies are [`Callee::Protocol`].
    Call {
        to: Var,
        call: Call,
        callee: Callee,
        arguments: Vec<Argument>,
    },
    /// A `def` or `lambda` is evaluated.
    Closure { to: Var, function: Obj },
    /// A class statement ends; its body stands before.
    Class {
        to: Var,
        class: Obj,
        bases: Vec<Var>,
    },
    /// A module is imported.
    Import { to: Var, name: Symbol },
    /// An element that unpacking takes out: number `index` from the front, or from the back.
    Unpack {
        to: Var,
        from: Var,
        index: u32,
        from_back: bool,
    },
    /// The list of what is left between `before` and `after` unpacked elements.
    UnpackRest {
        to: Var,
        from: Var,
        object: Obj,
        before: u32,
        after: u32,
    },
    /// `return from`
    Return { from: Option<Var> },
    /// `yield from`; `to` is what is sent in.
    Yield { to: Var, from: Var },
    /// `yield from from`
    YieldFrom { to: Var, from: Var },
    /// `await from`
    Await { to: Var, from: Var },
    /// `raise from`
    Raise { from: Option<Var> },
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// A comprehension hands over one element (and its key, for a dict).
    Collect { key: Option<Var>, value: Var },
    /// A `for` or `while` statement.
    Loop(Box<Loop>),
    /// An `if`, a conditional expression, a boolean operator, a comparison chain, or a case of a
    /// `match`.
    Branch(Box<Branch>),
    /// A comprehension or generator expression.
    Comprehension(Box<Comprehension>),
    /// A `try` statement.
    Try(Box<Try>),
    /// A `with` statement, one item at a time.
    With(Box<With>),
}

/// How a loop goes on.
#[derive(Debug, Clone)]
#[allow(
    missing_docs,
    reason = "the fields are the parts of the syntax that each variant shows"
)]
pub enum LoopKind {
    /// `for element in iterable`
    For { iterable: Var, element: Var },
    /// `while test`: the block computes `test` before each iteration.
    While { header: Block, test: Var },
}

/// A loop; its body is one iteration.
#[derive(Debug, Clone)]
pub struct Loop {
    /// The region of one iteration.
    pub region: Region,
    /// How it goes on.
    pub kind: LoopKind,
    /// What changes from one iteration to the next.
    pub phis: Vec<Phi>,
    /// One iteration.
    pub body: Block,
    /// The `else` part.
    pub or_else: Block,
    /// What the names hold after the loop where it can be left in several ways.
    pub exits: Vec<Phi>,
}

/// A two-way branch.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The condition.
    pub test: Var,
    /// The regions of the two arms.
    pub regions: [Region; 2],
    /// Where the condition holds.
    pub then: Block,
    /// Where it does not.
    pub or_else: Block,
    /// Where they meet.
    pub phis: Vec<Phi>,
}

impl Branch {
    /// The arm that is taken.
    #[must_use]
    pub fn taken(&self, holds: bool) -> &Block {
        if holds { &self.then } else { &self.or_else }
    }
}

/// A comprehension; its innermost loop's body ends in [`Op::Collect`].
#[derive(Debug, Clone)]
pub struct Comprehension {
    /// The collection.
    pub to: Var,
    /// Its kind.
    pub kind: DisplayKind,
    /// Its allocation.
    pub object: Obj,
    /// The loops, as one item (after the first iterable was evaluated).
    pub body: Block,
    /// Whether it has conditions.
    pub is_filtered: bool,
    /// The names that its frame has.
    pub names: Names,
}

/// A `try` statement.
#[derive(Debug, Clone)]
pub struct Try {
    /// The region of the protected part.
    pub region: Region,
    /// The protected part, and the `else` part after it.
    pub body: Block,
    /// The handlers.
    pub handlers: Vec<Handler>,
    /// Where the ways to the `finally` part (or past it) meet.
    pub phis: Vec<Phi>,
    /// What the names may hold where the `finally` part starts.
    pub finally_phis: Vec<Phi>,
    /// The `finally` part.
    pub finally: Block,
}

/// One handler of a `try` statement.
#[derive(Debug, Clone)]
pub struct Handler {
    /// Its region.
    pub region: Region,
    /// Where the ways into it meet.
    pub phis: Vec<Phi>,
    /// The caught exception.
    pub exception: Var,
    /// Its code.
    pub body: Block,
}

/// A `with` statement with one context manager. The calls of `__enter__` and `__exit__` stand
/// before and after it.
#[derive(Debug, Clone)]
pub struct With {
    /// The region of the body.
    pub region: Region,
    /// The context manager.
    pub manager: Var,
    /// The body.
    pub body: Block,
    /// What the names may hold after it, where the body ends by raising or returning.
    pub phis: Vec<Phi>,
}
