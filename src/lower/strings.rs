//! Strings with values in them.

use heapcast_facts::{Field, Var};
use rustpython_ast as ast;

use super::Constant;
use super::builder::Lowerer;
use crate::ir::{Layout, Op};

impl<'a> Lowerer<'a> {
    pub(super) fn f_string(&mut self, string: &'a ast::ExprFString) -> Var {
        let mut parts = Vec::new();
        let mut layouts = Vec::new();
        let mut literal = 0;
        let mut prefix = None;
        for part in string.value.as_slice() {
            match part {
                ast::FStringPart::Literal(text) => {
                    literal += text.value.chars().count() as u32;
                    prefix = prefix.or(Some(&*text.value));
                }
                ast::FStringPart::FString(inner) => {
                    self.interpolated(
                        &inner.elements,
                        (&mut parts, &mut layouts),
                        &mut literal,
                        &mut prefix,
                        true,
                    );
                }
            }
        }
        self.at(string);
        let to = self.new_var();
        if let Some(prefix) = prefix.filter(|text| !text.is_empty()) {
            let prefix = self.intern(prefix);
            self.prefixes.insert(to, prefix);
        }
        self.links.constants.push((to, Constant::Str));
        self.push(Op::Format {
            to,
            literal,
            parts,
            layouts,
            template: false,
        });
        to
    }

    pub(super) fn t_string(&mut self, string: &'a ast::ExprTString) -> Var {
        let mut parts = Vec::new();
        let mut layouts = Vec::new();
        let mut literal = 0;
        for part in string.value.as_slice() {
            let mut prefix = Some("");
            self.interpolated(
                &part.elements,
                (&mut parts, &mut layouts),
                &mut literal,
                &mut prefix,
                false,
            );
        }
        self.at(string);
        let to = self.new_var();
        self.push(Op::Format {
            to,
            literal,
            parts,
            layouts,
            template: true,
        });
        to
    }

    fn interpolated(
        &mut self,
        elements: &'a ast::InterpolatedStringElements,
        (parts, layouts): (&mut Vec<Var>, &mut Vec<Layout>),
        literal: &mut u32,
        prefix: &mut Option<&'a str>,
        formats: bool,
    ) {
        for element in elements {
            match element {
                ast::InterpolatedStringElement::Literal(text) => {
                    *literal += text.value.chars().count() as u32;
                    prefix.get_or_insert(&*text.value);
                }
                ast::InterpolatedStringElement::Interpolation(inner) => {
                    prefix.get_or_insert("");
                    let value = self.expression(&inner.expression);
                    if formats {
                        self.format_protocol(value, inner.conversion);
                    }
                    parts.push(value);
                    let spec = inner.format_spec.as_ref().map(|spec| &spec.elements);
                    layouts.push(spec.map_or_else(Layout::plain, layout));
                    if let Some(spec) = spec {
                        let first = parts.len();
                        self.interpolated(spec, (parts, layouts), &mut 0, prefix, formats);
                        layouts.truncate(first);
                        layouts.resize(parts.len(), Layout::of_width());
                    }
                }
            }
        }
    }

    fn format_protocol(&mut self, value: Var, conversion: ast::ConversionFlag) {
        if self.known(value).is_some() {
            return;
        }
        match conversion {
            ast::ConversionFlag::Repr | ast::ConversionFlag::Ascii => {
                self.ask(value, "__repr__", "");
            }
            ast::ConversionFlag::Str => {
                self.ask(value, "__str__", "");
                self.ask(value, "__repr__", "__str__");
            }
            ast::ConversionFlag::None => {
                self.ask(value, "__format__", "");
                self.ask(value, "__str__", "__format__");
                self.ask(value, "__repr__", "__str__");
                let element = self.new_var();
                self.facts.load.push((value, Field::ALL, element));
                self.ask(element, "__repr__", "");
            }
        }
    }
}

/// What the literal parts of a specification ask for.
fn layout(spec: &ast::InterpolatedStringElements) -> Layout {
    let mut text = String::new();
    for element in spec {
        if let ast::InterpolatedStringElement::Literal(literal) = element {
            text.push_str(&literal.value);
        }
    }
    Layout::parse(&text)
}
