//! Writes the bodies of functions, a statement at a time.

use super::dice::NOUNS;
use super::plan::Function;
use super::write::{Callee, Holds, Writer};

impl Writer<'_> {
    pub(super) fn function(&mut self, depth: usize, function: &Function, own: &str, size: usize) {
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
