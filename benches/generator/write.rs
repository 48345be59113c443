//! Writes the modules of a plan: imports, constants, classes; `body` writes what functions do.

use super::dice::Dice;
use super::plan::{Class, Function, Module, Plan, package};

/// What a local variable is known to hold while its function is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Number,
    Text,
    List,
    Table,
    Thing(usize, usize),
    Function,
    Unknown,
}

/// A name that the module can call.
#[derive(Clone)]
pub(super) enum Callee {
    Function {
        text: String,
        params: usize,
        callback: bool,
    },
    Class {
        text: String,
        module: usize,
        class: usize,
    },
}

pub(super) struct Writer<'a> {
    pub(super) plan: &'a Plan,
    at: usize,
    pub(super) dice: &'a mut Dice,
    pub(super) lines: Vec<String>,
    pub(super) callees: Vec<Callee>,
    pub(super) locals: Vec<(String, Holds)>,
    pub(super) class: Option<&'a Class>,
    pub(super) names: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(plan: &'a Plan, at: usize, dice: &'a mut Dice) -> Self {
        let (lines, callees, locals) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            plan,
            at,
            dice,
            lines,
            callees,
            locals,
            class: None,
            names: 0,
        }
    }

    pub(super) fn line(&mut self, depth: usize, text: impl AsRef<str>) {
        self.lines
            .push(format!("{:1$}{2}", "", depth * 4, text.as_ref()));
    }

    pub(super) fn blank(&mut self, count: usize) {
        self.lines.extend((0..count).map(|_| String::new()));
    }

    pub(super) fn module(mut self) -> String {
        let module = &self.plan.modules[self.at];
        self.line(
            0,
            format!("\"\"\"The {} of {}.\"\"\"", module.name, package(self.at)),
        );
        self.blank(1);
        self.import();
        self.constants(module);
        let mut left = module.functions.len()
            + module
                .classes
                .iter()
                .map(|class| class.methods.len() + 1)
                .sum::<usize>();
        // Functions share what is left of the module's lines; 3 of each are not body.
        let mut budget = |writer: &Self| {
            let free = (module.lines.saturating_sub(writer.lines.len())) / left.max(1);
            left = left.saturating_sub(1);
            free.saturating_sub(4)
        };
        for class in &module.classes {
            self.class(class, module.tests, &mut budget);
        }
        for function in &module.functions {
            self.blank(2);
            match self.dice.below(100) {
                0..4 => self.line(0, format!("@tools.registered('{}')", function.name)),
                4..8 => self.line(0, "@tools.logged"),
                _ => {}
            }
            let size = budget(&self);
            self.function(0, function, "", size);
        }
        if let Some(first) = module.functions.first().filter(|_| !module.tests) {
            self.blank(2);
            self.line(0, "if __name__ == '__main__':");
            let call = format!("{}({})", first.name, vec!["None"; first.params].join(", "));
            self.line(1, format!("print({call})"));
        }
        self.lines.push(String::new());
        self.lines.join("\n")
    }

    fn import(&mut self) {
        let plan = self.plan;
        let module = &plan.modules[self.at];
        for name in ["collections", "json", "os", "re"] {
            self.line(0, format!("import {name}"));
        }
        if module.tests {
            self.line(0, "import unittest");
        }
        self.blank(1);
        self.line(0, "from base import tools");
        for &other in &module.imports {
            let there = &plan.modules[other];
            let from = if package(other) == package(self.at) {
                String::new()
            } else {
                package(other)
            };
            let mut names: Vec<String> = Vec::new();
            let whole = self.dice.percent(40);
            let prefix = if whole {
                format!("{}.", there.name)
            } else {
                String::new()
            };
            for (class, it) in there.classes.iter().enumerate().take(3) {
                let text = format!("{prefix}{}", it.name);
                self.callees.push(Callee::Class {
                    text,
                    module: other,
                    class,
                });
                names.push(it.name.clone());
            }
            for it in there.functions.iter().take(6) {
                let text = format!("{prefix}{}", it.name);
                self.callees.push(Callee::Function {
                    text,
                    params: it.params,
                    callback: it.callback,
                });
                names.push(it.name.clone());
            }
            if whole {
                let from = if from.is_empty() { "." } else { &from };
                self.line(0, format!("from {from} import {}", there.name));
            } else {
                self.line(0, format!("from {from}.{} import (", there.name));
                for name in names {
                    self.line(1, format!("{name},"));
                }
                self.line(0, ")");
            }
        }
        for function in &module.functions {
            let Function {
                name,
                params,
                callback,
                ..
            } = function;
            self.callees.push(Callee::Function {
                text: name.clone(),
                params: *params,
                callback: *callback,
            });
        }
        if !module.tests {
            for (class, it) in module.classes.iter().enumerate() {
                self.callees.push(Callee::Class {
                    text: it.name.clone(),
                    module: self.at,
                    class,
                });
            }
        }
    }

    fn constants(&mut self, module: &Module) {
        self.blank(1);
        self.line(0, "LIMIT = 64");
        self.line(0, "PATTERN = re.compile(r'[a-z_]+')");
        self.line(0, "SEEN = {}");
        // A dispatch table: the functions are looked up late, when all are defined.
        self.blank(2);
        self.line(0, "def dispatch(kind, value):");
        self.line(1, "table = {");
        for function in module
            .functions
            .iter()
            .filter(|f| f.params == 1 && !f.callback)
            .take(5)
        {
            self.line(2, format!("'{}': {},", function.name, function.name));
        }
        self.line(1, "}");
        self.line(1, "return table.get(kind, tools.identity)(value)");
    }

    fn class(&mut self, class: &'a Class, tests: bool, budget: &mut impl FnMut(&Self) -> usize) {
        self.blank(2);
        let base = match class.base {
            _ if tests => "unittest.TestCase".to_owned(),
            Some((module, nth)) => self.class_name(module, nth),
            None if self.dice.percent(30) => "tools.Base".to_owned(),
            None => String::new(),
        };
        if base.is_empty() {
            self.line(0, format!("class {}:", class.name));
        } else {
            self.line(0, format!("class {}({base}):", class.name));
        }
        self.line(
            1,
            format!("\"\"\"A {} and what can be done with it.\"\"\"", class.name),
        );
        self.class = (!tests).then_some(class);
        let size = budget(self);
        self.blank(1);
        if tests {
            self.line(1, "def setUp(self):");
            self.line(2, "self.items = [1, 2, 3]");
            self.line(2, "self.table = {}");
        } else {
            self.init(class, size);
        }
        for method in &class.methods {
            self.blank(1);
            let size = budget(self);
            let mut own = "self";
            match self.dice.below(100) {
                _ if tests || method.callback => {}
                0..7 if method.params == 1 && !method.generator => {
                    self.line(1, "@property");
                    self.line(1, format!("def p_{}(self):", method.name));
                    self.line(2, format!("return self.{}", class.attributes[0]));
                    self.blank(1);
                }
                7..12 => {
                    self.line(1, "@classmethod");
                    own = "cls";
                }
                12..16 => {
                    self.line(1, "@staticmethod");
                    own = "";
                }
                _ => {}
            }
            self.function(1, method, own, size.saturating_sub(1));
        }
        self.class = None;
    }

    /// A class by a name that works in this module; an import inside the header is not possible,
    /// so a base that is not imported by name is reached through its module.
    fn class_name(&self, module: usize, class: usize) -> String {
        self.callees
            .iter()
            .find_map(|callee| match callee {
                Callee::Class {
                    text,
                    module: m,
                    class: c,
                } if (*m, *c) == (module, class) => Some(text.clone()),
                _ => None,
            })
            .unwrap_or_else(|| "tools.Base".to_owned())
    }

    fn init(&mut self, class: &Class, size: usize) {
        let params = class.attributes.join(", ");
        self.line(1, format!("def __init__(self, {params}):"));
        match class.base {
            Some((module, nth)) if self.class_name(module, nth) != "tools.Base" => {
                let count = self.plan.modules[module].classes[nth].attributes.len();
                let args = class
                    .attributes
                    .iter()
                    .cycle()
                    .take(count)
                    .copied()
                    .collect::<Vec<_>>();
                self.line(2, format!("super().__init__({})", args.join(", ")));
            }
            _ => {}
        }
        for attribute in &class.attributes {
            self.line(2, format!("self.{attribute} = {attribute}"));
        }
        self.line(2, "self._cache = {}");
        self.line(2, "self._parts = []");
        if size > 8 && self.dice.percent(30) {
            self.line(2, "self._parts.extend(sorted(self._cache))");
        }
    }
}
