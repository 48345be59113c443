//! Expressions in constant strings that are evaluated: `eval("f(x)")`.

use heapcast_facts::Map;
use rustpython_ast::{self as ast, Expr};
use rustpython_parser::parse_expression_range;
use rustpython_text_size::{Ranged, TextSize};

use super::names::is_name;

/// Longer texts are programs rather than expressions.
const LONGEST: usize = 2_000;

/// The expressions that calls evaluate, by where these calls start.
#[derive(Default)]
pub(super) struct Embedded {
    expressions: Map<TextSize, Expr>,
}

impl Embedded {
    /// Notes what a call evaluates.
    pub(super) fn add(&mut self, call: &ast::ExprCall, evaluated: Expr) {
        self.expressions.insert(call.start(), evaluated);
    }

    /// What a call evaluates.
    pub(super) fn evaluated(&self, call: &ast::ExprCall) -> Option<&Expr> {
        self.expressions.get(&call.start())
    }
}

/// The expression that a call of `eval` or `exec` evaluates, with its ranges in the source `text`.
pub(super) fn parsed(call: &ast::ExprCall, text: &str) -> Option<Expr> {
    if !is_name(&call.func, "eval") && !is_name(&call.func, "exec") {
        return None;
    }
    let Some(Expr::StringLiteral(literal)) = call.arguments.args.first() else {
        return None;
    };
    let range = literal.as_single_part_string()?.content_range();
    // With escapes, the text says something else than what is evaluated.
    let is_plain = text.get(range.to_std_range()) == Some(literal.value.to_str());
    if !is_plain || literal.value.len() > LONGEST {
        return None;
    }
    let parsed = parse_expression_range(text, range).ok()?;
    Some(*parsed.into_syntax().body)
}
