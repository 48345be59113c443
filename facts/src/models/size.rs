//! Sizes as formulas over the parameters.

use super::lexer::Token;
use super::parser::{Parser, SyntaxError};

/// A size as a formula over a function's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SizeExpr {
    /// A number.
    Number(u64),
    /// `len(parameter)`: how many elements the argument has.
    Length(String),
    /// `len(parameter[*])`: the length of the argument's longest element.
    Longest(String),
    /// `len(parameter[+])`: the lengths of the argument's elements together.
    Together(String),
    /// `value(parameter)`: the argument as a number.
    Value(String),
    /// `text(parameter)`: how long the argument is as text.
    Text(String),
    /// `packed(parameter)`: the bytes that the `struct` format takes that the argument is.
    Packed(String),
    /// `deep(parameter)`: the bytes of a copy of the argument and of everything that it holds.
    Deep(String),
    /// A quantity of several arguments together.
    Of(Several, Vec<String>),
    /// `a + b`
    Add(Box<SizeExpr>, Box<SizeExpr>),
    /// `a - b`, never below zero.
    Subtract(Box<SizeExpr>, Box<SizeExpr>),
    /// `a * b`
    Multiply(Box<SizeExpr>, Box<SizeExpr>),
    /// `a // b`, rounded down.
    Divide(Box<SizeExpr>, Box<SizeExpr>),
    /// `max(a, b)`
    Max(Box<SizeExpr>, Box<SizeExpr>),
    /// `min(a, b)`
    Min(Box<SizeExpr>, Box<SizeExpr>),
    /// `list_table(n)`, `dict_table(n)`, `set_table(n)`: the bytes of the table that the container
    /// has after `n` additions to an empty one, by the Python version's growth pattern.
    Table(TableKind, Box<SizeExpr>),
}

/// What several arguments determine together. A pattern is a regular expression, or one compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Several {
    /// `ways(iterables, repeat)`: the product of the lengths of all elements, that often.
    Ways,
    /// `matches(pattern, string)`: how many matches there are of a pattern at most.
    Matches,
    /// `pieces(pattern, string, count)`: into how many parts they split the string, groups among them.
    Pieces,
    /// `covered(pattern, string)`: how long all groups are together.
    Covered,
    /// `found(pattern, string)`: the bytes of all matches, each a string or a tuple of its groups.
    Found,
    /// `replaced(pattern, repl, string, count)`: how long the string is with something in their place.
    Replaced,
    /// `put(pattern, repl, string, count)`: the bytes of what takes their place, until it is joined.
    Put,
    /// `working(pattern, string)`: the bytes that the search keeps of the ways that it may go back to.
    Working,
}

impl Several {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ways" => Self::Ways,
            "matches" => Self::Matches,
            "pieces" => Self::Pieces,
            "covered" => Self::Covered,
            "found" => Self::Found,
            "replaced" => Self::Replaced,
            "put" => Self::Put,
            "working" => Self::Working,
            _ => return None,
        })
    }

    /// How many parameters it is of.
    fn parameters(self) -> usize {
        match self {
            Self::Ways | Self::Matches | Self::Covered | Self::Found | Self::Working => 2,
            Self::Pieces => 3,
            Self::Replaced | Self::Put => 4,
        }
    }
}

/// The containers whose tables grow by a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// The slots of a list.
    List,
    /// The key table of a dict.
    Dict,
    /// The table of a set past the slots inside of the object.
    Set,
}

impl SizeExpr {
    /// Reads all of `text`.
    pub(super) fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut parser = Parser::new(text)?;
        let size = sum(&mut parser)?;
        parser.finish()?;
        Ok(size)
    }

    /// The parameters that the formula speaks of.
    #[must_use]
    pub fn parameters(&self) -> Vec<&str> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Length(name)
            | Self::Longest(name)
            | Self::Together(name)
            | Self::Value(name)
            | Self::Text(name)
            | Self::Packed(name)
            | Self::Deep(name) => vec![name],
            Self::Of(_, names) => names.iter().map(String::as_str).collect(),
            Self::Table(_, inner) => inner.parameters(),
            Self::Add(left, right)
            | Self::Subtract(left, right)
            | Self::Multiply(left, right)
            | Self::Divide(left, right)
            | Self::Max(left, right)
            | Self::Min(left, right) => {
                let mut all = left.parameters();
                all.extend(right.parameters());
                all
            }
        }
    }
}

type Parsed = Result<SizeExpr, SyntaxError>;

pub(super) fn sum(parser: &mut Parser) -> Parsed {
    parser.deeper(|parser| {
        let mut left = product(parser)?;
        loop {
            if parser.take("+") {
                left = SizeExpr::Add(Box::new(left), Box::new(product(parser)?));
            } else if parser.take("-") {
                left = SizeExpr::Subtract(Box::new(left), Box::new(product(parser)?));
            } else {
                return Ok(left);
            }
        }
    })
}

fn product(parser: &mut Parser) -> Parsed {
    let mut left = atom(parser)?;
    loop {
        if parser.take("*") {
            left = SizeExpr::Multiply(Box::new(left), Box::new(atom(parser)?));
        } else if parser.take("//") {
            left = SizeExpr::Divide(Box::new(left), Box::new(atom(parser)?));
        } else {
            return Ok(left);
        }
    }
}

fn atom(parser: &mut Parser) -> Parsed {
    match parser.peek().clone() {
        Token::Number(number) => {
            parser.advance();
            Ok(SizeExpr::Number(number))
        }
        Token::Sign("(") => {
            parser.advance();
            let inner = sum(parser)?;
            parser.expect(")")?;
            Ok(inner)
        }
        Token::Name(_) => function(parser),
        _ => Err(parser.expected("a number or len(…)")),
    }
}

fn function(parser: &mut Parser) -> Parsed {
    let column = parser.column();
    let name = parser.name()?;
    parser.expect("(")?;
    let found = match name.as_str() {
        "len" => {
            let of = parser.name()?;
            if !parser.take("[") {
                SizeExpr::Length(of)
            } else if parser.take("+") {
                parser.expect("]")?;
                SizeExpr::Together(of)
            } else {
                parser.expect("*")?;
                parser.expect("]")?;
                SizeExpr::Longest(of)
            }
        }
        "value" => SizeExpr::Value(parser.name()?),
        "text" => SizeExpr::Text(parser.name()?),
        "deep" => SizeExpr::Deep(parser.name()?),
        "packed" => SizeExpr::Packed(parser.name()?),
        "max" => two(parser, SizeExpr::Max)?,
        "min" => two(parser, SizeExpr::Min)?,
        "list_table" => SizeExpr::Table(TableKind::List, Box::new(sum(parser)?)),
        "dict_table" => SizeExpr::Table(TableKind::Dict, Box::new(sum(parser)?)),
        "set_table" => SizeExpr::Table(TableKind::Set, Box::new(sum(parser)?)),
        other => match Several::named(other) {
            Some(of) => several(parser, of)?,
            None => {
                let message = format!(
                    "`{name}` is none of len, value, text, packed, deep, max, min, list_table, dict_table, set_table, ways, matches, pieces, covered, found, replaced, put, working"
                );
                return Err(SyntaxError::new(column, message));
            }
        },
    };
    parser.expect(")")?;
    Ok(found)
}

fn several(parser: &mut Parser, of: Several) -> Parsed {
    let mut names = vec![parser.name()?];
    for _ in 1..of.parameters() {
        parser.expect(",")?;
        names.push(parser.name()?);
    }
    Ok(SizeExpr::Of(of, names))
}

fn two(parser: &mut Parser, make: fn(Box<SizeExpr>, Box<SizeExpr>) -> SizeExpr) -> Parsed {
    let left = sum(parser)?;
    parser.expect(",")?;
    Ok(make(Box::new(left), Box::new(sum(parser)?)))
}

/// What a modelled function asks the allocator for by itself, and how large its result is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionCost {
    /// What a call asks for.
    pub allocates: Vec<Allocation>,
    /// The length of the result.
    pub result_length: Option<SizeExpr>,
    /// How long each element of the result is at most.
    pub element_length: Option<SizeExpr>,
    /// How long the elements of the result are together.
    pub elements_length: Option<SizeExpr>,
    /// By how much a call makes an argument longer.
    pub grows: Vec<Growth>,
    /// The parameter whose text the result stands for, as a compiled pattern for its source.
    pub text_of: Option<String>,
    /// The parameter that the result is, as far as sizes go.
    pub gives: Option<String>,
    /// Whether nothing says what it makes: a call of it is an unknown.
    pub uncounted: bool,
}

/// Memory that a modelled function asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The type that the memory is counted under.
    pub type_name: String,
    /// How many bytes.
    pub bytes: SizeExpr,
    /// Whether the result (or the receiver) holds it; otherwise it is free when the call ends.
    pub kept: bool,
}

/// An argument that a call makes longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// The parameter.
    pub parameter: String,
    /// By how many elements.
    pub by: SizeExpr,
}
