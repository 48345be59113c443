//! Reads the flow language.

use super::lexer::{Token, tokens};
use super::syntax::{Argument, Column, Content, Expr, MethodCall, Place, Statement};

/// What is wrong with an expression, and at which column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) column: usize,
    pub(super) message: String,
}

impl SyntaxError {
    pub(super) fn new(column: usize, message: impl Into<String>) -> Self {
        Self {
            column,
            message: message.into(),
        }
    }
}

type Parsed<T> = Result<T, SyntaxError>;

/// Nesting past this is refused, so that no recursion over a tree overflows.
const DEPTH: usize = 50;

/// A position in the tokens of one text.
pub(super) struct Parser {
    tokens: Vec<(Token, usize)>,
    position: usize,
    depth: usize,
}

/// The statement that `text` is.
pub(super) fn statement(text: &str) -> Parsed<Statement> {
    let mut parser = Parser::new(text)?;
    let column = parser.column();
    let left = parser.expression()?;
    let statement = if parser.take("=") {
        let value = parser.expression()?;
        match left {
            Expr::Name(name, _) => Statement::Assign(name, value),
            Expr::Load(_, Place::All) => {
                let message = "a store goes to [?] or to a constant key; [*] is only read";
                return Err(SyntaxError::new(column, message));
            }
            Expr::Load(base, place) => Statement::Store(*base, place, value),
            _ => return Err(SyntaxError::new(column, "nothing can be stored here")),
        }
    } else if parser.take("+=") {
        Statement::Elements(left, parser.expression()?)
    } else {
        Statement::Do(left)
    };
    parser.finish()?;
    Ok(statement)
}

/// The expression that `text` is.
pub(super) fn expression(text: &str) -> Parsed<Expr> {
    let mut parser = Parser::new(text)?;
    let found = parser.expression()?;
    parser.finish()?;
    Ok(found)
}

impl Parser {
    pub(super) fn new(text: &str) -> Parsed<Self> {
        Ok(Self {
            tokens: tokens(text)?,
            position: 0,
            depth: 0,
        })
    }

    pub(super) fn peek(&self) -> &Token {
        self.tokens
            .get(self.position)
            .map_or(&Token::End, |(token, _)| token)
    }

    fn peek_second(&self) -> &Token {
        self.tokens
            .get(self.position + 1)
            .map_or(&Token::End, |(token, _)| token)
    }

    pub(super) fn column(&self) -> usize {
        self.tokens
            .get(self.position)
            .or(self.tokens.last())
            .map_or(1, |(_, column)| *column)
    }

    pub(super) fn advance(&mut self) {
        self.position += 1;
    }

    pub(super) fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(other) if *other == sign);
        if found {
            self.advance();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(other) if other == word);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{sign}`")))
        }
    }

    pub(super) fn expected(&self, what: &str) -> SyntaxError {
        let found = self.peek().show();
        SyntaxError::new(self.column(), format!("expected {what}, not {found}"))
    }

    pub(super) fn name(&mut self) -> Parsed<String> {
        match self.peek() {
            Token::Name(name) => {
                let name = name.clone();
                self.advance();
                Ok(name)
            }
            _ => Err(self.expected("a name")),
        }
    }

    fn dotted(&mut self) -> Parsed<String> {
        let mut name = self.name()?;
        while self.take(".") {
            name.push('.');
            name.push_str(&self.name()?);
        }
        Ok(name)
    }

    pub(super) fn finish(&self) -> Parsed<()> {
        match self.peek() {
            Token::End => Ok(()),
            _ => Err(self.expected("the end")),
        }
    }

    /// Runs `read` one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(SyntaxError::new(self.column(), "this is nested too deeply"));
        }
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// `a | b`
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.deeper(|parser| {
            let first = parser.alternative()?;
            if !matches!(parser.peek(), Token::Sign("|")) {
                return Ok(first);
            }
            let mut all = vec![first];
            while parser.take("|") {
                all.push(parser.alternative()?);
            }
            Ok(Expr::Either(all))
        })
    }

    /// `a.__x__() else b.__y__()`
    fn alternative(&mut self) -> Parsed<Expr> {
        let column = self.column();
        let first = self.postfix()?;
        if !self.take_word("else") {
            return Ok(first);
        }
        match (first, self.postfix()?) {
            (Expr::Method(first), Expr::Method(second))
                if first.is_special() && second.is_special() =>
            {
                Ok(Expr::Fallback(Box::new((first, second))))
            }
            _ => Err(SyntaxError::new(
                column,
                "`else` stands between two calls of special methods like x.__str__()",
            )),
        }
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let mut base = self.primary()?;
        loop {
            base = if self.take(".") {
                let name = self.name()?;
                if self.take("(") {
                    Expr::Method(MethodCall {
                        base: Box::new(base),
                        name,
                        arguments: self.arguments()?,
                    })
                } else {
                    Expr::Load(Box::new(base), Place::Attribute(name))
                }
            } else if self.take("[") {
                let place = self.index()?;
                self.expect("]")?;
                Expr::Load(Box::new(base), place)
            } else if self.take("(") {
                Expr::Call(Box::new(base), self.arguments()?)
            } else {
                return Ok(base);
            };
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let column = Column(self.column());
        match self.peek().clone() {
            Token::Name(word) if word == "new" && matches!(self.peek_second(), Token::Name(_)) => {
                self.advance();
                let class = self.dotted()?;
                let content = self.content()?;
                Ok(Expr::New(class, content, column))
            }
            Token::Name(word) => {
                self.advance();
                Ok(match word.as_str() {
                    "none" => Expr::Nothing,
                    _ => Expr::Name(word, column),
                })
            }
            Token::Number(_) => {
                self.advance();
                Ok(Expr::Constant("int"))
            }
            Token::Text(_) => {
                self.advance();
                Ok(Expr::Constant("str"))
            }
            Token::Sign("&") => {
                self.advance();
                Ok(Expr::Reference(self.dotted()?, column))
            }
            Token::Sign("(") => {
                self.advance();
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            _ => Err(self.expected("a value")),
        }
    }

    /// Inside of `x[…]`.
    fn index(&mut self) -> Parsed<Place> {
        let place = match self.peek() {
            Token::Sign("*") => Place::All,
            Token::Sign("?") => Place::Unknown,
            Token::Name(word) if word == "keys" => Place::Keys,
            Token::Number(number) => Place::Index(u32::try_from(*number).unwrap_or(u32::MAX)),
            Token::Text(key) => Place::Key(key.clone()),
            Token::Name(name) => Place::At(name.clone(), Column(self.column())),
            _ => return Err(self.expected("*, ?, keys, a parameter, a number or a string")),
        };
        self.advance();
        Ok(place)
    }

    /// After the `(` of a call.
    fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        let mut found = Vec::new();
        while !self.take(")") {
            if !found.is_empty() {
                self.expect(",")?;
            }
            found.push(self.argument()?);
        }
        Ok(found)
    }

    fn argument(&mut self) -> Parsed<Argument> {
        if self.take("**") {
            return Ok(Argument::StarStar(self.expression()?));
        }
        if self.take("*") {
            return Ok(Argument::Star(self.expression()?));
        }
        if matches!(self.peek_second(), Token::Sign("=")) {
            let name = self.name()?;
            self.expect("=")?;
            return Ok(Argument::Keyword(name, self.expression()?));
        }
        Ok(Argument::Positional(self.expression()?))
    }

    /// After `new class`: each kind of bracket once, in any order.
    fn content(&mut self) -> Parsed<Vec<Content>> {
        let mut found = Vec::new();
        let mut left = vec!["[", "{", "("];
        while let Some(at) = left.iter().position(|bracket| self.take(bracket)) {
            match left.remove(at) {
                "[" => self.elements(&mut found)?,
                "{" => self.items(&mut found)?,
                _ => self.attributes(&mut found)?,
            }
        }
        Ok(found)
    }

    /// Inside of `new partial(func=f)`.
    fn attributes(&mut self, found: &mut Vec<Content>) -> Parsed<()> {
        while !self.take(")") {
            let name = self.name()?;
            self.expect("=")?;
            let value = self.expression()?;
            found.push(Content::Store(Place::Attribute(name), value));
            if !matches!(self.peek(), Token::Sign(")")) {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    /// Inside of `new list[…]`.
    fn elements(&mut self, found: &mut Vec<Content>) -> Parsed<()> {
        loop {
            if self.take("*") {
                found.push(Content::Elements(self.expression()?));
            } else if matches!(self.peek_second(), Token::Sign(":")) {
                let place = match self.name()?.as_str() {
                    "keys" => Place::Keys,
                    "values" => Place::Unknown,
                    other => {
                        let message = format!("expected `keys:` or `values:`, not `{other}:`");
                        return Err(SyntaxError::new(self.column(), message));
                    }
                };
                self.expect(":")?;
                found.push(Content::Store(place, self.expression()?));
            } else {
                found.push(Content::Store(Place::Unknown, self.expression()?));
            }
            if self.take("]") {
                return Ok(());
            }
            self.expect(",")?;
        }
    }

    /// Inside of `new tuple{…}`.
    fn items(&mut self, found: &mut Vec<Content>) -> Parsed<()> {
        while !self.take("}") {
            let place = match self.peek() {
                Token::Number(number) => Place::Index(u32::try_from(*number).unwrap_or(u32::MAX)),
                Token::Text(key) => Place::Key(key.clone()),
                _ => return Err(self.expected("a number or a string")),
            };
            self.advance();
            self.expect(":")?;
            found.push(Content::Store(place, self.expression()?));
            if !matches!(self.peek(), Token::Sign("}")) {
                self.expect(",")?;
            }
        }
        Ok(())
    }
}
