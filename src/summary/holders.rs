//! What only one container keeps.
//!
//! `table[i] = value` lets go of what was in the slot, and `queue.pop()` of what was put in: of all that is
//! put into one container, as much is alive as that has slots, and what names hold. That is so where
//! nothing else keeps it: no other container gets it, what is read from the container goes to none, and no
//! function that cannot be looked into is given either. A tuple in the container holds what it is made of once.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Var};

use super::context::Context;
use super::keeping;
use super::liveness::Deaths;
use super::value::Kind;
use crate::ir::{
    Argument, Block, Callee, Const, DisplayKind, Function, Index, LoopKind, Op, Phi, nested,
};

type Set<T> = HashSet<T, FixedState>;

/// What a step does with what a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It is bound to another variable.
    Named(Var),
    /// An element of it is.
    Taken(Var),
    /// It is put into a container.
    Put(Var),
    /// All its elements are.
    PutAll(Var),
    /// It becomes a part of something new.
    Made(Var),
    /// All its elements become parts of something new.
    Copied(Var),
    /// Something unknown keeps it.
    Lost,
}

/// Where a value is, as seen from a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum At {
    /// The variable holds it.
    Itself,
    /// The variable holds what was made of it.
    Carried,
    /// The variable holds the container, or at that depth what the container is in.
    Inside(u8),
}

/// Deeper than this, containers in containers are not followed.
const MAX_DEPTH: u8 = 3;

/// No more steps are taken for the values of a function.
const MAX_STEPS: u32 = 100_000;

/// What only one container keeps, by the variables that are put there.
#[derive(Debug, Default)]
pub(super) struct Holders {
    /// The values that may be put in with a variable, with how many more of them names may hold.
    puts: Map<Var, Vec<(Var, u32)>>,
    /// Of each value, what the container comes from, and how deep it is in there.
    roots: Map<Var, (Var, u8, u32)>,
    /// What calls put in which container, by their results.
    calls: Map<Var, Vec<(Var, Var)>>,
}

impl Holders {
    pub(super) fn of(context: &Context<'_>, function: &Function, deaths: &Deaths) -> Self {
        let mut ways = Ways {
            context,
            onwards: Map::default(),
            origins: Map::default(),
            made: Set::default(),
            nothing: Set::default(),
            names: Set::default(),
            holders: Self::default(),
            left: MAX_STEPS,
        };
        ways.walk(&function.body, None, deaths);
        let Ways { onwards, .. } = &ways;
        let puts = |ways: &[Way]| ways.iter().any(|way| matches!(way, Way::Put(_)));
        if !onwards.values().any(|ways| puts(ways)) {
            return Self::default();
        }
        let mut candidates: Vec<Var> = ways.made.iter().copied().collect();
        candidates.sort_unstable();
        for value in candidates {
            if let Some((stored, (root, depth), names)) = ways.held(value, deaths) {
                ways.holders.roots.insert(value, (root, depth, names));
                for from in stored {
                    let all = ways.holders.puts.entry(from).or_default();
                    all.push((value, names));
                }
            }
        }
        ways.holders
    }

    /// The values that only the container keeps that `from` is put in.
    pub(super) fn put_with(&self, from: Var) -> &[(Var, u32)] {
        self.puts.get(&from).map_or(&[], Vec::as_slice)
    }

    /// What the only container that keeps a value comes from, how deep it is in there, and how many more
    /// of the values names may hold.
    pub(super) fn root_of(&self, value: Var) -> Option<(Var, u8, u32)> {
        self.roots.get(&value).copied()
    }

    /// What the call with that result puts in which container.
    pub(super) fn put_by(&self, result: Var) -> &[(Var, Var)] {
        self.calls.get(&result).map_or(&[], Vec::as_slice)
    }
}

/// The ways of all values in a function.
struct Ways<'a, 'b> {
    context: &'a Context<'b>,
    onwards: Map<Var, Vec<Way>>,
    /// What a variable's value comes from, and whether it is an element of that.
    origins: Map<Var, Vec<(Var, bool)>>,
    /// What steps make.
    made: Set<Var>,
    /// What holds nothing.
    nothing: Set<Var>,
    /// The names that loops bind anew.
    names: Set<Var>,
    holders: Holders,
    left: u32,
}

impl Ways<'_, '_> {
    fn goes(&mut self, from: Var, way: Way) {
        match way {
            Way::Named(to) => self.origins.entry(to).or_default().push((from, false)),
            Way::Taken(to) => self.origins.entry(to).or_default().push((from, true)),
            _ => {}
        }
        self.onwards.entry(from).or_default().push(way);
    }

    // ---- the steps ---------------------------------------------------------------------------

    fn walk(&mut self, block: &Block, collects: Option<(Var, DisplayKind)>, deaths: &Deaths) {
        for item in block {
            let mut inner = collects;
            if let Op::Comprehension(own) = &item.op {
                self.made.insert(own.to);
                inner = Some((own.to, own.kind));
            }
            self.step(&item.op, collects, deaths);
            for nested in nested(&item.op) {
                self.walk(nested, inner, deaths);
            }
        }
    }

    fn step(&mut self, op: &Op, collects: Option<(Var, DisplayKind)>, deaths: &Deaths) {
        match op {
            Op::Const { to, value } => {
                if matches!(value, Const::None) {
                    self.nothing.insert(*to);
                }
            }
            Op::Narrow { to, from } | Op::Await { to, from } => self.goes(*from, Way::Named(*to)),
            Op::Unary { to, .. } | Op::Format { to, .. } => {
                self.made.insert(*to);
            }
            Op::Binary {
                to,
                left,
                right,
                in_place,
                ..
            } => self.operator(*to, *left, *right, *in_place),
            Op::Attribute { to, base, .. }
            | Op::Unpack { to, from: base, .. }
            | Op::Subscript {
                to,
                base,
                index: Index::Value(_),
            } => self.goes(*base, Way::Taken(*to)),
            Op::Subscript { to, base, .. } | Op::UnpackRest { to, from: base, .. } => {
                self.made.insert(*to);
                self.goes(*base, Way::Copied(*to));
            }
            Op::SetSubscript { base, index, from } => match index {
                Index::Value(index) => {
                    self.goes(*from, Way::Put(*base));
                    if !deaths.is_position(*index) {
                        self.goes(*index, Way::Put(*base));
                    }
                }
                Index::Slice { .. } => self.goes(*from, Way::PutAll(*base)),
            },
            Op::Display { to, elements, .. } => {
                self.made.insert(*to);
                for (element, starred) in elements {
                    let way = if *starred { Way::Copied } else { Way::Made };
                    self.goes(*element, way(*to));
                }
            }
            Op::DictDisplay { to, entries, .. } => {
                self.made.insert(*to);
                for (key, value) in entries {
                    let way = if key.is_some() {
                        Way::Made
                    } else {
                        Way::Copied
                    };
                    self.goes(*value, way(*to));
                    key.iter().for_each(|key| self.goes(*key, Way::Made(*to)));
                }
            }
            Op::Collect { key, value } => {
                let way = match collects {
                    Some((to, kind)) if kind != DisplayKind::Generator => Way::Put(to),
                    Some((to, _)) if self.context.taken_singly(to).is_some() => Way::Made(to),
                    _ => Way::Lost,
                };
                let parts = key.iter().chain([value]);
                parts.for_each(|part| self.goes(*part, way));
            }
            Op::Call { .. } => self.call(op),
            _ => self.control(op),
        }
    }

    fn control(&mut self, op: &Op) {
        match op {
            Op::StoreCell { from, .. }
            | Op::SetAttribute { from, .. }
            | Op::Yield { from, .. }
            | Op::YieldFrom { from, .. } => self.goes(*from, Way::Lost),
            Op::Class { bases, .. } => bases.iter().for_each(|var| self.goes(*var, Way::Lost)),
            Op::Branch(inner) => self.phis(&inner.phis),
            Op::Loop(inner) => {
                if let LoopKind::For { iterable, element } = &inner.kind {
                    self.goes(*iterable, Way::Taken(*element));
                }
                self.names.extend(inner.phis.iter().map(|phi| phi.to));
                self.phis(&inner.phis);
                self.phis(&inner.exits);
            }
            Op::Try(inner) => {
                self.phis(&inner.phis);
                self.phis(&inner.finally_phis);
                let handlers = inner.handlers.iter();
                handlers.for_each(|handler| self.phis(&handler.phis));
            }
            Op::With(inner) => {
                self.goes(inner.manager, Way::Lost);
                self.phis(&inner.phis);
            }
            _ => {}
        }
    }

    fn phis(&mut self, phis: &[Phi]) {
        for phi in phis {
            for from in &phi.from {
                self.goes(*from, Way::Named(phi.to));
            }
        }
    }

    fn operator(&mut self, to: Var, left: Var, right: Var, in_place: bool) {
        self.made.insert(to);
        let context = self.context;
        let own = |target: &heapcast_facts::Obj| context.by_object.contains_key(target);
        let mut targets = context.implied(to).flat_map(|call| context.targets(call));
        if targets.any(|(_, target)| own(target)) {
            self.goes(left, Way::Lost);
            return self.goes(right, Way::Lost);
        }
        if context.kind_of(to).is_scalar() {
            return;
        }
        if in_place && !context.kind_of(left).is_scalar() {
            self.goes(left, Way::Named(to));
            return self.goes(right, Way::PutAll(left));
        }
        self.goes(left, Way::Copied(to));
        self.goes(right, Way::Copied(to));
    }

    fn call(&mut self, op: &Op) {
        let Op::Call {
            to,
            call,
            callee,
            arguments,
        } = op
        else {
            return;
        };
        self.made.insert(*to);
        let targets = self.context.targets(*call);
        let is_own =
            |(_, target): &(_, heapcast_facts::Obj)| self.context.by_object.contains_key(target);
        let vars: Vec<Var> = arguments.iter().map(Argument::var).collect();
        let plain = arguments
            .iter()
            .all(|argument| matches!(argument, Argument::Positional(_)));
        let name = match callee {
            _ if targets.iter().any(is_own) => None,
            Callee::Value(_) => self.function_name(*call),
            Callee::Method(_, name) | Callee::Protocol(_, name) => {
                Some(self.context.input.symbols.text(*name))
            }
        };
        let Some(name) = name else {
            return self.unknown_call(*callee, &vars);
        };
        let name = name.rsplit('.').next().unwrap_or(name).to_owned();
        let name = name.as_str();
        let is_function = match targets {
            [] => false,
            _ => !targets
                .iter()
                .any(|row| self.context.is_bound(*call, row.1)),
        };
        match callee {
            Callee::Method(base, _) | Callee::Protocol(base, _) if !is_function => {
                self.method(*to, *base, name, &vars);
            }
            _ if plain || keeping::READERS.contains(&name) => self.function(*to, name, &vars),
            _ => vars.iter().for_each(|var| self.goes(*var, Way::Lost)),
        }
    }

    /// The name of the function that a call is of, if it is one.
    fn function_name(&self, call: heapcast_facts::Call) -> Option<&str> {
        let classes = self.context.instantiates(call).iter();
        let functions = self.context.targets(call).iter();
        let mut names = functions.chain(classes).map(|row| self.context.name(row.1));
        let name = names.next()?;
        let last = |name: &str| name.ends_with("__init__") || name.ends_with("__new__");
        names
            .all(|other| other == name || last(other))
            .then_some(name)
    }

    fn unknown_call(&mut self, callee: Callee, vars: &[Var]) {
        if let Callee::Method(base, _) | Callee::Protocol(base, _) = callee {
            self.goes(base, Way::Lost);
        }
        vars.iter().for_each(|var| self.goes(*var, Way::Lost));
    }

    fn method(&mut self, to: Var, base: Var, name: &str, vars: &[Var]) {
        if keeping::PUT.contains(&name) {
            if let [.., value] = vars {
                self.puts(to, base, *value);
            }
            if let ("setdefault", [key, _]) = (name, vars) {
                self.puts(to, base, *key);
                self.goes(base, Way::Taken(to));
            }
            return;
        }
        if keeping::PUT_ALL.contains(&name) {
            return vars
                .iter()
                .for_each(|var| self.goes(*var, Way::PutAll(base)));
        }
        match name {
            _ if keeping::TAKE.contains(&name) => {
                self.goes(base, Way::Taken(to));
                vars.iter().for_each(|var| self.goes(*var, Way::Named(to)));
            }
            "keys" | "values" | "items" | "__iter__" => self.goes(base, Way::Named(to)),
            "__next__" => self.goes(base, Way::Taken(to)),
            "copy" => self.goes(base, Way::Copied(to)),
            _ if keeping::LOOK.contains(&name) => {}
            _ => {
                let is_text = matches!(self.kind(base), Kind::Str | Kind::Bytes);
                if !is_text {
                    self.goes(base, Way::Lost);
                    vars.iter().for_each(|var| self.goes(*var, Way::Lost));
                }
            }
        }
    }

    fn function(&mut self, to: Var, name: &str, vars: &[Var]) {
        match (name, vars) {
            _ if keeping::READERS.contains(&name) => {}
            ("heappush", [heap, value]) => self.puts(to, *heap, *value),
            ("heappop", [heap]) => self.goes(*heap, Way::Taken(to)),
            ("heappushpop" | "heapreplace", [heap, value]) => {
                self.puts(to, *heap, *value);
                self.goes(*value, Way::Named(to));
                self.goes(*heap, Way::Taken(to));
            }
            ("heapify", _) => {}
            ("insort" | "insort_left" | "insort_right", [list, value]) => {
                self.puts(to, *list, *value);
            }
            ("max" | "min" | "next", [one]) => self.goes(*one, Way::Taken(to)),
            ("max" | "min", _) => vars.iter().for_each(|var| self.goes(*var, Way::Named(to))),
            ("next", [one, default]) => {
                self.goes(*one, Way::Taken(to));
                self.goes(*default, Way::Named(to));
            }
            ("enumerate" | "zip" | "reversed" | "iter", _) => {
                vars.iter().for_each(|var| self.goes(*var, Way::Named(to)));
                // Their elements may be tuples of those.
                vars.iter().for_each(|var| self.goes(*var, Way::Made(to)));
            }
            ("list" | "tuple" | "sorted" | "set" | "frozenset" | "dict" | "deque", _) => {
                vars.iter().for_each(|var| self.goes(*var, Way::Copied(to)));
            }
            _ => vars.iter().for_each(|var| self.goes(*var, Way::Lost)),
        }
    }

    fn puts(&mut self, to: Var, base: Var, value: Var) {
        self.goes(value, Way::Put(base));
        let calls = self.holders.calls.entry(to).or_default();
        calls.push((base, value));
    }

    fn kind(&self, var: Var) -> Kind {
        match self.context.kind_of(var) {
            Kind::Unknown => self.context.annotated(var),
            kind => kind,
        }
    }

    // ---- the ways ----------------------------------------------------------------------------

    /// With what a value is put into the only container that keeps it, and how many names may hold others.
    fn held(&mut self, value: Var, deaths: &Deaths) -> Option<(Vec<Var>, (Var, u8), u32)> {
        let mut search = Search::default();
        search.reach(value, At::Itself);
        search.names.insert(value);
        while let Some((var, at)) = search.work.pop() {
            self.left = self.left.checked_sub(1)?;
            let onwards = self.onwards.get(&var).map_or(&[][..], Vec::as_slice);
            for way in onwards {
                self.follow(&mut search, (var, at), *way)?;
            }
        }
        let mut roots = search.roots.iter();
        let (root, depth) = roots.next()?;
        if roots.next().is_some() || self.context.cell_name(*root).is_some() {
            return None;
        }
        let is_name = |var: &Var| match *var == value {
            // What is put in at once has no name, or one that holds what was put in.
            true => !deaths.is_used_once(value),
            false => !deaths.is_temporary(*var),
        };
        let names = search.names.iter().filter(|var| is_name(var)).count();
        let mut stored: Vec<Var> = search.stored.into_iter().collect();
        stored.sort_unstable();
        Some((
            stored,
            (*root, *depth),
            u32::try_from(names).unwrap_or(u32::MAX),
        ))
    }

    fn follow(&self, search: &mut Search, (from, at): (Var, At), way: Way) -> Option<()> {
        match (way, at) {
            (Way::Lost, _) | (Way::PutAll(_) | Way::Copied(_), At::Inside(_)) => return None,
            (Way::Named(to), _) => {
                search.reach(to, at);
                if !matches!(at, At::Inside(_)) && self.names.contains(&to) {
                    search.names.insert(to);
                }
            }
            (Way::Taken(_) | Way::Copied(_) | Way::PutAll(_), At::Itself) => {}
            (Way::Taken(to), At::Carried) => search.taken(to),
            (Way::Taken(to), At::Inside(0)) => {
                search.taken(to);
                search.emptied.insert(to);
            }
            (Way::Taken(to), At::Inside(depth)) => search.reach(to, At::Inside(depth - 1)),
            (Way::Copied(to), At::Carried) | (Way::Made(to), At::Itself | At::Carried) => {
                search.reach(to, At::Carried);
            }
            (Way::Made(to), At::Inside(depth)) => {
                search.reach(to, At::Inside(deeper(depth, 1)?));
            }
            (Way::Put(base), At::Itself | At::Carried) | (Way::PutAll(base), At::Carried) => {
                search.stored.insert(from);
                for (root, depth) in self.roots(base)? {
                    search.roots.insert((root, depth));
                    search.reach(root, At::Inside(depth));
                }
            }
            (Way::Put(base), At::Inside(depth)) => {
                for (root, further) in self.roots(base)? {
                    search.reach(root, At::Inside(deeper(depth, further + 1)?));
                }
            }
        }
        Some(())
    }

    /// What a container comes from, and how deep it is in there.
    fn roots(&self, base: Var) -> Option<Vec<(Var, u8)>> {
        let mut seen = vec![(base, 0)];
        let mut roots = Vec::new();
        let mut next = 0;
        while let Some(&(var, depth)) = seen.get(next) {
            next += 1;
            let Some(origins) = self.origins.get(&var) else {
                if !self.nothing.contains(&var) {
                    roots.push((var, depth));
                }
                continue;
            };
            for (from, taken) in origins {
                let found = (*from, deeper(depth, u8::from(*taken))?);
                if !seen.contains(&found) {
                    seen.push(found);
                }
            }
        }
        Some(roots)
    }
}

fn deeper(depth: u8, by: u8) -> Option<u8> {
    Some(depth + by).filter(|depth| *depth <= MAX_DEPTH)
}

/// What is found of one value.
#[derive(Default)]
struct Search {
    work: Vec<(Var, At)>,
    seen: Set<(Var, At)>,
    /// Whether something else was made of it.
    is_carried: bool,
    /// What is taken out of the container.
    emptied: Set<Var>,
    /// What may hold it, or something made of it.
    names: Set<Var>,
    /// The variables that are put in.
    stored: Set<Var>,
    /// The containers.
    roots: Set<(Var, u8)>,
}

impl Search {
    fn reach(&mut self, var: Var, at: At) {
        if !self.seen.insert((var, at)) {
            return;
        }
        self.work.push((var, at));
        if at == At::Carried && !self.is_carried {
            self.is_carried = true;
            let emptied: Vec<Var> = self.emptied.iter().copied().collect();
            emptied
                .into_iter()
                .for_each(|var| self.reach(var, At::Carried));
        }
    }

    /// What is taken out of the container, or of what is in it.
    fn taken(&mut self, to: Var) {
        self.reach(to, At::Itself);
        self.names.insert(to);
        if self.is_carried {
            self.reach(to, At::Carried);
        }
    }
}
