//! The methods of text and of bytes: how long what they give is.

use std::sync::Arc;

use heapcast_facts::Var;

use super::frame::Owner;
use super::interpret::Interpreter;
use super::operations::is_sequence;
use super::sizes::{self, number};
use super::value::{Kind, Place, Quantity, Step, Value};
use crate::algebra::{Expr, Grade};

impl Interpreter<'_> {
    /// What looks at the case of each character works on a copy with room for three of four bytes each.
    pub(super) fn case_buffer(&mut self, method: &str, of: &Value) {
        if matches!(method, "title" | "capitalize" | "swapcase") {
            let length = self.length_or_unknown(of);
            self.transient(Kind::Str, length.scale(&12.into()));
        }
    }

    pub(super) fn text(&mut self, to: Var, name: &str, vars: &[Var], values: &[Value]) -> bool {
        match (name, values) {
            ("str" | "repr", [of]) => {
                if of.kind == Kind::Str && name == "str" {
                    self.set(to, of.clone());
                    return true;
                }
                let length = match vars {
                    [var] => self.text_length(*var, of),
                    _ => return false,
                };
                self.sequence(to, Kind::Str, length, None, true);
            }
            ("str" | "bytes", []) => {
                let kind = if name == "str" {
                    Kind::Str
                } else {
                    Kind::Bytes
                };
                self.set(to, Value::sized(kind, Some(Expr::ZERO)));
            }
            ("bytes" | "bytearray", _) => return self.byte_strings(to, name, vars, values),
            ("chr", [_]) => self.set(to, Value::sized(Kind::Str, Some(Expr::one()))),
            (
                "str.upper" | "str.lower" | "str.strip" | "str.lstrip" | "str.rstrip" | "str.title"
                | "str.capitalize" | "str.swapcase",
                [of, ..],
            ) => {
                let (_, method) = name.split_once('.').unwrap_or_default();
                if let Some(place) = self.derived(of, method, values) {
                    let length = self.measure(&place, Quantity::Length);
                    self.flat(Kind::Str, &length, Owner::Var(to));
                    self.case_buffer(method, of);
                    let value = Value::input(Place::clone(&place));
                    self.set(
                        to,
                        Value {
                            kind: Kind::Str,
                            ..value
                        },
                    );
                    return true;
                }
                let length = self.length_or_unknown(of);
                self.sequence(to, Kind::Str, length, None, true);
                self.case_buffer(method, of);
            }
            ("str.encode", [of, rest @ ..]) => {
                let length = self.length_or_unknown(of);
                let encoding = rest.first().map(|encoding| encoding.literal);
                let symbols = self.context.input.symbols;
                let encoding = encoding.map(|name| name.map(|name| symbols.text(name)));
                let (each, mark) = encoded(encoding);
                let length = &length.scale(&each.into()) + &number(mark);
                let is_bound = of.is_bound || each > 1;
                self.sequence(to, Kind::Bytes, length, None, is_bound);
            }
            ("str.join", [separator, parts]) => {
                let count = self.length_or_unknown(parts);
                let all = self.joined_length(parts, &count);
                let listed = matches!(parts.kind, Kind::Generator | Kind::Iterator).then(|| {
                    // What comes one by one is put in a list first, which is there until all is joined.
                    let size = self.context.input.sizes;
                    let table = sizes::grow(size, Kind::List, &Expr::ZERO, &count, None);
                    let bytes = &number(size.list.head) + &table.table;
                    self.one(Kind::List, bytes, Owner::Local)
                });
                let between = self.length_or_unknown(separator);
                let gaps = (&count - &Expr::one()).positive_part();
                let length = &all + &(&gaps * &between);
                self.sequence(to, Kind::Str, length, None, true);
                if let (Some(at), Some(frame)) = (listed, self.frames.last_mut()) {
                    frame.free(at);
                }
            }
            ("str.split" | "str.rsplit" | "str.splitlines", [of, ..]) => {
                let (_, method) = name.split_once('.').unwrap_or_default();
                match self.derived(of, method, values) {
                    Some(place) => self.split_input(to, &place),
                    None => self.split(to, of, values.get(2)),
                }
            }
            _ => return false,
        }
        true
    }

    /// How long the elements of a value are together.
    pub(super) fn joined_length(&mut self, parts: &Value, count: &Expr) -> Expr {
        let element = self.part(parts, Step::Element);
        if let Some(sum) = &element.sum {
            return sum.clone();
        }
        if let Some(place) = &parts.place
            && let Some(all) = place.then(Step::Each, self.context.input.symbols)
        {
            return self.measure(&Arc::new(all), Quantity::Length);
        }
        let longest = self.length_or_unknown(&element);
        &longest * count
    }

    /// What a method of strings makes of an input, as an input of its own.
    fn derived(&mut self, of: &Value, method: &str, values: &[Value]) -> Option<Arc<Place>> {
        let symbols = self.context.input.symbols;
        let argument = match values {
            [_] => None,
            [_, argument] => Some(argument.literal?),
            _ => return None,
        };
        let step = Step::Method(symbols.get(method)?, argument);
        let place = of.place.as_ref().filter(|place| place.below.is_none())?;
        place.then(step, symbols).map(Arc::new)
    }

    /// The parts of an input that is a string.
    fn split_input(&mut self, to: Var, place: &Arc<Place>) {
        let symbols = self.context.input.symbols;
        let parts = [Step::Element, Step::Each].map(|step| place.then(step, symbols));
        let [Some(any), Some(all)] = parts else {
            return self.split(to, &Value::input(Place::clone(place)), None);
        };
        let count = self.measure(place, Quantity::Length);
        let sum = self.measure(&Arc::new(all), Quantity::Length);
        let element = Value {
            kind: Kind::Str,
            sum: Some(sum.clone()),
            ..Value::input(any)
        };
        let (head, each) = sizes::head(self.context.input.sizes, Kind::Str);
        let bytes = &(&count * &number(head)) + &(&sum * &number(each));
        let line = self.builtin_line(Kind::Str, count.clone(), bytes);
        self.split.insert(to);
        self.allocate(line, Owner::Result(to));
        self.grade = self.grade.join(Grade::Upper);
        let value = self.fitted(Kind::List, Expr::ZERO, Some(element), to);
        if let Some(container) = value.container {
            self.lengthen(container, &count);
        }
        self.set(
            to,
            Value {
                once: Some(Arc::new(count)),
                ..value
            },
        );
    }

    fn split(&mut self, to: Var, of: &Value, most: Option<&Value>) {
        // At most every second character is a separator.
        let length = self.length_or_unknown(of);
        let most = most
            .filter(|most| !most.is_bound)
            .and_then(|most| self.number(most));
        let element = Value {
            sum: Some(length.clone()),
            ..Value::sized(Kind::Str, Some(length.clone())).bounded(true)
        };
        self.grade = self.grade.join(Grade::Upper);
        let mut words = &length + &Expr::one();
        if let Some(most) = most.filter(Expr::is_nonnegative) {
            words = words.minimum(&(&most + &Expr::one()));
        }
        let (head, each) = sizes::head(self.context.input.sizes, Kind::Str);
        let bytes = &(&words * &number(head)) + &(&length * &number(each));
        let line = self.builtin_line(Kind::Str, words.clone(), bytes);
        self.split.insert(to);
        self.allocate(line, Owner::Result(to));
        let value = self.fitted(Kind::List, Expr::ZERO, Some(element), to);
        if let Some(container) = value.container {
            self.lengthen(container, &words);
        }
        self.set(to, value.bounded(true));
    }

    pub(super) fn byte_strings(
        &mut self,
        to: Var,
        name: &str,
        vars: &[Var],
        values: &[Value],
    ) -> bool {
        let kind = if name == "bytes" {
            Kind::Bytes
        } else {
            Kind::ByteArray
        };
        let [of] = values else {
            if values.is_empty() {
                let bytes = number(self.context.input.sizes.bytes.bytearray);
                if kind == Kind::ByteArray {
                    let value = self.fitted(kind, Expr::ZERO, None, to);
                    self.set(to, value);
                    return true;
                }
                self.one(kind, bytes, Owner::Var(to));
                self.set(to, Value::sized(kind, Some(Expr::ZERO)));
                return true;
            }
            return false;
        };
        let own = self.kind_at(vars, 0);
        let length =
            if is_sequence(own) || matches!(own, Kind::Iterator | Kind::Range | Kind::Generator) {
                Some(self.length_or_unknown(of))
            } else {
                self.number(of)
            };
        let length = length.unwrap_or_else(|| self.number_or_unknown(of));
        if kind == Kind::ByteArray {
            let value = self.fitted(kind, length, None, to);
            self.set(to, value.bounded(of.is_bound));
            return true;
        }
        self.sequence(to, kind, length, None, of.is_bound);
        true
    }
}

/// The bytes of each character of ASCII text in an encoding, and of a mark before all.
fn encoded(encoding: Option<Option<&str>>) -> (i64, u64) {
    let Some(Some(name)) = encoding else {
        return if encoding.is_none() { (1, 0) } else { (4, 4) };
    };
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf-8" | "utf8" | "ascii" | "latin-1" | "latin1" | "iso-8859-1" | "cp1252" => (1, 0),
        "utf-8-sig" => (1, 3),
        "utf-16" | "utf16" | "utf-16-le" | "utf-16-be" => (2, 2),
        _ => (4, 4),
    }
}
