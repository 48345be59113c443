//! The tree of the flow language.

/// A column in the text of an expression, from 1. All columns are equal, so that expressions
/// compare by what they say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column(pub(super) usize);

impl PartialEq for Column {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Column {}

/// Which part of an object is read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// `.name`
    Attribute(String),
    /// `["key"]`
    Key(String),
    /// `[0]`
    Index(u32),
    /// `[?]`
    Unknown,
    /// `[*]`
    All,
    /// `[keys]`
    Keys,
    /// `[parameter]`: what the parameter selects.
    At(String, Column),
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// A parameter, a local, or the shared instance of a builtin class.
    Name(String, Column),
    /// A string or a number.
    Constant(&'static str),
    /// `none`: no value.
    Nothing,
    /// `a | b`
    Either(Vec<Expr>),
    /// `base.name`, `base[…]`
    Load(Box<Expr>, Place),
    /// `callee(…)`
    Call(Box<Expr>, Vec<Argument>),
    /// `base.name(…)`
    Method(MethodCall),
    /// `base.__name__(…) else other.__name__(…)`
    Fallback(Box<(MethodCall, MethodCall)>),
    /// `new class…`
    New(String, Vec<Content>, Column),
    /// `&name`
    Reference(String, Column),
}

/// `base.name(…)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MethodCall {
    pub(super) base: Box<Expr>,
    pub(super) name: String,
    pub(super) arguments: Vec<Argument>,
}

impl MethodCall {
    /// Whether the method is looked up on the class of the receiver, as syntax does.
    pub(super) fn is_special(&self) -> bool {
        self.name.len() > 4 && self.name.starts_with("__") && self.name.ends_with("__")
    }
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument {
    Positional(Expr),
    Keyword(String, Expr),
    Star(Expr),
    StarStar(Expr),
}

impl Argument {
    pub(super) fn value(&self) -> &Expr {
        match self {
            Self::Positional(value)
            | Self::Keyword(_, value)
            | Self::Star(value)
            | Self::StarStar(value) => value,
        }
    }
}

/// What a new object is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// `[value]`, `{0: value}`, `(name=value)`
    Store(Place, Expr),
    /// `[*from]`
    Elements(Expr),
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    /// `name = value`
    Assign(String, Expr),
    /// `base.name = value`, `base[…] = value`
    Store(Expr, Place, Expr),
    /// `target += from`: all elements of `from` are put into `target`.
    Elements(Expr, Expr),
    /// An expression for what it calls.
    Do(Expr),
}

/// How a parameter takes its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    PositionalOnly,
    Either,
    KeywordOnly,
    Star,
    StarStar,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) passing: Passing,
    /// The default, where it matters.
    pub(super) default: Option<Expr>,
}

/// The body of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) parameters: Vec<Parameter>,
    /// Each with its line.
    pub(super) statements: Vec<(usize, Statement)>,
    pub(super) returns: Option<(usize, Expr)>,
    /// The parameters of which each element is let go of before the next is taken.
    pub(super) singly: Vec<String>,
}

impl Body {
    /// Whether `name` is a parameter or a local.
    pub(super) fn has(&self, name: &str) -> bool {
        self.has_parameter(name)
            || self.statements.iter().any(
                |(_, statement)| matches!(statement, Statement::Assign(local, _) if local == name),
            )
    }

    pub(super) fn has_parameter(&self, name: &str) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.name == name)
    }
}
