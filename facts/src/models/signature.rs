//! Reads parameters, types and the compact form `name(parameters): type @ bytes ~ length`.

use super::lexer::Token;
use super::parser::{Parser, SyntaxError};
use super::size::{Allocation, FunctionCost, SizeExpr, sum};
use super::syntax::{Body, Column, Content, Expr, Parameter, Passing, Place};

type Parsed<T> = Result<T, SyntaxError>;

/// One entry of a compact list.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) body: Body,
    pub(super) cost: FunctionCost,
}

/// Reads `name(parameters): type @ bytes ~ length`, of which all but the name may be missing.
/// A method takes `self` before what is listed.
pub(super) fn signature(text: &str, method: bool) -> Parsed<Signature> {
    let mut parser = Parser::new(text)?;
    let name = parser.name()?;
    let mut parameters = Vec::new();
    if method {
        parameters.push(Parameter {
            name: "self".into(),
            passing: Passing::PositionalOnly,
            default: None,
        });
    }
    if parser.take("(") && !parser.take(")") {
        parameter_list(&mut parser, &mut parameters)?;
        parser.expect(")")?;
    }
    let (returns, class) = if parser.take(":") {
        let class = match parser.peek() {
            Token::Name(name) => name.clone(),
            _ => String::new(),
        };
        (Some(type_expression(&mut parser)?), class)
    } else {
        (None, String::new())
    };
    let mut cost = FunctionCost::default();
    if parser.take("@") {
        let bytes = sum(&mut parser)?;
        cost.allocates.push(Allocation {
            type_name: class,
            bytes,
            kept: true,
        });
    }
    if parser.take("~") {
        cost.result_length = Some(sum(&mut parser)?);
    }
    parser.finish()?;
    let body = Body {
        parameters,
        statements: Vec::new(),
        returns: returns
            .filter(|value| *value != Expr::Nothing)
            .map(|value| (0, value)),
        singly: Vec::new(),
    };
    Ok(Signature { name, body, cost })
}

/// Reads a list of parameters, one text each.
pub(super) fn parameters(
    texts: &[(usize, String)],
) -> Result<Vec<Parameter>, (usize, SyntaxError)> {
    let mut found = Vec::new();
    let mut keyword_only = false;
    for (line, text) in texts {
        Parser::new(text)
            .and_then(|mut parser| {
                parameter(&mut parser, &mut found, &mut keyword_only)?;
                parser.finish()
            })
            .map_err(|error| (*line, error))?;
    }
    Ok(found)
}

fn parameter_list(parser: &mut Parser, found: &mut Vec<Parameter>) -> Parsed<()> {
    let mut keyword_only = false;
    parameter(parser, found, &mut keyword_only)?;
    while parser.take(",") {
        parameter(parser, found, &mut keyword_only)?;
    }
    Ok(())
}

fn parameter(
    parser: &mut Parser,
    found: &mut Vec<Parameter>,
    keyword_only: &mut bool,
) -> Parsed<()> {
    let column = parser.column();
    if parser.take("/") {
        for earlier in found.iter_mut() {
            earlier.passing = Passing::PositionalOnly;
        }
        return Ok(());
    }
    let passing = if parser.take("**") {
        Passing::StarStar
    } else if parser.take("*") {
        *keyword_only = true;
        if !matches!(parser.peek(), Token::Name(_)) {
            return Ok(());
        }
        Passing::Star
    } else if *keyword_only {
        Passing::KeywordOnly
    } else {
        Passing::Either
    };
    let name = parser.name()?;
    if found.iter().any(|earlier| earlier.name == name) {
        let message = format!("there are two parameters `{name}`");
        return Err(SyntaxError::new(column, message));
    }
    if let Some(last) = found.last()
        && last.passing == Passing::StarStar
    {
        return Err(SyntaxError::new(column, "nothing follows `**` parameters"));
    }
    let mut default = None;
    if parser.take("=") && !matches!(parser.peek(), Token::End | Token::Sign("," | ")")) {
        default = Some(parser.expression()?);
    }
    found.push(Parameter {
        name,
        passing,
        default,
    });
    Ok(())
}

/// Reads a type as the expression that makes a value of it: `list[str]`, `tuple[int, str]`,
/// `dict[str, int]`, `str | none`, `self`.
pub(super) fn type_expression(parser: &mut Parser) -> Parsed<Expr> {
    parser.deeper(|parser| {
        let mut all = vec![single_type(parser)?];
        while parser.take("|") {
            all.push(single_type(parser)?);
        }
        all.retain(|value| *value != Expr::Nothing);
        Ok(match all.len() {
            0 => Expr::Nothing,
            1 => all.swap_remove(0),
            _ => Expr::Either(all),
        })
    })
}

fn single_type(parser: &mut Parser) -> Parsed<Expr> {
    let column = Column(parser.column());
    let mut class = parser.name()?;
    match class.as_str() {
        "none" => return Ok(Expr::Nothing),
        "self" => return Ok(Expr::Name(class, column)),
        _ => {}
    }
    while parser.take(".") {
        class.push('.');
        class.push_str(&parser.name()?);
    }
    let mut arguments = Vec::new();
    if parser.take("[") {
        arguments.push(type_expression(parser)?);
        while parser.take(",") {
            arguments.push(type_expression(parser)?);
        }
        parser.expect("]")?;
    }
    let content = contents(&class, arguments);
    Ok(Expr::New(class, content, column))
}

fn contents(class: &str, arguments: Vec<Expr>) -> Vec<Content> {
    let many = arguments.len() > 1;
    let store = |(index, value): (u32, Expr)| {
        let place = match (many, index) {
            (false, _) => Place::Unknown,
            (true, _) if class == "tuple" => Place::Index(index),
            (true, 0) => Place::Keys,
            (true, _) => Place::Unknown,
        };
        Content::Store(place, value)
    };
    (0..).zip(arguments).map(store).collect()
}

/// Reads all of `text` as a type.
pub(super) fn whole_type(text: &str) -> Parsed<Expr> {
    let mut parser = Parser::new(text)?;
    let found = type_expression(&mut parser)?;
    parser.finish()?;
    Ok(found)
}

/// Reads `name by size`, what a call makes longer: `self: len(items)`.
pub(super) fn growth(text: &str) -> Parsed<(String, SizeExpr)> {
    let mut parser = Parser::new(text)?;
    let name = parser.name()?;
    parser.expect(":")?;
    let by = sum(&mut parser)?;
    parser.finish()?;
    Ok((name, by))
}
