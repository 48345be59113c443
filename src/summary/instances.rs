//! What a new instance has: containers that its constructor makes or is given, in attributes that
//! nothing else binds.

use super::FunctionSummary;
use super::calls::Site;
use super::interpret::{Base, Interpreter};
use super::value::{Kind, Value};
use crate::algebra::{Graded, Substitution};

use heapcast_facts::Symbol as Name;

impl<'a> Interpreter<'a> {
    /// What a constructor binds to attributes, for callers. What is no container is left out: methods
    /// may count on, and callers do not see that.
    pub(super) fn bound_attributes(&mut self) -> Vec<(Name, Value)> {
        let Some(own) = self.function.parameters.first() else {
            return Vec::new();
        };
        if !self.context.is_constructor(self.function) {
            return Vec::new();
        }
        let own = self.context.input.symbols.text(own.name);
        let is_own = |base: &Base| matches!(base, Base::Place(text) if &**text == own);
        let bound = self.attributes.iter().filter(|((base, name), value)| {
            let grows = matches!(value.kind, Kind::List | Kind::Set | Kind::Dict);
            let known = value.place.is_some() || (grows && value.container.is_some());
            is_own(base) && known && self.context.is_bound_once(*name)
        });
        let mut bound: Vec<(Name, Value)> = bound
            .map(|((_, name), value)| (*name, value.clone()))
            .collect();
        bound.sort_by_key(|(name, _)| *name);
        for (_, value) in &mut bound {
            *value = self.frozen(value, 2);
        }
        bound
    }

    /// Binds what a constructor binds, at a call.
    pub(super) fn bind_attributes(
        &mut self,
        site: Site<'a>,
        summary: &FunctionSummary,
        substitution: &Substitution,
        arguments: &[Value],
    ) {
        let Some(instance) = arguments.first().filter(|_| !summary.attributes.is_empty()) else {
            return;
        };
        let owner = match &instance.place {
            Some(place) => self.owner_of_input(place.root),
            None => self.argument_owner(site, 0, summary.function),
        };
        for (name, value) in &summary.attributes {
            let value = match &value.place {
                Some(place) => self.resolve(place, arguments),
                None => value.map(&|expr| Some(Graded::exact(expr.substitute(substitution)))),
            };
            let value = self.adopt_for(value, owner.clone());
            self.set_attribute(instance, *name, value);
        }
    }
}
