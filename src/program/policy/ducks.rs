//! Which classes a parameter may be of, by the attributes that are read of it and by its name.

use heapcast_facts::{Map, Obj, Symbol, Var};

use super::survey::Survey;
use super::{Known, Program};

/// An unseen caller's argument is guessed by its attributes among at most that many classes.
const DUCK_LIMIT: usize = 10;
/// So many parameters of one name must be of known classes to say what others are.
const VOTERS: u32 = 4;

/// Which classes have which attributes.
pub(super) struct Ducks {
    owners: Map<Symbol, Vec<Obj>>,
    /// Names that instances of builtin types have too.
    common: Map<Symbol, ()>,
}

impl Ducks {
    pub(super) fn of(program: &Program, survey: &Survey, known: &Known) -> Self {
        let mut direct: Map<Obj, Vec<Symbol>> = Map::default();
        for &(class, name, _) in &program.facts.class_attribute {
            direct.entry(class).or_default().push(name);
        }
        for &(class, name) in &program.facts.instance_attribute {
            direct.entry(class).or_default().push(name);
        }
        let mut owners: Map<Symbol, Vec<Obj>> = Map::default();
        for (&class, ancestors) in &survey.ancestors {
            for ancestor in ancestors {
                for &name in direct.get(ancestor).into_iter().flatten() {
                    owners.entry(name).or_default().push(class);
                }
            }
        }
        for list in owners.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        let builtin: Map<Obj, ()> = ["list", "dict", "str", "set", "bytes", "tuple", "object"]
            .into_iter()
            .filter_map(|name| known.names.object(&format!("builtins.{name}")))
            .map(|class| (class, ()))
            .collect();
        let common = program
            .facts
            .model_member
            .iter()
            .filter(|row| builtin.contains_key(&row.0))
            .map(|row| (row.1, ()))
            .collect();
        Self { owners, common }
    }

    /// The classes that have all of the names, if these are few and the names say enough.
    pub(super) fn classes(&self, survey: &Survey, names: &[Symbol]) -> Vec<Obj> {
        if names.iter().all(|name| self.common.contains_key(name)) {
            return Vec::new();
        }
        let mut lists: Vec<&Vec<Obj>> = Vec::with_capacity(names.len());
        for name in names {
            match self.owners.get(name) {
                Some(list) => lists.push(list),
                None => return Vec::new(),
            }
        }
        lists.sort_by_key(|list| list.len());
        let Some((first, rest)) = lists.split_first() else {
            return Vec::new();
        };
        let mut found: Vec<Obj> = first
            .iter()
            .copied()
            .filter(|class| rest.iter().all(|list| list.binary_search(class).is_ok()))
            .collect();
        // An instance of a class may be one of any class that inherits from it.
        let all = found.clone();
        found.retain(|class| {
            let mut ancestors = survey.ancestors.get(class).into_iter().flatten();
            !ancestors.any(|ancestor| ancestor != class && all.binary_search(ancestor).is_ok())
        });
        if found.len() > DUCK_LIMIT {
            found.clear();
        }
        found
    }
}

/// Parameters of one name tend to be of one class: where that of most is known, it is taken for
/// the others too.
pub(super) fn by_name(program: &Program, rows: &mut [(Var, Vec<Obj>)]) {
    let parameters = program.facts.formal_keyword.iter();
    let names: Map<Var, Symbol> = parameters.map(|&(_, name, var)| (var, name)).collect();
    let mut votes: Map<Symbol, Map<Obj, u32>> = Map::default();
    let mut voters: Map<Symbol, u32> = Map::default();
    for (var, classes) in rows.iter() {
        let Some(&name) = names.get(var).filter(|_| !classes.is_empty()) else {
            continue;
        };
        *voters.entry(name).or_default() += 1;
        for &class in classes {
            *votes.entry(name).or_default().entry(class).or_default() += 1;
        }
    }
    for (var, classes) in rows.iter_mut().filter(|row| row.1.is_empty()) {
        let Some(name) = names.get(var) else { continue };
        let voters = voters.get(name).copied().unwrap_or(0);
        let mut elected: Vec<Obj> = votes
            .get(name)
            .into_iter()
            .flatten()
            .filter(|&(_, &votes)| voters >= VOTERS && votes * 2 > voters)
            .map(|(&class, _)| class)
            .collect();
        elected.sort_unstable();
        *classes = elected;
    }
}
