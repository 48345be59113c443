//! What a program has before a line of it is written: modules, signatures, imports.

use std::fmt::Write as _;

use super::dice::{ATTRIBUTES, Dice, NOUNS, VERBS};

const MODULE_LINES: usize = 300;
pub(super) const MODULES_IN_PACKAGE: usize = 8;
pub(super) const PACKAGES_IN_LIBRARY: usize = 8;

pub(super) fn library(module: usize) -> String {
    format!(
        "lib{:02}",
        module / (MODULES_IN_PACKAGE * PACKAGES_IN_LIBRARY)
    )
}

pub(super) fn package(module: usize) -> String {
    let at = module / MODULES_IN_PACKAGE;
    format!("{}.{}s{at}", library(module), NOUNS[at % NOUNS.len()])
}

pub(super) struct Function {
    pub(super) name: String,
    pub(super) params: usize,
    /// The first parameter is a function, and is called.
    pub(super) callback: bool,
    pub(super) generator: bool,
}

pub(super) struct Class {
    pub(super) name: String,
    /// Module and position of the base, always an earlier one.
    pub(super) base: Option<(usize, usize)>,
    /// Parameters of `__init__`, `self` aside; each becomes an attribute.
    pub(super) attributes: Vec<&'static str>,
    pub(super) methods: Vec<Function>,
}

pub(super) struct Module {
    pub(super) name: String,
    pub(super) lines: usize,
    pub(super) tests: bool,
    pub(super) functions: Vec<Function>,
    pub(super) classes: Vec<Class>,
    pub(super) imports: Vec<usize>,
}

pub(super) struct Plan {
    pub(super) modules: Vec<Module>,
}

impl Plan {
    pub(super) fn new(lines: usize, dice: &mut Dice) -> Self {
        let mut plan = Self {
            modules: Vec::new(),
        };
        let mut left = lines;
        while left > 0 {
            let mut size = MODULE_LINES / 2 + dice.below(MODULE_LINES);
            if left < size + MODULE_LINES / 2 {
                size = left;
            }
            left -= size;
            let module = plan.module(size, dice);
            plan.modules.push(module);
        }
        plan
    }

    fn module(&self, lines: usize, dice: &mut Dice) -> Module {
        let at = self.modules.len();
        let imports = self.imports(dice);
        let tests = !imports.is_empty() && at % 4 == 3;
        let noun = NOUNS[(at * 7) % NOUNS.len()];
        let name = if tests {
            format!("test_{noun}{at}")
        } else {
            format!("{noun}{at}")
        };
        // Closures, properties and the helpers above make up the rest of one each 12 lines.
        let mut functions = lines / 15;
        let classes: Vec<Class> = (0..(lines + 40) / 80)
            .map(|nth| {
                let methods = if tests {
                    4 + dice.below(4)
                } else {
                    2 + dice.below(4)
                };
                functions = functions.saturating_sub(methods + 1);
                self.class(nth, methods, &imports, tests, dice)
            })
            .collect();
        let functions = (0..functions.max(2))
            .map(|nth| function(nth, dice))
            .collect();
        Module {
            name,
            lines,
            tests,
            functions,
            classes,
            imports,
        }
    }

    /// Earlier modules: most from the same package, some from the library, few from another.
    fn imports(&self, dice: &mut Dice) -> Vec<usize> {
        let at = self.modules.len();
        let in_library = MODULES_IN_PACKAGE * PACKAGES_IN_LIBRARY;
        let mut chosen: Vec<usize> = (0..2 + dice.below(4))
            .filter_map(|_| {
                let start = match dice.below(100) {
                    0..60 => at - at % MODULES_IN_PACKAGE,
                    60..97 => at - at % in_library,
                    _ => 0,
                };
                (start < at).then(|| start + dice.below(at - start))
            })
            .filter(|&module| !self.modules[module].tests)
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    fn class(
        &self,
        nth: usize,
        methods: usize,
        imports: &[usize],
        tests: bool,
        dice: &mut Dice,
    ) -> Class {
        let noun = capital(dice.word(&NOUNS));
        let at = self.modules.len();
        if tests {
            return Class {
                name: format!("{noun}{nth}Test"),
                base: None,
                attributes: Vec::new(),
                methods: (0..methods)
                    .map(|n| Function {
                        params: 0,
                        callback: false,
                        generator: false,
                        ..function(n, dice)
                    })
                    .map(|f| Function {
                        name: format!("test_{}", f.name),
                        ..f
                    })
                    .collect(),
            };
        }
        let base = match dice.below(100) {
            0..25 if nth > 0 => Some((at, dice.below(nth))),
            25..50 => dice.pick(imports).and_then(|&module| {
                let count = self.modules[module].classes.len();
                (count > 0).then(|| (module, dice.below(count)))
            }),
            _ => None,
        };
        let first = dice.below(ATTRIBUTES.len());
        Class {
            name: format!("{noun}{}{nth}", capital(dice.word(&VERBS))),
            base,
            attributes: (0..1 + dice.below(4))
                .map(|n| ATTRIBUTES[(first + n) % 10])
                .collect(),
            methods: (0..methods)
                .map(|n| {
                    // An override has the name of what it overrides.
                    let mut method = function(n, dice);
                    if let Some((module, class)) = base.filter(|_| n == 0) {
                        let inherited = self
                            .modules
                            .get(module)
                            .map(|m| &m.classes[class].methods[0]);
                        if let Some(inherited) = inherited {
                            method = Function {
                                name: inherited.name.clone(),
                                ..*inherited
                            };
                        }
                    }
                    method
                })
                .collect(),
        }
    }

    /// A package's `__init__`: some of what its modules define.
    pub(super) fn exports(&self, first: usize) -> String {
        let mut text = String::new();
        let last = (first + MODULES_IN_PACKAGE).min(self.modules.len());
        for module in self.modules[first..last]
            .iter()
            .filter(|module| !module.tests)
        {
            if let Some(class) = module.classes.first() {
                let _ = writeln!(text, "from .{} import {}", module.name, class.name);
            }
        }
        text
    }
}

fn function(nth: usize, dice: &mut Dice) -> Function {
    let callback = dice.percent(7);
    Function {
        name: format!("{}_{}_{nth}", dice.word(&VERBS), dice.word(&NOUNS)),
        params: 1 + dice.below(3),
        callback,
        generator: !callback && dice.percent(6),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
