//! What is called in so many places that its calls are not told apart.

use heapcast_facts::{Map, Obj, ObjectKind};

use super::Program;
use super::survey::Survey;

/// Functions called by their name in more places have parameters that are hubs.
const HUB_SITES: u32 = 250;
/// Classes instantiated by their name in more places have one instance for all.
const INSTANCE_SITES: u32 = 30;

impl Survey {
    /// Parameters of functions that are called in too many places.
    pub(super) fn hubs(&self, program: &mut Program) {
        let hubs: Map<Obj, ()> = program
            .facts
            .object
            .iter()
            .filter(|row| row.1 == ObjectKind::Function)
            .filter(|row| self.sites(program, row.0) > HUB_SITES)
            .map(|row| (row.0, ()))
            .collect();
        let parameters = program.facts.formal.iter();
        program.facts.hub_parameter = parameters
            .filter(|row| hubs.contains_key(&row.0))
            .map(|row| (row.2,))
            .collect();
    }

    /// Classes that are instantiated in too many places.
    pub(super) fn merged_classes(&self, program: &mut Program) {
        let classes = program.facts.object.iter();
        program.facts.merged_class = classes
            .filter(|row| row.1 == ObjectKind::Class)
            .filter(|row| {
                let name = self.own_names.get(&row.0);
                let sites = name.and_then(|name| self.called.get(name));
                sites.is_some_and(|&sites| sites > INSTANCE_SITES)
            })
            .map(|row| (row.0,))
            .collect();
    }
}
