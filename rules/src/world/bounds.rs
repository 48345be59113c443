//! Where the world was full: what was given up, and in whose code.

use heapcast_facts::{Facts, Map, Obj, PROGRAM, Var};

use super::nodes::{COPIED_FIELDS, Made};
use super::{NOTHING, World};
use crate::Record;
use crate::derived::Bound;

impl World {
    /// What was given up in each function's code, and in how many places.
    pub(crate) fn bounds(&self, facts: &Facts) -> Vec<(Obj, Bound, u32)> {
        let makers: Map<Obj, Obj> = facts.object_in.iter().copied().collect();
        let mut counts: Map<(Obj, Bound), u32> = Map::default();
        let mut count = |function: Obj, bound: Bound| {
            *counts.entry((function, bound)).or_default() += 1;
        };
        for (index, &(data, code)) in self.arrivals.iter().enumerate() {
            let node = Var(index as u32);
            if data > self.limit(node, false) || code > self.limit(node, true) {
                count(self.place_of_node(node, &makers), Bound::Values);
            }
        }
        for (&call, &targets) in &self.targets {
            if targets > self.most_targets(call) {
                count(self.caller(call), Bound::Targets);
            }
        }
        for (&object, &fields) in &self.copied_fields {
            if fields > COPIED_FIELDS {
                count(self.place_of_object(object, &makers), Bound::Keys);
            }
        }
        for &var in self.hubs.keys() {
            count(self.owner_of_node(var).0, Bound::Parameters);
        }
        for &class in self.merged.keys() {
            count(class, Bound::Instances);
        }
        for (&function, &calls) in &self.uncopied {
            for _ in 0..calls {
                count(function, Bound::Copies);
            }
        }
        let mut rows: Vec<_> = counts
            .into_iter()
            .map(|((function, bound), places)| (function, bound, places))
            .collect();
        rows.sort_unstable();
        rows
    }

    /// The function that a node belongs to, or the class whose attribute it is.
    fn place_of_node(&self, node: Var, makers: &Map<Obj, Obj>) -> Obj {
        match self.made(node) {
            Some(
                Made::Cell(object, _)
                | Made::Read(object, _)
                | Made::Lookup(object, _)
                | Made::Unwrapped(object, _)
                | Made::Getter(object, _)
                | Made::Setter(object, _)
                | Made::Deleter(object, _)
                | Made::DescriptorGet(object, _)
                | Made::DescriptorSet(object, _),
            ) => self.place_of_object(object, makers),
            Some(Made::Passed(call, _)) => self.caller(call),
            Some(Made::Accessed(var) | Made::AccessOwner(var) | Made::Updated(var)) => {
                self.owner_of_node(var).0
            }
            _ => self.owner_of_node(node).0,
        }
    }

    /// The function that makes an object, or the class that it is an instance of.
    fn place_of_object(&self, object: Obj, makers: &Map<Obj, Obj>) -> Obj {
        let mut object = object;
        loop {
            object = match self.record(object) {
                Some(Record::Instance(call, _)) => return self.caller(call),
                Some(
                    Record::AnyInstance(inner)
                    | Record::Bound(inner, _)
                    | Record::Super(inner, _)
                    | Record::Member(inner, _)
                    | Record::ExternalInstance(inner)
                    | Record::Namespace(inner)
                    | Record::Copy(_, inner),
                ) => inner,
                None => break,
            };
        }
        let maker = makers.get(&object).copied();
        let is_named = self.is_code(object);
        match maker {
            Some(maker) if !is_named => maker,
            _ if object == NOTHING => PROGRAM,
            _ => object,
        }
    }
}
