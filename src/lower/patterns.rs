//! `match` statements: a case is a branch whose test the pattern makes.

use heapcast_facts::{Field, Var};
use rustpython_ast::{self as ast, Pattern};
use rustpython_text_size::Ranged;

use super::builder::Lowerer;
use crate::ir::{Branch, DisplayKind, Index, Op};

impl<'a> Lowerer<'a> {
    pub(super) fn match_statement(&mut self, statement: &'a ast::StmtMatch) {
        let subject = self.expression(&statement.subject);
        self.cases(subject, &statement.cases);
    }

    fn cases(&mut self, subject: Var, cases: &'a [ast::MatchCase]) {
        let Some((case, rest)) = cases.split_first() else {
            return;
        };
        self.line = self.line_of(case.range());
        if case.guard.is_none() && is_irrefutable(&case.pattern) {
            self.pattern(&case.pattern, subject);
            return self.statements(&case.body);
        }
        let test = self.new_var();
        let (first, then, (), then_end) = self.arm(&[], |lowerer| {
            lowerer.pattern(&case.pattern, subject);
            if let Some(guard) = &case.guard {
                let condition = lowerer.condition(guard);
                lowerer.apply_narrowing(&condition.when_true);
            }
            lowerer.statements(&case.body);
        });
        let rejected = self.without(&case.pattern, subject, case.guard.is_some());
        let (second, or_else, (), else_end) =
            self.arm(&[], |lowerer| lowerer.cases(rejected, rest));
        let phis = self.join(&[&then_end, &else_end]);
        self.push(Op::Branch(Box::new(Branch {
            test,
            regions: [first, second],
            then,
            or_else,
            phis,
        })));
    }

    /// What is left of the subject where a class pattern without conditions did not match.
    fn without(&mut self, pattern: &'a Pattern, subject: Var, guarded: bool) -> Var {
        let Pattern::MatchClass(class) = pattern else {
            return subject;
        };
        let plain = class.arguments.patterns.iter().all(is_irrefutable)
            && class
                .arguments
                .keywords
                .iter()
                .all(|keyword| is_irrefutable(&keyword.pattern));
        if guarded || !plain {
            return subject;
        }
        let class = self.expression(&class.cls);
        self.narrowed(subject, class, false)
    }

    /// Matches `subject` and binds the names of the pattern; the result is what is known of the
    /// subject after it matched.
    fn pattern(&mut self, pattern: &'a Pattern, subject: Var) -> Var {
        self.line = self.line_of(pattern.range());
        match pattern {
            Pattern::MatchValue(inner) => {
                let value = self.expression(&inner.value);
                self.compare(ast::CmpOp::Eq, subject, value);
                subject
            }
            Pattern::MatchSingleton(_) => subject,
            Pattern::MatchSequence(inner) => {
                self.sequence(&inner.patterns, subject);
                subject
            }
            Pattern::MatchMapping(inner) => {
                self.mapping(inner, subject);
                subject
            }
            Pattern::MatchClass(inner) => self.class_pattern(inner, subject),
            Pattern::MatchStar(inner) => {
                if let Some(name) = &inner.name {
                    self.bind(name.as_str(), subject);
                }
                subject
            }
            Pattern::MatchAs(inner) => {
                let matched = match &inner.pattern {
                    Some(pattern) => self.pattern(pattern, subject),
                    None => subject,
                };
                if let Some(name) = &inner.name {
                    self.bind(name.as_str(), matched);
                }
                matched
            }
            Pattern::MatchOr(inner) => self.alternatives(&inner.patterns, subject),
        }
    }

    fn alternatives(&mut self, patterns: &'a [Pattern], subject: Var) -> Var {
        let mut matched = Vec::with_capacity(patterns.len());
        let mut ends = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            let (_, mut block, var, end) =
                self.arm(&[], |lowerer| lowerer.pattern(pattern, subject));
            self.frame.block.append(&mut block);
            matched.push(var);
            ends.push(end);
        }
        let ends: Vec<&_> = ends.iter().collect();
        self.join(&ends);
        self.merge(&matched).map_or(subject, |(var, _)| var)
    }

    fn sequence(&mut self, patterns: &'a [Pattern], subject: Var) {
        let star = patterns.iter().position(Pattern::is_match_star);
        for (index, pattern) in patterns.iter().enumerate() {
            let part = if star == Some(index) {
                let (rest, _) = self.new_container(DisplayKind::List);
                self.frame.publish(rest);
                self.facts.elements.push((rest, subject));
                rest
            } else {
                let field = match star {
                    Some(star) if index > star => Field::ALL,
                    _ => Field::index(index as u32),
                };
                let part = self.new_var();
                self.load_element(subject, field, part);
                self.push(Op::Unpack {
                    to: part,
                    from: subject,
                    index: index as u32,
                    from_back: false,
                });
                part
            };
            self.pattern(pattern, part);
        }
    }

    fn mapping(&mut self, pattern: &'a ast::PatternMatchMapping, subject: Var) {
        for (key, pattern) in pattern.keys.iter().zip(&pattern.patterns) {
            let key = self.expression(key);
            let part = self.load_item(subject, Index::Value(key));
            self.pattern(pattern, part);
        }
        if let Some(rest) = &pattern.rest {
            let (dict, object) = self.new_container(DisplayKind::Dict);
            self.frame.publish(dict);
            self.facts.elements.push((dict, subject));
            self.push(Op::DictDisplay {
                to: dict,
                object,
                entries: vec![(None, subject)],
            });
            self.bind(rest.as_str(), dict);
        }
    }

    /// `case Point(x, y=0)`: an instance of the class; positions go by `__match_args__`.
    fn class_pattern(&mut self, pattern: &'a ast::PatternMatchClass, subject: Var) -> Var {
        let class = self.expression(&pattern.cls);
        let matched = self.narrowed(subject, class, true);
        let arguments = &pattern.arguments;
        if let ([single], Some(name)) = (arguments.patterns.as_slice(), self.builtin_name(class))
            && matches!(
                name,
                "int" | "str" | "float" | "bool" | "bytes" | "list" | "tuple" | "dict" | "set"
            )
        {
            self.pattern(single, matched);
            return matched;
        }
        for (index, inner) in arguments.patterns.iter().enumerate() {
            let part = self.new_var();
            self.facts
                .positional_pattern
                .push((matched, index as u32, part));
            self.push(Op::Unpack {
                to: part,
                from: matched,
                index: index as u32,
                from_back: false,
            });
            self.pattern(inner, part);
        }
        for keyword in &arguments.keywords {
            let name = self.mangle(keyword.attr.as_str());
            let part = self.load_attribute(matched, name);
            self.pattern(&keyword.pattern, part);
        }
        matched
    }
}

/// Whether a pattern matches anything.
fn is_irrefutable(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::MatchAs(inner) => inner.pattern.as_deref().is_none_or(is_irrefutable),
        Pattern::MatchOr(inner) => inner.patterns.iter().any(is_irrefutable),
        _ => false,
    }
}
