//! The branches of an interface program: the conditions of the original, over the actual arguments.

use std::fmt::Write;

use heapcast_facts::Symbols;

use super::names::{Names, quoted};
use super::step_text;
use crate::ir::{BinaryOp, CompareOp, Const, Function, UnaryOp};
use crate::summary::{Cases, FunctionSummary, Guard, Place, Root, Test};

/// The conditions of a function's ways, each with the keyword that says what it comes to.
pub(super) struct Guards<'a> {
    cases: Option<&'a Cases>,
    named: Vec<(&'a Guard, String)>,
}

impl<'a> Guards<'a> {
    pub(super) fn of(cases: Option<&'a Cases>, names: &mut Names) -> Self {
        let mut guards = Self {
            cases,
            named: Vec::new(),
        };
        if let Some(cases) = cases {
            guards.gather(cases, names);
        }
        guards
    }

    fn gather(&mut self, cases: &'a Cases, names: &mut Names) {
        if let Cases::Fork {
            guard,
            then,
            or_else,
        } = cases
        {
            if !self.named.iter().any(|(known, _)| *known == guard) {
                let name = names.unique(&format!("branch {}", guard.line));
                self.named.push((guard, name));
            }
            self.gather(then, names);
            self.gather(or_else, names);
        }
    }

    /// The keywords.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(_, name)| name.as_str())
    }

    fn name(&self, guard: &Guard) -> &str {
        let found = self.named.iter().find(|(known, _)| *known == guard);
        found.map_or("None", |(_, name)| name.as_str())
    }

    /// The conditions, and the costs of each way under them; what follows is for where they are open.
    pub(super) fn written(
        &self,
        function: &Function,
        symbols: &Symbols,
        formulas: &dyn Fn(&FunctionSummary, usize) -> String,
    ) -> String {
        let writer = Writer { function, symbols };
        let mut text = String::new();
        for (guard, name) in &self.named {
            if let Some(test) = &guard.test {
                // Writing to a string does not fail.
                let _ = writeln!(
                    text,
                    "    {name} = _decided({name}, lambda: {})",
                    writer.test(test)
                );
            }
        }
        if let Some(cases @ Cases::Fork { .. }) = self.cases {
            self.ways(cases, 1, formulas, &mut text);
        }
        text
    }

    fn ways(
        &self,
        cases: &Cases,
        indent: usize,
        formulas: &dyn Fn(&FunctionSummary, usize) -> String,
        text: &mut String,
    ) {
        let margin = "    ".repeat(indent);
        match cases {
            Cases::Way(summary) => text.push_str(&formulas(summary, indent)),
            Cases::Fork {
                guard,
                then,
                or_else,
            } => {
                let name = self.name(guard);
                let _ = writeln!(text, "{margin}if {name} is True:");
                self.ways(then, indent + 1, formulas, text);
                let _ = writeln!(text, "{margin}if {name} is False:");
                self.ways(or_else, indent + 1, formulas, text);
            }
        }
    }
}

struct Writer<'a> {
    function: &'a Function,
    symbols: &'a Symbols,
}

impl Writer<'_> {
    fn test(&self, test: &Test) -> String {
        match test {
            Test::Input(place) => self.input(place),
            Test::Const(value) => self.constant(value),
            Test::Call(name, of) => format!("{name}({})", self.test(of)),
            Test::IsInstance(of, classes) => {
                let names: Vec<String> = classes.iter().map(|name| quoted(name)).collect();
                format!("_is_a({}, {})", self.test(of), names.join(", "))
            }
            Test::HasAttribute(of, name) => {
                let name = quoted(self.symbols.text(*name));
                format!("hasattr({}, {name})", self.test(of))
            }
            Test::Unary(op, of) => {
                let op = match op {
                    UnaryOp::Negative => "-",
                    UnaryOp::Positive => "+",
                    UnaryOp::Invert => "~",
                    UnaryOp::Not => "not ",
                };
                format!("({op}{})", self.test(of))
            }
            Test::Binary(op, left, right) => {
                format!("({} {} {})", self.test(left), binary(*op), self.test(right))
            }
            Test::Compare(op, left, right) => {
                format!(
                    "({} {} {})",
                    self.test(left),
                    compare(*op),
                    self.test(right)
                )
            }
        }
    }

    fn input(&self, place: &Place) -> String {
        let Root::Parameter(at) = place.root else {
            return "_UNSET".to_owned();
        };
        let parameter = self.function.parameters.get(at as usize);
        let mut text = parameter
            .map_or("_UNSET", |own| self.symbols.text(own.name))
            .to_owned();
        for step in &place.steps {
            let _ = write!(text, ", {}", step_text(*step, self.symbols));
        }
        format!("_value({text})")
    }

    fn constant(&self, value: &Const) -> String {
        match value {
            Const::None => "None".to_owned(),
            Const::Bool(true) => "True".to_owned(),
            Const::Bool(false) => "False".to_owned(),
            Const::Int(value) => format!("({value})"),
            Const::Float(value) if value.is_finite() => format!("({value:?})"),
            Const::Str(text) => quoted(self.symbols.text(*text)),
            _ => "_UNSET".to_owned(),
        }
    }
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mult => "*",
        BinaryOp::MatMult => "@",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::LShift => "<<",
        BinaryOp::RShift => ">>",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::BitAnd => "&",
        BinaryOp::FloorDiv => "//",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::NotEq => "!=",
        CompareOp::Lt => "<",
        CompareOp::LtE => "<=",
        CompareOp::Gt => ">",
        CompareOp::GtE => ">=",
        CompareOp::Is => "is",
        CompareOp::IsNot => "is not",
        CompareOp::In => "in",
        CompareOp::NotIn => "not in",
    }
}
