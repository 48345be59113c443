//! What annotations say of the values that unseen code passes.

use heapcast_facts::{Field, Var};
use rustpython_ast::{self as ast, Expr};

use super::Constant;
use super::builder::Lowerer;
use super::names::{is_identifier, last_name};

/// The builtin container that stands for a generic type.
fn container_named(generic: &str) -> Option<Constant> {
    match generic {
        "List" | "list" | "Sequence" | "MutableSequence" | "Iterable" | "Iterator"
        | "Collection" | "Tuple" | "tuple" | "deque" => Some(Constant::List),
        "Set" | "set" | "FrozenSet" | "frozenset" | "AbstractSet" => Some(Constant::Set),
        "Dict" | "dict" | "Mapping" | "MutableMapping" | "OrderedDict" | "defaultdict" => {
            Some(Constant::Dict)
        }
        _ => None,
    }
}

impl<'a> Lowerer<'a> {
    /// Records the classes that an annotation names for `var`.
    pub(super) fn annotation(&mut self, var: Var, annotation: &'a Expr, depth: u32) {
        if depth > 8 {
            return;
        }
        match annotation {
            Expr::Name(_) | Expr::Attribute(_) => {
                if let Some(class) = self.annotation_class(annotation) {
                    self.facts.annotated.push((var, class));
                }
            }
            Expr::StringLiteral(text) => self.quoted_annotation(var, text.value.to_str()),
            Expr::BinOp(union) if union.op == ast::Operator::BitOr => {
                self.annotation(var, &union.left, depth + 1);
                self.annotation(var, &union.right, depth + 1);
            }
            Expr::Subscript(subscript) => {
                let Some(generic) = last_name(&subscript.value) else {
                    return;
                };
                match (generic, &*subscript.slice) {
                    ("Optional" | "Union", Expr::Tuple(parts)) => {
                        for part in &parts.elts {
                            self.annotation(var, part, depth + 1);
                        }
                    }
                    ("Optional" | "Union", single) => self.annotation(var, single, depth + 1),
                    ("Annotated", Expr::Tuple(parts)) => {
                        if let Some(first) = parts.elts.first() {
                            self.annotation(var, first, depth + 1);
                        }
                    }
                    ("Type" | "type" | "Callable" | "Literal", _) => {}
                    (name, slice) if let Some(container) = container_named(name) => {
                        self.container_annotation(var, container, slice, depth + 1);
                    }
                    _ => self.annotation(var, &subscript.value, depth + 1),
                }
            }
            _ => {}
        }
    }

    /// Unseen code passes a container of its own, with elements as they are annotated.
    fn container_annotation(&mut self, var: Var, container: Constant, slice: &'a Expr, depth: u32) {
        let object = self.new_site(container);
        self.facts.annotated_container.push((var, object));
        let parts = match slice {
            Expr::Tuple(parts) => parts.elts.as_slice(),
            single => std::slice::from_ref(single),
        };
        for (place, part) in parts.iter().enumerate() {
            let field = match (container, place) {
                (Constant::Dict, 0) => Field::KEYS,
                _ => Field::UNKNOWN,
            };
            let element = self.new_var();
            self.annotation(element, part, depth);
            self.facts.annotated_element.push((object, field, element));
        }
    }

    fn annotation_class(&mut self, expression: &'a Expr) -> Option<Var> {
        match expression {
            Expr::Name(name) => Some(self.read_annotated(name.id.as_str())),
            Expr::Attribute(attribute) => {
                let base = self.annotation_class(&attribute.value)?;
                let name = self.intern(attribute.attr.as_str());
                Some(self.load_attribute(base, name))
            }
            _ => None,
        }
    }

    /// An annotation in quotes: dotted names joined by `|`, as far as they go.
    fn quoted_annotation(&mut self, var: Var, text: &str) {
        for part in text.split('|') {
            let part = part.trim();
            let inner = part
                .strip_prefix("Optional[")
                .or_else(|| part.strip_prefix("t.Optional["))
                .or_else(|| part.strip_prefix("typing.Optional["))
                .map_or(part, |rest| rest.trim_end_matches(']'));
            let dotted = inner.split('[').next().unwrap_or_default();
            let mut names = dotted.split('.');
            let Some(first) = names.next().filter(|name| is_identifier(name)) else {
                continue;
            };
            let mut class = self.read_annotated(first);
            for name in names.filter(|name| is_identifier(name)) {
                let name = self.intern(name);
                class = self.load_attribute(class, name);
            }
            self.facts.annotated.push((var, class));
        }
    }
}
