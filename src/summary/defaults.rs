//! Dicts that make what they lack: `collections.defaultdict`.

use std::sync::Arc;

use heapcast_facts::{Obj, ObjectKind, Var};

use super::interpret::Interpreter;
use super::library::Given;
use super::sizes::{self, number};
use super::value::{Kind, Step, Value};
use crate::algebra::{Expr, Grade};
use crate::ir::Argument;

/// So many functions are taken into account that may make what a dict lacks.
const MAX_MAKERS: usize = 8;

impl<'a> Interpreter<'a> {
    /// A dict that makes what is looked up and not there.
    pub(super) fn makes_defaults(&mut self, given: &Given<'a>, dict: &Value) {
        let Some(factory) = self.given(given, "default_factory") else {
            return;
        };
        let label = factory.label.as_deref().unwrap_or_default();
        let kind = Kind::of_class(label);
        let makers = match given.site.arguments.first() {
            Some(Argument::Positional(var)) => Some(self.context.points_to(*var)),
            _ => None,
        };
        let is_own = |object: &Obj| {
            let kind = self.context.kind(*object);
            matches!(kind, Some(ObjectKind::Function | ObjectKind::Class))
        };
        let makers: Arc<[Obj]> = (makers.into_iter().flatten().filter(is_own))
            .take(MAX_MAKERS)
            .collect();
        if let Some(container) = self.container_of(dict)
            && let Some(container) = self.containers.get_mut(container.0 as usize)
        {
            container.default = Some(kind);
            container.makers = makers;
        }
    }

    /// What is not there in a dict with defaults is made; whether it is such a dict.
    pub(super) fn looks_up_or_makes(&mut self, to: Var, dict: &Value, key: Var) -> bool {
        let Some(id) = dict.container else {
            return false;
        };
        let container = self.containers.get(id.0 as usize);
        let Some((kind, makers)) =
            container.and_then(|one| Some((one.default?, one.makers.clone())))
        else {
            return false;
        };
        let key = self.value(key);
        self.put_under(id, key);
        self.grade = self.grade.join(Grade::Upper);
        let made = match kind {
            Kind::List | Kind::Set | Kind::Dict => {
                let (head, _) = sizes::head(self.context.input.sizes, kind);
                let owner = self.container_owner(id);
                self.one(kind, number(head), owner);
                Value::sized(kind, Some(Expr::ZERO))
            }
            kind if makers.is_empty() => Value::of(kind),
            kind => {
                let bytes = self.bytes_of_default(&makers);
                let owner = self.container_owner(id);
                self.one(kind, bytes, owner);
                Value::of(kind)
            }
        };
        self.extend(id, &Expr::one(), Some(made));
        let found = match kind {
            // What was there before, or what is made: of the same kind, and of any length.
            Kind::List | Kind::Set | Kind::Dict => Value {
                part_of: Some(id),
                ..Value::of(kind)
            },
            _ => self.part(dict, Step::Element),
        };
        self.set(to, found);
        true
    }

    /// The bytes of what functions or classes of the project give that are called with nothing.
    fn bytes_of_default(&mut self, makers: &[Obj]) -> Expr {
        let sizes = self.context.input.sizes;
        let init = self.context.input.symbols.get("__init__");
        let all = makers.iter().map(|&maker| {
            let layout = self.context.layout(maker);
            let bare = layout.map(|layout| sizes.instance_size(layout.attributes, layout.slotted));
            let inits = init.map_or(&[][..], |init| self.context.methods(init));
            let own = inits.iter().find(|(class, _)| *class == maker);
            let function = match bare {
                Some(_) => own.map(|row| row.1),
                None => Some(maker),
            };
            let kept = match function {
                Some(function) => self.kept_by(function),
                None => Expr::ZERO,
            };
            &number(bare.unwrap_or_default()) + &kept
        });
        Expr::max_of(all.collect::<Vec<_>>())
    }

    /// What a call of a function of the project leaves behind, which is called with nothing.
    fn kept_by(&mut self, function: Obj) -> Expr {
        let at = self.context.by_object.get(&function).copied();
        let known = at.and_then(|at| self.context.summary_for(self.at, at as usize));
        let kept = known.map(|summary| {
            let parts = summary.retained_in.iter().map(|one| one.cost.bytes());
            Expr::total(&parts.collect::<Vec<_>>())
        });
        // Without arguments, what is no number is unknown.
        if let Some(kept) = kept.filter(|kept| kept.as_constant().is_some()) {
            return kept;
        }
        let name = self.context.short_name(function).to_owned();
        let cause = "what a dict makes for keys that it lacks is not known";
        self.unknown(&format!("{name}(...)"), cause)
    }
}
