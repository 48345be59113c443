//! What variables hold that hold one constant: defaults, and the tables of a module.

use std::collections::HashSet;

use heapcast_facts::{Call, FixedState, Map, Symbol, Symbols, Var};

use super::loops::CHANGING;
use super::value::{Kind, Value};
use crate::ir::{Argument, Callee, Const, DisplayKind, Function, FunctionKind, Op, visit};

/// Of longer tables, the elements are not told apart.
const MAX_ITEMS: usize = 16;

/// What a variable of one function holds. Most constants are of no interest to others.
enum Local<'f> {
    Constant(&'f Const),
    Value(Box<Value>),
}

/// The constants of all functions.
pub(super) struct Constants<'a> {
    constant: &'a dyn Fn(&Const) -> Value,
    compiled: &'a dyn Fn(Call, &[Argument]) -> Option<Var>,
    symbols: &'a Symbols,
    defaults: HashSet<Var, FixedState>,
    changed: HashSet<Var, FixedState>,
    /// How often each cell is written to, in the code.
    pub(super) stores: Map<Var, u32>,
    pub(super) found: Map<Var, Value>,
}

impl Local<'_> {
    fn pattern(text: Symbol) -> Self {
        let pattern = Some(text);
        Local::Value(Box::new(Value {
            pattern,
            ..Value::default()
        }))
    }
}

impl<'a> Constants<'a> {
    /// Looks for what the functions change anywhere.
    pub(super) fn of<'f>(
        functions: impl Iterator<Item = &'f Function> + Clone,
        symbols: &'a Symbols,
        constant: &'a dyn Fn(&Const) -> Value,
        compiled: &'a dyn Fn(Call, &[Argument]) -> Option<Var>,
    ) -> Self {
        let mut constants = Self {
            constant,
            compiled,
            symbols,
            defaults: HashSet::default(),
            changed: HashSet::default(),
            stores: Map::default(),
            found: Map::default(),
        };
        for function in functions.clone() {
            let defaults = function.parameters.iter().filter_map(|p| p.default);
            constants.defaults.extend(defaults);
            visit(&function.body, &mut |op| constants.note_change(op));
        }
        for function in functions {
            constants.gather(function);
        }
        constants
    }

    fn note_change(&mut self, op: &Op) {
        match op {
            Op::Call {
                callee: Callee::Method(base, name),
                ..
            } if CHANGING.contains(&self.symbols.text(*name)) => {
                self.changed.insert(*base);
            }
            Op::SetSubscript { base, .. } | Op::DeleteSubscript { base, .. } => {
                self.changed.insert(*base);
            }
            Op::Binary {
                left,
                in_place: true,
                ..
            } => {
                self.changed.insert(*left);
            }
            _ => {}
        }
    }

    /// The constants of a function: of the code of a module, tables too.
    fn gather(&mut self, function: &Function) {
        let outermost = function.kind == FunctionKind::Module;
        let mut local: Map<Var, Local<'_>> = Map::default();
        let constant = self.constant;
        let held = |local: &Map<Var, Local<'_>>, var: &Var| {
            Some(match local.get(var)? {
                Local::Constant(value) => constant(value),
                Local::Value(value) => Value::clone(value),
            })
        };
        visit(&function.body, &mut |op| match op {
            Op::Const { to, value } => {
                if self.defaults.contains(to) {
                    self.found.insert(*to, constant(value));
                }
                local.insert(*to, Local::Constant(value));
            }
            Op::Display {
                to, kind, elements, ..
            } => {
                let all: Option<Vec<Value>> = (elements.iter())
                    .map(|(var, starred)| held(&local, var).filter(|_| !starred))
                    .collect();
                let Some(table) = all.and_then(|items| table(*kind, items)) else {
                    return;
                };
                if *kind == DisplayKind::Tuple && self.defaults.contains(to) {
                    self.found.insert(*to, table.clone());
                }
                if outermost || *kind == DisplayKind::Tuple {
                    local.insert(*to, Local::Value(Box::new(table)));
                }
            }
            Op::DictDisplay { to, entries, .. } if outermost => {
                let all: Option<Vec<(Value, Value)>> = (entries.iter())
                    .map(|(key, value)| Some((held(&local, &(*key)?)?, held(&local, value)?)))
                    .collect();
                local.extend(all.map(|all| (*to, Local::Value(Box::new(mapping(all))))));
            }
            Op::Call {
                to,
                call,
                arguments,
                ..
            } => {
                let text = (self.compiled)(*call, arguments);
                let text = text.and_then(|var| held(&local, &var)?.literal);
                local.extend(text.map(|text| (*to, Local::pattern(text))));
            }
            // A method of a compiled pattern.
            Op::Attribute { to, base, .. } => {
                let pattern = match local.get(base) {
                    Some(Local::Value(base)) => base.pattern,
                    _ => None,
                };
                local.extend(pattern.map(|pattern| (*to, Local::pattern(pattern))));
            }
            Op::StoreCell { cell, from, .. } => {
                let stores = self.stores.entry(*cell).or_default();
                *stores += 1;
                let known = match outermost && *stores == 1 {
                    true => held(&local, from),
                    false => None,
                };
                let fixed = |value: &Value| {
                    let changes = matches!(value.kind, Kind::List | Kind::Set | Kind::Dict);
                    !changes || !self.changed.contains(cell)
                };
                match known.filter(fixed) {
                    Some(value) => {
                        self.found.insert(*cell, value);
                    }
                    None => {
                        self.found.remove(cell);
                    }
                }
            }
            _ => {}
        });
    }
}

/// A tuple, list or set of constants.
fn table(kind: DisplayKind, items: Vec<Value>) -> Option<Value> {
    let kind = match kind {
        DisplayKind::Tuple => Kind::Tuple,
        DisplayKind::List => Kind::List,
        DisplayKind::Set => Kind::Set,
        DisplayKind::Dict | DisplayKind::Generator => return None,
    };
    let length = super::sizes::number(items.len() as u64);
    let element = items.iter().cloned().reduce(|a, b| a.join(&b));
    let known = (1..=MAX_ITEMS).contains(&items.len()) && kind != Kind::Set;
    Some(Value {
        items: known.then(|| items.into()),
        ..Value::sized(kind, Some(length)).with_element(element)
    })
}

/// A dict of constants.
fn mapping(entries: Vec<(Value, Value)>) -> Value {
    let length = super::sizes::number(entries.len() as u64);
    let (keys, values): (Vec<Value>, Vec<Value>) = entries.into_iter().unzip();
    let any = |all: Vec<Value>| all.into_iter().reduce(|a, b| a.join(&b));
    Value {
        key: any(keys).map(Into::into),
        ..Value::sized(Kind::Dict, Some(length)).with_element(any(values))
    }
}
