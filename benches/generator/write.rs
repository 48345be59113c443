//! Writes the modules of a plan.

use super::dice::{Dice, NOUNS};
use super::plan::{Class, Function, Module, Plan, package};

/// What a local variable is known to hold while its function is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
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
enum Callee {
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
    plan: &'a Plan,
    at: usize,
    dice: &'a mut Dice,
    lines: Vec<String>,
    callees: Vec<Callee>,
    locals: Vec<(String, Holds)>,
    class: Option<&'a Class>,
    names: usize,
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

    fn line(&mut self, depth: usize, text: impl AsRef<str>) {
        self.lines
            .push(format!("{:1$}{2}", "", depth * 4, text.as_ref()));
    }

    fn blank(&mut self, count: usize) {
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

    fn function(&mut self, depth: usize, function: &Function, own: &str, size: usize) {
        self.locals.clear();
        self.names = 0;
        let mut params: Vec<String> = Vec::new();
        if !own.is_empty() {
            params.push(own.to_owned());
        }
        for nth in 0..function.params {
            let (name, holds) = match (nth, function.callback) {
                (0, true) => ("callback".to_owned(), Holds::Function),
                _ => (format!("{}{nth}", self.dice.word(&NOUNS)), Holds::Unknown),
            };
            self.locals.push((name.clone(), holds));
            let default = if nth > 0 && nth + 1 == function.params {
                "=None"
            } else {
                ""
            };
            params.push(format!("{name}{default}"));
        }
        self.line(
            depth,
            format!("def {}({}):", function.name, params.join(", ")),
        );
        if self.dice.percent(35) {
            self.line(
                depth + 1,
                format!("\"\"\"Does what {} says.\"\"\"", function.name),
            );
        }
        let class = self.class;
        if own != "self" {
            self.class = None;
        }
        // Lengths vary as they do in real programs: many short, some long.
        let size = (size * (40 + self.dice.below(120)) / 100).max(1);
        let end = self.lines.len() + size;
        while self.lines.len() < end {
            self.statement(depth + 1, 2);
        }
        if function.generator {
            let value = self.value();
            self.line(depth + 1, format!("yield {value}"));
        } else if own != "self" || !function.name.starts_with("test_") {
            let value = if self.dice.percent(55) {
                self.call(1)
            } else {
                self.value()
            };
            self.line(depth + 1, format!("return {value}"));
        } else {
            self.assertion(depth + 1);
        }
        self.class = class;
    }

    fn assertion(&mut self, depth: usize) {
        let (call, value) = (self.call(1), self.value());
        match self.dice.below(4) {
            0 => self.line(depth, format!("self.assertTrue({call})")),
            1 => self.line(depth, format!("self.assertIn({value}, [{call}])")),
            _ => self.line(depth, format!("self.assertEqual({call}, {value})")),
        }
    }

    fn fresh(&mut self, holds: Holds) -> String {
        self.names += 1;
        let name = format!("{}_{}", self.dice.word(&NOUNS), self.names);
        self.locals.push((name.clone(), holds));
        name
    }

    fn local(&mut self, wanted: Holds) -> Option<String> {
        let fitting: Vec<&(String, Holds)> = self
            .locals
            .iter()
            .filter(|(_, holds)| *holds == wanted)
            .collect();
        self.dice.pick(&fitting).map(|(name, _)| name.clone())
    }

    fn list(&mut self) -> String {
        match self.local(Holds::List) {
            Some(name) => name,
            None if self.class.is_some() => "self._parts".to_owned(),
            None => {
                let value = self.value();
                format!("[{value}]")
            }
        }
    }

    fn value(&mut self) -> String {
        match self.dice.below(100) {
            0..70 => {
                if let Some((name, _)) = self.dice.pick(&self.locals) {
                    return name.clone();
                }
                "None".to_owned()
            }
            70..80 => format!("'{}'", self.dice.word(&NOUNS)),
            80..90 => self.dice.below(1000).to_string(),
            90..95 => match self.class {
                Some(class) => format!("self.{}", self.dice.word(&class.attributes)),
                None => "LIMIT".to_owned(),
            },
            _ => "None".to_owned(),
        }
    }

    fn values(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| self.value())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// A call expression; `nest` says how deep calls may stand in arguments.
    fn call(&mut self, nest: usize) -> String {
        if nest > 0 && self.dice.percent(5) {
            let inner = self.call(nest - 1);
            let outer = self
                .dice
                .word(&["len", "str", "list", "repr", "tuple", "tools.identity"]);
            return format!("{outer}({inner})");
        }
        let things: Vec<(String, Holds)> = self
            .locals
            .iter()
            .filter(|(_, holds)| matches!(holds, Holds::Thing(..) | Holds::Function))
            .cloned()
            .collect();
        match self.dice.below(100) {
            0..30 if self.class.is_some() => {
                let methods = self.class.map_or(&[][..], |class| &class.methods);
                let Some(method) = self.dice.pick(methods) else {
                    return "len(self._parts)".to_owned();
                };
                let args = self.arguments(method.params, method.callback);
                format!("self.{}({args})", method.name)
            }
            30..45 if !things.is_empty() => match self.dice.pick(&things) {
                Some((name, Holds::Thing(module, class))) => {
                    let methods = &self.plan.modules[*module].classes[*class].methods;
                    let Some(method) = self.dice.pick(methods) else {
                        return format!("{name}.close()");
                    };
                    let args = self.arguments(method.params, method.callback);
                    format!("{name}.{}({args})", method.name)
                }
                Some((name, _)) => {
                    let value = self.value();
                    format!("{name}({value})")
                }
                None => "dict()".to_owned(),
            },
            45..75 => {
                let Some(callee) = self.dice.pick(&self.callees).cloned() else {
                    return "dict()".to_owned();
                };
                match callee {
                    Callee::Function {
                        text,
                        params,
                        callback,
                    } => {
                        let args = self.arguments(params, callback);
                        format!("{text}({args})")
                    }
                    Callee::Class {
                        text,
                        module,
                        class,
                    } => {
                        let count = self.plan.modules[module].classes[class].attributes.len();
                        let args = self.values(count);
                        format!("{text}({args})")
                    }
                }
            }
            75..78 => {
                let (function, value) = (self.function_value(), self.value());
                format!("tools.apply({function}, {value})")
            }
            78..80 => {
                let value = self.value();
                format!("tools.keep({value})")
            }
            80..82 => {
                let value = self.value();
                format!("dispatch('{}', {value})", self.dice.word(&NOUNS))
            }
            _ => {
                let (value, list) = (self.value(), self.list());
                match self.dice.below(9) {
                    0 => format!("isinstance({value}, (str, bytes))"),
                    1 => format!("sorted({list}, key=lambda each: str(each))"),
                    2 => format!("', '.join(map(str, {list}))"),
                    3 => format!("os.path.join('data', str({value}))"),
                    4 => format!("json.dumps({value})"),
                    5 => format!("PATTERN.match(str({value}))"),
                    6 => format!("getattr({value}, 'name', None)"),
                    7 => format!("max(len({list}), LIMIT)"),
                    _ => format!("len({list})"),
                }
            }
        }
    }

    fn arguments(&mut self, params: usize, callback: bool) -> String {
        if callback && params > 0 {
            let function = self.function_value();
            let rest = self.values(params - 1);
            return if rest.is_empty() {
                function
            } else {
                format!("{function}, {rest}")
            };
        }
        self.values(params)
    }

    fn function_value(&mut self) -> String {
        if let Some(name) = self
            .local(Holds::Function)
            .filter(|_| self.dice.percent(40))
        {
            return name;
        }
        match self.dice.pick(&self.callees) {
            Some(Callee::Function {
                text, params: 1, ..
            }) => text.clone(),
            Some(Callee::Function {
                text,
                params: 2,
                callback: false,
            }) => {
                format!("lambda each: {text}(each, None)")
            }
            _ => "str".to_owned(),
        }
    }

    fn block(&mut self, depth: usize, nest: usize) {
        let known = self.locals.len();
        for _ in 0..1 + self.dice.below(2) {
            self.statement(depth, nest - 1);
        }
        self.locals.truncate(known);
    }

    fn statement(&mut self, depth: usize, nest: usize) {
        let choice = self.dice.below(if nest > 0 { 100 } else { 72 });
        match choice {
            0..20 => {
                let call = self.call(1);
                let name = self.fresh(Holds::Unknown);
                self.line(depth, format!("{name} = {call}"));
            }
            20..30 => {
                let call = self.call(1);
                self.line(depth, call);
            }
            30..36 => self.construct(depth),
            36..42 => self.attribute(depth),
            42..46 => self.text(depth),
            46..50 => self.comprehension(depth),
            50..54 => {
                let (a, b) = (self.value(), self.value());
                let name = self.fresh(Holds::Table);
                self.line(depth, format!("{name} = {{'first': {a}, 'second': {b}}}"));
            }
            54..57 => {
                let values = self.values(2);
                let name = self.fresh(Holds::List);
                self.line(depth, format!("{name} = [{values}]"));
            }
            57..60 => {
                let (list, value) = (self.list(), self.value());
                self.line(depth, format!("{list}.append({value})"));
            }
            60..64 => {
                let (value, number) = (self.value(), self.dice.below(9) + 1);
                let name = self.fresh(Holds::Number);
                self.line(depth, format!("{name} = ({value} or 0) + {number}"));
            }
            64..68 => self.line(depth, format!("# The {} comes first.", NOUNS[choice % 32])),
            68..72 => self.blank(1),
            72..84 => self.branch(depth, nest),
            84..92 => self.iteration(depth, nest),
            92..95 => self.attempt(depth, nest),
            95..98 => {
                let value = self.value();
                let name = self.fresh(Holds::Unknown);
                self.line(depth, format!("with tools.scope({value}) as {name}:"));
                let call = self.call(1);
                self.line(depth + 1, call);
                self.block(depth + 1, nest);
            }
            _ => self.closure(depth),
        }
    }

    fn construct(&mut self, depth: usize) {
        let classes: Vec<Callee> = self
            .callees
            .iter()
            .filter(|callee| matches!(callee, Callee::Class { .. }))
            .cloned()
            .collect();
        if let Some(Callee::Class {
            text,
            module,
            class,
        }) = self.dice.pick(&classes)
        {
            let args = self.values(self.plan.modules[*module].classes[*class].attributes.len());
            let name = self.fresh(Holds::Thing(*module, *class));
            self.line(depth, format!("{name} = {text}({args})"));
        } else {
            let name = self.fresh(Holds::Table);
            self.line(depth, format!("{name} = collections.OrderedDict()"));
        }
    }

    fn attribute(&mut self, depth: usize) {
        let value = self.value();
        match self.class {
            Some(class) => {
                let attribute = self.dice.word(&class.attributes);
                if self.dice.percent(50) {
                    self.line(depth, format!("self.{attribute} = {value}"));
                } else {
                    let name = self.fresh(Holds::Unknown);
                    self.line(depth, format!("{name} = self.{attribute}"));
                }
            }
            None => {
                let key = self.dice.word(&NOUNS);
                self.line(depth, format!("SEEN['{key}'] = {value}"));
            }
        }
    }

    fn text(&mut self, depth: usize) {
        let (a, b) = (self.value(), self.value());
        let form = match self.dice.below(4) {
            0 => format!("f\"{{{a}!r}} of {{{b}}}\""),
            1 => format!("'%s: %s' % ({a}, {b})"),
            2 => format!("'{{}} {{}}'.format({a}, {b})"),
            _ => format!("str({a}).strip().lower()"),
        };
        let name = self.fresh(Holds::Text);
        self.line(depth, format!("{name} = {form}"));
    }

    fn comprehension(&mut self, depth: usize) {
        let (list, value) = (self.list(), self.value());
        let (holds, form) = match self.dice.below(4) {
            0 => (
                Holds::List,
                format!("[(each, {value}) for each in {list} if each]"),
            ),
            1 => (
                Holds::Table,
                format!("{{str(each): each for each in {list}}}"),
            ),
            2 => {
                let function = self.function_value();
                (Holds::List, format!("tools.each({function}, {list})"))
            }
            _ => (
                Holds::Number,
                format!("sum(len(str(each)) for each in {list})"),
            ),
        };
        let name = self.fresh(holds);
        self.line(depth, format!("{name} = {form}"));
    }

    fn branch(&mut self, depth: usize, nest: usize) {
        let value = match self.dice.pick(&self.locals) {
            Some((name, _)) => name.clone(),
            None => "SEEN".to_owned(),
        };
        let test = match self.dice.below(5) {
            0 => format!("{value} is None"),
            1 => format!("isinstance({value}, str)"),
            2 => format!("not {value}"),
            3 => format!("len(str({value})) > LIMIT"),
            _ => value,
        };
        self.line(depth, format!("if {test}:"));
        match self.dice.below(10) {
            0 => {
                let value = self.value();
                self.line(depth + 1, format!("raise ValueError({value})"));
            }
            1..4 => {
                let value = self.value();
                self.line(depth + 1, format!("return {value}"));
            }
            _ => {
                self.statement(depth + 1, 0);
                self.line(depth + 1, "pass");
            }
        }
        if self.dice.percent(35) {
            self.line(depth, "else:");
            let call = self.call(1);
            self.line(depth + 1, call);
            self.block(depth + 1, nest);
        }
    }

    fn iteration(&mut self, depth: usize, nest: usize) {
        let list = self.list();
        let known = self.locals.len();
        match self.dice.below(6) {
            0 => {
                let table = self
                    .local(Holds::Table)
                    .unwrap_or_else(|| "SEEN".to_owned());
                let (key, item) = (self.fresh(Holds::Text), self.fresh(Holds::Unknown));
                self.line(depth, format!("for {key}, {item} in {table}.items():"));
            }
            1 => {
                let (nth, item) = (self.fresh(Holds::Number), self.fresh(Holds::Unknown));
                self.line(depth, format!("for {nth}, {item} in enumerate({list}):"));
            }
            2 => {
                let nth = self.fresh(Holds::Number);
                self.line(depth, format!("for {nth} in range(len({list})):"));
            }
            3 => {
                self.line(depth, format!("while len({list}) > LIMIT:"));
                self.line(depth + 1, format!("{list}.pop()"));
            }
            _ => {
                let item = self.fresh(Holds::Unknown);
                self.line(depth, format!("for {item} in {list}:"));
            }
        }
        let call = self.call(1);
        self.line(depth + 1, call);
        self.block(depth + 1, nest);
        self.locals.truncate(known);
    }

    fn attempt(&mut self, depth: usize, nest: usize) {
        self.line(depth, "try:");
        let call = self.call(1);
        self.line(depth + 1, call);
        self.block(depth + 1, nest);
        self.line(depth, "except (KeyError, ValueError) as error:");
        if self.dice.percent(40) {
            self.line(depth + 1, "raise RuntimeError('failed') from error");
        } else {
            self.line(depth + 1, "tools.keep(error)");
        }
        if self.dice.percent(25) {
            self.line(depth, "finally:");
            let call = self.call(0);
            self.line(depth + 1, call);
        }
    }

    fn closure(&mut self, depth: usize) {
        let value = self.value();
        let name = self.fresh(Holds::Function);
        self.line(depth, format!("def {name}(each):"));
        self.line(depth + 1, format!("return (each, {value})"));
    }
}
