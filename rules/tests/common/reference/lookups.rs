//! What the plain solver looks up, by scanning relations.

use std::collections::BTreeSet;

use heapcast_facts::{Call, Field, Obj, ObjectKind, Region, Var};

use super::{Binding, Solver};

impl Solver<'_> {
    pub(super) fn owner(&self, var: Var) -> Option<Obj> {
        self.facts
            .variable_in
            .iter()
            .find(|row| row.0 == var)
            .map(|row| row.1)
    }

    pub(super) fn kind(&self, object: Obj) -> Option<ObjectKind> {
        self.facts
            .object
            .iter()
            .find(|row| row.0 == object)
            .map(|row| row.1)
    }

    pub(super) fn is_global(&self, var: Var) -> bool {
        self.facts.module_global.iter().any(|row| row.2 == var)
    }

    pub(super) fn encloses(&self, outer: Obj, inner: Obj) -> bool {
        let parents: BTreeSet<Obj> = (self.facts.object_in.iter())
            .chain(&self.facts.function_in)
            .filter(|row| row.0 == inner)
            .map(|row| row.1)
            .collect();
        parents.contains(&outer) || parents.iter().any(|&parent| self.encloses(outer, parent))
    }

    pub(super) fn parameters(&self, function: Obj) -> BTreeSet<Var> {
        let facts = self.facts;
        let mut all = BTreeSet::new();
        all.extend(facts.formal.iter().filter(|r| r.0 == function).map(|r| r.2));
        all.extend(
            facts
                .formal_keyword
                .iter()
                .filter(|r| r.0 == function)
                .map(|r| r.2),
        );
        all.extend(
            facts
                .formal_star
                .iter()
                .filter(|r| r.0 == function)
                .map(|r| r.2),
        );
        all.extend(
            facts
                .formal_star_star
                .iter()
                .filter(|r| r.0 == function)
                .map(|r| r.1),
        );
        all
    }

    pub(super) fn is_parameter(&self, var: Var) -> bool {
        self.owner(var)
            .is_some_and(|function| self.parameters(function).contains(&var))
    }

    /// The regions around a variable below its function's outermost one.
    pub(super) fn within(&self, var: Var) -> BTreeSet<Region> {
        let mut found = BTreeSet::new();
        for &(_, region) in self.facts.defined_in.iter().filter(|row| row.0 == var) {
            found.extend(self.around(region));
        }
        found
    }

    pub(super) fn around(&self, region: Region) -> BTreeSet<Region> {
        let mut found = BTreeSet::new();
        let mut at = region;
        while let Some(row) = self.facts.region_parent.iter().find(|row| row.0 == at) {
            found.insert(at);
            at = row.1;
        }
        found
    }

    pub(super) fn catchers(&self, region: Region) -> Vec<Var> {
        let around = self.around(region);
        let rows = self.facts.catches.iter();
        rows.filter(|row| around.contains(&row.0))
            .map(|row| row.2)
            .collect()
    }

    pub(super) fn results(&self, call: Call) -> Vec<Var> {
        let rows = self.facts.call_result.iter();
        rows.filter(|row| row.0 == call).map(|row| row.1).collect()
    }

    pub(super) fn base(&self, call: Call) -> Vec<Var> {
        let facts = self.facts;
        let mut bases = Vec::new();
        bases.extend(
            facts
                .method_call
                .iter()
                .filter(|r| r.0 == call)
                .map(|r| r.1),
        );
        bases.extend(
            facts
                .protocol_call
                .iter()
                .filter(|r| r.0 == call)
                .map(|r| r.1),
        );
        bases.extend(
            facts
                .reflected_call
                .iter()
                .filter(|r| r.0 == call)
                .map(|r| r.1),
        );
        bases
    }

    pub(super) fn arguments(&self, call: Call) -> Vec<Var> {
        let facts = self.facts;
        let mut all = Vec::new();
        all.extend(facts.actual.iter().filter(|r| r.0 == call).map(|r| r.2));
        all.extend(
            facts
                .actual_keyword
                .iter()
                .filter(|r| r.0 == call)
                .map(|r| r.2),
        );
        all.extend(
            facts
                .actual_star
                .iter()
                .filter(|r| r.0 == call)
                .map(|r| r.2),
        );
        all.extend(
            facts
                .actual_star_star
                .iter()
                .filter(|r| r.0 == call)
                .map(|r| r.1),
        );
        all
    }

    pub(super) fn is_unknown(&self, call: Call) -> bool {
        let mut targets = self.targets.iter().filter(|row| row.0 == call).peekable();
        let none = targets.peek().is_none()
            && !self.facts.implied_call.contains(&(call,))
            && !self.made.iter().any(|row| row.0 == call)
            && !self.facts.constructs.iter().any(|row| row.0 == call);
        none || targets.any(|row| self.kind(row.1) == Some(ObjectKind::External))
    }

    pub(super) fn makes_bare(&self, call: Call) -> bool {
        let is_class = |row: &(Call, Obj)| {
            let kind = self.kind(row.1);
            kind == Some(ObjectKind::Class) || kind == Some(ObjectKind::ModelClass)
        };
        let made = self.made.iter().any(|row| row.0 == call)
            || self
                .targets
                .iter()
                .any(|row| row.0 == call && is_class(row));
        made && !self.receivers.iter().any(|row| row.0 == call)
    }

    /// How the arguments of a call become parameters of a target.
    pub(super) fn bindings(&self, call: Call, function: Obj) -> Vec<(Var, Var, Binding)> {
        let facts = self.facts;
        let mut all = Vec::new();
        let bound = self
            .receivers
            .iter()
            .any(|row| (row.0, row.1) == (call, function));
        let shift = u32::from(bound);
        let formals: Vec<(u32, Var)> = (facts.formal.iter())
            .filter(|row| row.0 == function)
            .map(|row| (row.1, row.2))
            .collect();
        let first = formals
            .iter()
            .filter(|formal| formal.0 == 0)
            .map(|formal| formal.1);
        let stars: Vec<(u32, Var)> = (facts.formal_star.iter())
            .filter(|row| row.0 == function)
            .map(|row| (row.1, row.2))
            .collect();
        let dicts: Vec<Var> = (facts.formal_star_star.iter())
            .filter(|row| row.0 == function)
            .map(|row| row.1)
            .collect();
        if bound {
            for formal in first {
                if self.made.iter().any(|row| row.0 == call) {
                    all.extend(
                        self.results(call)
                            .iter()
                            .map(|&r| (r, formal, Binding::Same)),
                    );
                } else {
                    all.extend(self.base(call).iter().map(|&b| (b, formal, Binding::Same)));
                    let callees = facts.call.iter().filter(|row| row.0 == call);
                    all.extend(callees.map(|row| (row.1, formal, Binding::Spread)));
                }
            }
            for &(start, tuple) in &stars {
                if start == 0 && !self.made.iter().any(|row| row.0 == call) {
                    let packed = Binding::Packed(Field::index(0));
                    all.extend(self.base(call).iter().map(|&base| (base, tuple, packed)));
                }
            }
        }
        let spreads: Vec<(u32, Var)> = (facts.actual_star.iter())
            .filter(|row| row.0 == call)
            .map(|row| (row.1, row.2))
            .collect();
        for &(_, index, actual) in facts.actual.iter().filter(|row| row.0 == call) {
            let from = spreads
                .iter()
                .map(|spread| spread.0)
                .filter(|&star| index >= star)
                .min();
            for &(place, formal) in &formals {
                if place == index + shift || from.is_some_and(|star| place >= star + shift) {
                    all.push((actual, formal, Binding::Same));
                }
            }
            for &(start, tuple) in &stars {
                if index + shift >= start {
                    let field = Field::index(index + shift - start);
                    all.push((actual, tuple, Binding::Packed(field)));
                }
                if from.is_some() {
                    all.push((actual, tuple, Binding::Packed(Field::UNKNOWN)));
                }
            }
        }
        for &(star, actual) in &spreads {
            let later = formals.iter().filter(|formal| formal.0 >= star + shift);
            all.extend(later.map(|formal| (actual, formal.1, Binding::Spread)));
            all.extend(
                stars
                    .iter()
                    .map(|&(_, tuple)| (actual, tuple, Binding::Repacked)),
            );
        }
        let named: Vec<_> = facts
            .formal_keyword
            .iter()
            .filter(|r| r.0 == function)
            .collect();
        for &(_, name, actual) in facts.actual_keyword.iter().filter(|row| row.0 == call) {
            let mut taken = false;
            for row in named.iter().filter(|row| row.1 == name) {
                all.push((actual, row.2, Binding::Same));
                taken = true;
            }
            if !taken {
                let packed = Binding::Packed(Field::key(name));
                all.extend(dicts.iter().map(|&dict| (actual, dict, packed)));
            }
        }
        for &(_, actual) in facts.actual_star_star.iter().filter(|row| row.0 == call) {
            all.extend(named.iter().map(|row| (actual, row.2, Binding::Spread)));
            all.extend(dicts.iter().map(|&dict| (actual, dict, Binding::Repacked)));
        }
        all
    }

    /// The functions that use a variable or have a function inside that does.
    pub(super) fn capturers(&self, cell: Var) -> BTreeSet<Obj> {
        let facts = self.facts;
        let Some(owner) = self.owner(cell) else {
            return BTreeSet::new();
        };
        if self.kind(owner) != Some(ObjectKind::Function) {
            return BTreeSet::new();
        }
        let mut users: BTreeSet<Obj> = BTreeSet::new();
        let mut partners: Vec<Var> = Vec::new();
        for (to, from) in self.copies() {
            partners.extend((to == cell).then_some(from));
            partners.extend((from == cell).then_some(to));
        }
        for &(base, _, from) in &facts.store {
            partners.extend((base == cell).then_some(from));
            partners.extend((from == cell).then_some(base));
        }
        partners.extend(facts.load.iter().filter(|r| r.0 == cell).map(|r| r.2));
        partners.extend(facts.iterate.iter().filter(|r| r.0 == cell).map(|r| r.1));
        partners.extend(facts.elements.iter().filter(|r| r.1 == cell).map(|r| r.0));
        users.extend(partners.into_iter().filter_map(|var| self.owner(var)));
        users.extend(
            facts
                .return_value
                .iter()
                .filter(|r| r.1 == cell)
                .map(|r| r.0),
        );
        users.extend(facts.yields.iter().filter(|r| r.1 == cell).map(|r| r.0));
        users.extend(facts.captures.iter().filter(|r| r.1 == cell).map(|r| r.0));
        for &(call, function, _) in &facts.call_in {
            let called = facts.call.contains(&(call, cell));
            if called || self.arguments(call).contains(&cell) || self.base(call).contains(&cell) {
                users.insert(function);
            }
        }
        let mut found: BTreeSet<Obj> = BTreeSet::new();
        for user in users {
            let mut at = Some(user);
            while let Some(function) = at.filter(|&function| self.encloses(owner, function)) {
                found.insert(function);
                at = facts
                    .object_in
                    .iter()
                    .find(|row| row.0 == function)
                    .map(|row| row.1);
            }
        }
        found
    }

    /// The variables that hold what others hold.
    pub(super) fn copies(&self) -> Vec<(Var, Var)> {
        let facts = self.facts;
        let mut copies: Vec<(Var, Var)> = facts.assign.clone();
        copies.extend(
            facts
                .narrow_to
                .iter()
                .chain(&facts.narrow_from)
                .map(|r| (r.0, r.1)),
        );
        copies.extend(facts.super_of.iter().map(|r| (r.0, r.2)));
        for &(region, raised) in &facts.raises {
            copies.extend(
                self.catchers(region)
                    .into_iter()
                    .map(|caught| (caught, raised)),
            );
        }
        copies
    }
}
