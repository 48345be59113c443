//! Programs for tests, written in a few words instead of as facts.
//!
//! One statement a line. A name is a variable of the function at hand, of one around it, or a
//! global that was declared; it belongs to the region where it first appears.
//!
//! ```text
//! global cache              the module has that global
//! def f p q k= *rest **kw   a function; `def f.g` is nested in `f`; `k=` can be passed by name
//! loop r … end              a region named `r`; also: branch, try, with
//! catch r x                 `x` is what the handler of `r` catches
//! x = new                   x = y      x = y.name   y.name = x    (`[]`, `[0]`: elements)
//! x = each y                x takes the elements of y
//! x += y                    the elements of y are put into x
//! x = def f.g               a closure
//! x = f(a b *c k=d **e)     a call; x = y.f(…): with the receiver y; x = new f(…): of `__init__`
//! x = f|g(…)                a call with two targets; x = ?(…): with none
//! return x    yield x    raise x
//! ```

#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod reference;

use std::collections::BTreeMap;

use heapcast_facts::{Call, Facts, Field, Obj, ObjectKind, Region, RegionKind, Symbols, Var};
use heapcast_rules::{Escapes, Via, escape, parameter_numbers};

/// A program under construction.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) facts: Facts,
    pub(crate) symbols: Symbols,
    pub(crate) call_target: Vec<(Call, Obj)>,
    pub(crate) call_receiver: Vec<(Call, Obj, Obj)>,
    pub(crate) instantiates: Vec<(Call, Obj)>,
    functions: BTreeMap<String, Obj>,
    variables: BTreeMap<(String, String), Var>,
    regions: BTreeMap<String, Region>,
    /// The function at hand, and its open regions.
    function: String,
    open: Vec<Region>,
    calls: u32,
    objects: u32,
}

const MODULE: &str = "";

impl Program {
    /// Reads a program.
    pub(crate) fn new(text: &str) -> Self {
        let mut program = Self::default();
        program.object(ObjectKind::Program, "program");
        let module = program.object(ObjectKind::Module, "module");
        program.functions.insert(MODULE.into(), module);
        program.outermost(MODULE);
        let class = program.object(ObjectKind::Class, "class");
        assert_eq!(class, Obj(2));
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        for line in lines() {
            program.declare(line);
        }
        program.enter(MODULE);
        for line in lines() {
            program.statement(line);
        }
        program
    }

    /// What the rules derive.
    pub(crate) fn escapes(&self) -> Escapes {
        escape(
            &self.facts,
            &self.call_target,
            &self.call_receiver,
            &self.instantiates,
        )
    }

    /// The regions that a variable (`function.name`) outlives, with the ways.
    pub(crate) fn outlives(&self, name: &str) -> Vec<String> {
        self.ways(name, &self.escapes().outlives)
    }

    /// As [`Program::outlives`], for what is reachable from a call's result.
    pub(crate) fn parts_outlive(&self, name: &str) -> Vec<String> {
        self.ways(name, &self.escapes().parts_outlive)
    }

    fn ways(&self, name: &str, rows: &[(Var, Region, Via)]) -> Vec<String> {
        let (function, name) = name.rsplit_once('.').unwrap_or((MODULE, name));
        let var = self.variables[&(function.into(), name.into())];
        let region_name = |region| self.regions.iter().find(|(_, at)| **at == region);
        rows.iter()
            .filter(|row| row.0 == var)
            .map(|&(_, region, via)| {
                let name = region_name(region).map_or("?", |(name, _)| name);
                format!("{name}: {via:?}")
            })
            .collect()
    }

    /// The parameters (`function.name`) that functions keep, with the ways.
    pub(crate) fn kept(&self) -> Vec<String> {
        let numbers = parameter_numbers(&self.facts);
        let name_of = |function, number| {
            let var = numbers
                .iter()
                .find(|row| (row.0, row.1) == (function, number))
                .map(|row| row.2);
            self.variables
                .iter()
                .find(|(_, found)| Some(**found) == var)
                .map_or_else(|| "?".into(), |((f, v), _)| format!("{f}.{v}"))
        };
        let kept = self.escapes().kept;
        kept.iter()
            .map(|&(function, number, via)| format!("{}: {via:?}", name_of(function, number)))
            .collect()
    }

    fn object(&mut self, kind: ObjectKind, name: &str) -> Obj {
        let object = Obj(self.objects);
        self.objects += 1;
        let name = self.symbols.intern(name);
        self.facts.object.push((object, kind, name));
        object
    }

    fn outermost(&mut self, function: &str) {
        let region = Region(self.regions.len() as u32);
        let object = self.functions[function];
        let row = (region, RegionKind::Function, object, 1);
        self.facts.region.push(row);
        self.regions.insert(format!("{function}()"), region);
    }

    fn declare(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("def ") {
            let name = rest.split_whitespace().next().unwrap_or(rest);
            let parent = name.rsplit_once('.').map_or(MODULE, |(parent, _)| parent);
            let parent = self.functions[parent];
            let function = self.object(ObjectKind::Function, name);
            self.functions.insert(name.into(), function);
            self.facts.function_in.push((function, parent));
            self.facts.object_in.push((function, parent));
            self.outermost(name);
        } else if let Some(name) = line.strip_prefix("global ") {
            self.enter(MODULE);
            let cell = self.fresh(name);
            let name = self.symbols.intern(name);
            let module = self.functions[MODULE];
            self.facts.module_global.push((module, name, cell));
        }
    }

    fn enter(&mut self, function: &str) {
        self.function = function.into();
        self.open.clear();
    }

    fn fresh(&mut self, name: &str) -> Var {
        let var = Var(self.variables.len() as u32);
        let function = self.functions[&self.function];
        self.facts.variable_in.push((var, function));
        if let Some(&region) = self.open.last() {
            self.facts.defined_in.push((var, region));
        }
        self.variables
            .insert((self.function.clone(), name.into()), var);
        var
    }

    fn var(&mut self, name: &str) -> Var {
        let mut function = Some(self.function.as_str());
        while let Some(at) = function {
            if let Some(&var) = self.variables.get(&(at.to_owned(), name.to_owned())) {
                return var;
            }
            function = match at {
                MODULE => None,
                _ => Some(at.rsplit_once('.').map_or(MODULE, |(outer, _)| outer)),
            };
        }
        self.fresh(name)
    }

    fn field(&mut self, text: &str) -> Field {
        match text
            .strip_prefix('[')
            .and_then(|inner| inner.strip_suffix(']'))
        {
            Some("") => Field::UNKNOWN,
            Some("*") => Field::ALL,
            Some(index) => index.parse().map_or(Field::UNKNOWN, Field::index),
            None => Field::attribute(self.symbols.intern(text)),
        }
    }

    fn statement(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "global" => {}
            "def" => self.define(rest),
            "loop" => self.region(RegionKind::Loop, rest),
            "branch" => self.region(RegionKind::Branch, rest),
            "try" => self.region(RegionKind::Try, rest),
            "with" => self.region(RegionKind::With, rest),
            "end" => drop(self.open.pop()),
            "catch" => {
                let (region, name) = rest.split_once(' ').expect("catch region name");
                let class = self.var("Error");
                let var = self.var(name);
                self.facts.catches.push((self.regions[region], class, var));
            }
            "return" | "yield" | "raise" => {
                let var = self.var(rest);
                let function = self.functions[&self.function];
                let outermost = self.regions[&format!("{}()", self.function)];
                let region = self.open.last().copied().unwrap_or(outermost);
                match word {
                    "return" => self.facts.return_value.push((function, var)),
                    "yield" => self.facts.yields.push((function, var)),
                    _ => self.facts.raises.push((region, var)),
                }
            }
            _ => self.assignment(line),
        }
    }

    fn define(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a name");
        self.enter(name);
        let function = self.functions[name];
        let mut index = 0;
        for word in words {
            if let Some(dict) = word.strip_prefix("**") {
                let var = self.fresh(dict);
                self.facts.formal_star_star.push((function, var));
                continue;
            }
            if let Some(tuple) = word.strip_prefix('*') {
                let var = self.fresh(tuple);
                self.facts.formal_star.push((function, index, var));
                continue;
            }
            let name = word.trim_end_matches('=');
            let var = self.fresh(name);
            let symbol = self.symbols.intern(name);
            self.facts.formal_keyword.push((function, symbol, var));
            if name == word {
                self.facts.formal.push((function, index, var));
                index += 1;
            }
        }
    }

    fn region(&mut self, kind: RegionKind, name: &str) {
        let region = Region(self.regions.len() as u32);
        let function = self.functions[&self.function];
        let outermost = self.regions[&format!("{}()", self.function)];
        let parent = self.open.last().copied().unwrap_or(outermost);
        self.facts.region.push((region, kind, function, 1));
        self.facts.region_parent.push((region, parent));
        self.regions.insert(name.into(), region);
        self.open.push(region);
    }

    fn assignment(&mut self, line: &str) {
        if let Some((to, from)) = line.split_once(" += ") {
            let (to, from) = (self.var(to), self.var(from));
            self.facts.elements.push((to, from));
            return;
        }
        let (to, value) = line.split_once(" = ").expect("a statement");
        if let Some((base, field)) = to.split_once('.') {
            let (base, from) = (self.var(base), self.var(value));
            let field = self.field(field);
            self.facts.store.push((base, field, from));
        } else if value.ends_with(')') {
            self.call(to, value);
        } else if value == "new" {
            let object = self.object(ObjectKind::Site, "site");
            let var = self.var(to);
            self.facts.alloc.push((var, object));
        } else if let Some(function) = value.strip_prefix("def ") {
            let var = self.var(to);
            self.facts.alloc.push((var, self.functions[function]));
        } else if let Some(base) = value.strip_prefix("each ") {
            let (base, var) = (self.var(base), self.var(to));
            self.facts.iterate.push((base, var));
        } else if let Some((base, field)) = value.split_once('.') {
            let (base, var) = (self.var(base), self.var(to));
            let field = self.field(field);
            self.facts.load.push((base, field, var));
        } else {
            let (from, var) = (self.var(value), self.var(to));
            self.facts.assign.push((var, from));
        }
    }

    fn call(&mut self, to: &str, text: &str) {
        let (callee, arguments) = text.split_once('(').expect("a call");
        let call = Call(self.calls);
        self.calls += 1;
        let function = self.functions[&self.function];
        self.facts.call_in.push((call, function, 1));
        if let Some(&region) = self.open.last() {
            self.facts.call_region.push((call, region));
        }
        let made = callee.strip_prefix("new ");
        let method = callee
            .split_once('.')
            .filter(|_| !self.functions.contains_key(callee));
        let names = made.or(method.map(|(_, name)| name)).unwrap_or(callee);
        for name in names
            .split('|')
            .filter(|name| !matches!(*name, "?" | "object"))
        {
            let target = self.functions[name];
            self.call_target.push((call, target));
            if made.is_some() || method.is_some() {
                self.call_receiver.push((call, target, Obj(2)));
            }
        }
        if made.is_some() {
            self.instantiates.push((call, Obj(2)));
        }
        if let Some((base, name)) = method {
            let base = self.var(base);
            let name = self.symbols.intern(name);
            self.facts.method_call.push((call, base, name));
        } else {
            let var = self.var("<callee>");
            self.facts.call.push((call, var));
        }
        let mut index = 0;
        for word in arguments.trim_end_matches(')').split_whitespace() {
            if let Some(name) = word.strip_prefix("**") {
                let var = self.var(name);
                self.facts.actual_star_star.push((call, var));
            } else if let Some(name) = word.strip_prefix('*') {
                let var = self.var(name);
                self.facts.actual_star.push((call, index, var));
            } else if let Some((keyword, name)) = word.split_once('=') {
                let var = self.var(name);
                let keyword = self.symbols.intern(keyword);
                self.facts.actual_keyword.push((call, keyword, var));
            } else {
                let var = self.var(word);
                self.facts.actual.push((call, index, var));
                index += 1;
            }
        }
        let result = self.var(to);
        self.facts.call_result.push((call, result));
    }
}
