//! Refuses what CPython refuses because it nests too deeply, before the parser recurses into it.
//!
//! The parser recurses for brackets, blocks, f-strings and operators that bind to what follows
//! them; one pass over the tokens bounds each. Chains that grow to the left (`a + b + c`, `a.b.c`)
//! are loops in the parser; `parse` cuts the trees they leave.

use rustpython_ast::token::TokenKind;
use rustpython_parser::Mode;
use rustpython_parser::lexer::{self, Lexer};

use super::lines::LineIndex;

/// CPython's `MAXLEVEL`: open brackets at one moment.
const MAX_BRACKETS: usize = 200;
/// CPython's `MAXINDENT` less the outermost level.
const MAX_INDENTS: usize = 99;
/// CPython's `MAXFSTRINGLEVEL`: f-strings inside each other.
const MAX_STRINGS: usize = 150;
/// CPython's `MAXSTACK`: levels of the parser itself.
const MAX_CHAIN: u32 = 6000;

/// Why a source is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TooDeep {
    /// The line, counted from 1, on which the limit is passed.
    pub(super) line: u32,
    /// What there is too much of.
    pub(super) message: String,
}

/// Checks that the parser can take `text` without running out of stack.
pub(super) fn check(text: &str, lines: &LineIndex) -> Result<(), TooDeep> {
    let Some(message) = excess(text) else {
        return Ok(());
    };
    // Tokens do not tell their place. The refusal is decided by a prefix of the text, so the
    // line is found by bisection; this is paid by refused files only.
    let (mut low, mut high) = (1, u32::try_from(lines.count()).unwrap_or(u32::MAX));
    while low < high {
        let middle = low + (high - low) / 2;
        let end = lines.start(middle + 1) as usize;
        if text.get(..end).and_then(excess).is_some() {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Err(TooDeep { line: low, message })
}

/// The first limit that `text` passes.
fn excess(text: &str) -> Option<String> {
    let mut lexer = lexer::lex(text, Mode::Module);
    Scan::default().run(&mut lexer)
}

/// Operators open at one moment, by what closes them.
#[derive(Debug, Clone, Copy, Default)]
struct Chain {
    /// `-x`, `x ** y`, `await x`: closed by any looser binary operator.
    tight: u32,
    /// `not x`: closed by `and` and `or`.
    negations: u32,
    /// Conditional expressions, `lambda`, `yield`, `:=`: closed by the end of the element.
    loose: u32,
    /// `lambda`s whose colon is still to come; a comma among their parameters closes nothing.
    headers: u32,
}

#[derive(Debug, Default)]
struct Scan {
    /// The chain as it was before each open bracket.
    frames: Vec<Chain>,
    chain: Chain,
    indents: usize,
    strings: usize,
    after_operand: bool,
}

impl Scan {
    fn run(&mut self, lexer: &mut Lexer<'_>) -> Option<String> {
        loop {
            let token = lexer.next_token();
            match token {
                TokenKind::EndOfFile => return None,
                TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
                _ => self.step(token),
            }
            self.after_operand = ends_operand(token);
            if let Some(message) = self.excess() {
                return Some(message);
            }
        }
    }

    fn excess(&self) -> Option<String> {
        let Chain {
            tight,
            negations,
            loose,
            ..
        } = self.chain;
        if self.frames.len() > MAX_BRACKETS {
            Some(format!(
                "more than {MAX_BRACKETS} brackets are open at once"
            ))
        } else if self.indents > MAX_INDENTS {
            Some(format!(
                "more than {MAX_INDENTS} levels of indentation are open at once"
            ))
        } else if self.strings > MAX_STRINGS {
            Some(format!(
                "more than {MAX_STRINGS} f-strings are nested in each other"
            ))
        } else if tight.saturating_add(negations).saturating_add(loose) > MAX_CHAIN {
            Some(format!(
                "more than {MAX_CHAIN} operators are nested in each other"
            ))
        } else {
            None
        }
    }

    fn step(&mut self, token: TokenKind) {
        use TokenKind as T;
        match token {
            T::Lpar | T::Lsqb | T::Lbrace => self.frames.push(self.chain),
            T::Rpar | T::Rsqb | T::Rbrace => {
                if let Some(outer) = self.frames.pop() {
                    self.chain = outer;
                }
            }
            T::Newline => {
                self.frames.clear();
                self.chain = Chain::default();
            }
            T::Indent => self.indents += 1,
            T::Dedent => self.indents = self.indents.saturating_sub(1),
            T::FStringStart | T::TStringStart => self.strings += 1,
            T::FStringEnd | T::TStringEnd => self.strings = self.strings.saturating_sub(1),
            _ => self.operator(token),
        }
    }

    fn operator(&mut self, token: TokenKind) {
        use TokenKind as T;
        let base = self.frames.last().copied().unwrap_or_default();
        let chain = &mut self.chain;
        match token {
            T::Semi => *chain = base,
            T::Comma if chain.headers == base.headers => *chain = base,
            T::Colon if chain.headers > base.headers => chain.headers -= 1,
            T::Colon => *chain = base,
            T::Lambda => {
                chain.headers += 1;
                chain.loose += 1;
            }
            T::If | T::Yield | T::ColonEqual => chain.loose += 1,
            T::And | T::Or => {
                chain.tight = base.tight;
                chain.negations = base.negations;
            }
            T::Not if self.after_operand => chain.tight = base.tight,
            T::Not => chain.negations += 1,
            T::Await | T::Tilde | T::DoubleStar => chain.tight += 1,
            T::Plus | T::Minus | T::Star if !self.after_operand => chain.tight += 1,
            _ if self.after_operand && closes_tight(token) => chain.tight = base.tight,
            _ => {}
        }
    }
}

/// Whether an operand may end with this token, so that an operator after it is a binary one.
fn ends_operand(token: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        token,
        T::Name
            | T::Int
            | T::Float
            | T::Complex
            | T::String
            | T::FStringEnd
            | T::TStringEnd
            | T::Rpar
            | T::Rsqb
            | T::Rbrace
            | T::True
            | T::False
            | T::None
            | T::Ellipsis
    ) || token.is_soft_keyword()
}

/// Whether this is a binary operator that binds less tightly than those counted as tight.
fn closes_tight(token: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        token,
        T::Plus
            | T::Minus
            | T::Star
            | T::Slash
            | T::DoubleSlash
            | T::Percent
            | T::At
            | T::Amper
            | T::Vbar
            | T::CircumFlex
            | T::LeftShift
            | T::RightShift
            | T::Less
            | T::Greater
            | T::LessEqual
            | T::GreaterEqual
            | T::EqEqual
            | T::NotEqual
            | T::In
            | T::Is
            | T::Equal
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refusal(text: &str) -> Option<(u32, String)> {
        check(text, &LineIndex::new(text))
            .err()
            .map(|deep| (deep.line, deep.message))
    }

    fn brackets(n: usize) -> String {
        format!("x = 1\ny = {}{}\n", "(".repeat(n), ")".repeat(n))
    }

    #[test]
    fn two_hundred_brackets_pass_and_one_more_does_not() {
        assert_eq!(refusal(&brackets(200)), None);
        let (line, message) = refusal(&brackets(201)).unwrap();
        assert_eq!(line, 2);
        assert_eq!(message, "more than 200 brackets are open at once");
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "(".repeat(1000);
        assert_eq!(
            refusal(&format!("x = '{many}'  # {many}\ny = '''\n{many}'''\n")),
            None
        );
    }

    #[test]
    fn brackets_inside_f_strings_count() {
        let text = format!("f'{{{}{}}}'\n", "(".repeat(300), ")".repeat(300));
        assert_eq!(refusal(&text).unwrap().0, 1);
    }

    #[test]
    fn the_line_of_the_hundredth_indentation_is_named() {
        let nested = |n: usize| -> String {
            (0..n)
                .map(|level| format!("{}if x:\n", " ".repeat(level)))
                .chain([format!("{}pass\n", " ".repeat(n))])
                .collect()
        };
        assert_eq!(refusal(&nested(99)), None);
        assert_eq!(refusal(&nested(1000)).unwrap().0, 101);
    }

    #[test]
    fn long_flat_code_passes() {
        for element in [
            "-1, ",
            "not x, ",
            "2 ** -1, ",
            "a if b else c, ",
            "lambda a, b=1: a, ",
        ] {
            assert_eq!(refusal(&format!("x = [{}]", element.repeat(20_000))), None);
        }
        for term in ["-x + ", "x ** 2 - ", "not x and ", "x not in y or "] {
            assert_eq!(refusal(&format!("x = {}1", term.repeat(20_000))), None);
        }
        let lines = "if x: y = -1 if z else lambda: 2\n".repeat(20_000);
        assert_eq!(refusal(&lines), None);
    }

    #[test]
    fn operators_that_nest_to_the_right_are_counted() {
        let deep = [
            "not ",
            "-",
            "- ~ ",
            "x ** ",
            "x ** -",
            "x if y else ",
            "lambda: ",
            "lambda a, b: ",
            "x if y else lambda: - ",
        ];
        for operator in deep {
            let text = |n: usize| format!("x = 1\ny = {}1\n", operator.repeat(n));
            assert_eq!(refusal(&text(1000)), None, "{operator}");
            assert_eq!(refusal(&text(10_000)).unwrap().0, 2, "{operator}");
        }
    }
}
