//! Special methods that classes are given after their statements.

use heapcast_facts::{Call, FieldKind, Map, ObjectKind, PROGRAM, Symbol, Var};

use super::Program;
use super::survey::Survey;
use crate::program::is_special;

impl Survey {
    /// What is stored as a special method of a class, or of something that may be one. Syntax looks
    /// none up on instances.
    pub(super) fn stored_specials(&self, program: &mut Program) {
        let facts = &program.facts;
        let stored: Vec<(Var, Symbol)> = (facts.store.iter())
            .filter_map(|&(base, field, _)| match field.kind() {
                FieldKind::Attribute(name) => Some((base, name)),
                _ => None,
            })
            .filter(|&(_, name)| is_special(program.symbols.text(name)))
            .collect();
        let bases: Map<Var, ()> = stored.iter().map(|&(base, _)| (base, ())).collect();
        let made: Map<Call, Var> = (facts.call_result.iter().copied())
            .filter(|(_, result)| bases.contains_key(result))
            .collect();
        let instances: Map<Var, ()> = (facts.call.iter())
            .filter_map(|&(call, callee)| {
                let result = *made.get(&call)?;
                let class = self.sources.object(callee)?;
                self.is_a(class, ObjectKind::Class).then_some((result, ()))
            })
            .collect();
        let mut rows: Vec<_> = (stored.into_iter())
            .filter(|(base, _)| !instances.contains_key(base))
            .map(|(base, name)| (self.sources.object(base).unwrap_or(PROGRAM), name))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        program.facts.stored_special = rows;
    }
}
