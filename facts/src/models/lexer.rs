//! Words and signs of the flow language and of size expressions.

use super::parser::SyntaxError;

/// A word or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Number(u64),
    Text(String),
    Sign(&'static str),
    End,
}

impl Token {
    /// The token as an error message shows it.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Number(number) => format!("`{number}`"),
            Self::Text(_) => "a string".into(),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".into(),
        }
    }
}

/// Longer signs first.
const SIGNS: [&str; 22] = [
    "+=", "//", "**", "=", "|", ".", ",", "[", "]", "(", ")", "{", "}", "&", "*", "?", ":", "+",
    "-", "/", "@", "~",
];

/// No expression of a model is longer; this bounds the depth of every tree.
const LIMIT: usize = 600;

/// The tokens of `text`, each with its column from 1, and an end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, SyntaxError> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let column = text[..text.len() - rest.len()].chars().count() + 1;
        let Some(first) = rest.chars().next() else {
            found.push((Token::End, column));
            return Ok(found);
        };
        if found.len() >= LIMIT {
            return Err(SyntaxError::new(
                column,
                "this is too long for one expression",
            ));
        }
        let (token, length) = match first {
            '\'' | '"' => text_token(rest, first, column)?,
            '0'..='9' => number_token(rest, column)?,
            _ if first.is_alphabetic() || first == '_' => {
                let length = length_while(rest, |c| c.is_alphanumeric() || c == '_');
                (Token::Name(rest[..length].into()), length)
            }
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Token::Sign(sign), sign.len()),
                None => {
                    let message = format!("`{first}` has no meaning here");
                    return Err(SyntaxError::new(column, message));
                }
            },
        };
        found.push((token, column));
        rest = &rest[length..];
    }
}

fn text_token(rest: &str, quote: char, column: usize) -> Result<(Token, usize), SyntaxError> {
    rest[1..]
        .find(quote)
        .map(|end| (Token::Text(rest[1..=end].into()), end + 2))
        .ok_or_else(|| SyntaxError::new(column, "this string does not end"))
}

fn number_token(rest: &str, column: usize) -> Result<(Token, usize), SyntaxError> {
    let length = length_while(rest, |c| c.is_ascii_digit());
    rest[..length]
        .parse()
        .map(|number| (Token::Number(number), length))
        .map_err(|_| SyntaxError::new(column, "this number is too large"))
}

fn length_while(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}
