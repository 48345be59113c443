//! Reads one model file.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::definition::{Binding, Class, Definition, Function, Kind};
use super::error::{ModelError, Place};
use super::parser::{self, SyntaxError};
use super::signature::{self, Signature};
use super::size::{Allocation, FunctionCost, Growth, SizeExpr};
use super::syntax::{self, Body};

type Table<'t> = DeTable<'t>;
type Value<'t> = Spanned<DeValue<'t>>;

/// Reads `text`; every error found is pushed to `errors`.
pub(super) fn definitions(
    file: &str,
    text: &str,
    errors: &mut Vec<ModelError>,
) -> Vec<(String, Definition)> {
    let mut reader = Reader {
        file: file.into(),
        line_starts: line_starts(text),
        module: String::new(),
        found: Vec::new(),
        names: BTreeSet::new(),
        errors,
    };
    match DeTable::parse(text) {
        Ok(table) => reader.file(table.get_ref()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reader.error(at, error.message());
        }
    }
    reader.found
}

struct Reader<'r> {
    file: Arc<str>,
    line_starts: Vec<usize>,
    module: String,
    found: Vec<(String, Definition)>,
    names: BTreeSet<String>,
    errors: &'r mut Vec<ModelError>,
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        Place {
            file: Arc::clone(&self.file),
            line: self.line_starts.partition_point(|start| *start <= offset),
        }
    }

    fn error(&mut self, offset: usize, message: impl Into<String>) {
        let error = self.place(offset).error(message);
        self.errors.push(error);
    }

    fn syntax(&mut self, offset: usize, text: &str, error: &SyntaxError) {
        let SyntaxError { column, message } = error;
        self.error(offset, format!("{message} (column {column} of {text:?})"));
    }

    /// `name` after the file's module.
    fn full(&self, name: &str) -> String {
        if self.module.is_empty() {
            name.into()
        } else {
            format!("{}.{name}", self.module)
        }
    }

    fn define(&mut self, offset: usize, full: String, kind: Kind) {
        if !full.split('.').all(is_name) {
            self.error(offset, format!("`{full}` is not a dotted name"));
            return;
        }
        if !self.names.insert(full.clone()) {
            self.error(offset, format!("`{full}` is defined twice in this file"));
            return;
        }
        let (owner, name) = full.rsplit_once('.').unwrap_or(("", &full));
        let definition = Definition {
            place: self.place(offset),
            owner: owner.into(),
            name: name.into(),
            kind,
            hidden: false,
        };
        self.found.push((full, definition));
    }

    fn define_hidden(&mut self, offset: usize, full: String, kind: Kind, hidden: bool) {
        let before = self.found.len();
        self.define(offset, full, kind);
        for (_, definition) in self.found.iter_mut().skip(before) {
            definition.hidden = hidden;
        }
    }

    fn file(&mut self, table: &Table<'_>) {
        if let Some(name) = table.get("module") {
            self.module = self.string(name).unwrap_or_default();
            let module = self.module.clone();
            self.define(name.span().start, module, Kind::Module);
        }
        for (key, value) in table {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "module" => {}
                "names" => self.each_table(value, Self::module),
                "class" => self.each_table(value, Self::class),
                "function" => self.each_table(value, |reader, name, at, table| {
                    reader.function(name, at, table, Binding::Free);
                }),
                "method" => self.each_table(value, |reader, name, at, table| {
                    reader.function(name, at, table, Binding::Plain);
                }),
                "property" => self.each_table(value, |reader, name, at, table| {
                    reader.function(name, at, table, Binding::Property);
                }),
                list if !self.module.is_empty() => {
                    let module = self.module.clone();
                    self.member_list(&module, at, list, value);
                }
                other => self.error(at, format!("unknown key `{other}` at the top of the file")),
            }
        }
    }

    fn each_table(
        &mut self,
        value: &Value<'_>,
        mut read: impl FnMut(&mut Self, &str, usize, &Table<'_>),
    ) {
        let Some(tables) = self.table(value) else {
            return;
        };
        for (key, value) in tables {
            if let Some(table) = self.table(value) {
                read(self, key.get_ref(), key.span().start, table);
            }
        }
    }

    fn module(&mut self, name: &str, at: usize, table: &Table<'_>) {
        let full = self.full(name);
        self.define(at, full.clone(), Kind::Module);
        for (key, value) in table {
            self.member_list(&full, key.span().start, key.get_ref(), value);
        }
    }

    /// The compact lists of a module.
    fn member_list(&mut self, owner: &str, at: usize, key: &str, value: &Value<'_>) {
        match key {
            "plain" => self.plain(owner, value, false, Binding::Free),
            "constants" => self.values(owner, value),
            "aliases" => self.aliases(owner, value),
            "exceptions" => self.exceptions(owner, value),
            _ => self.error(at, format!("unknown key `{key}` of module `{owner}`")),
        }
    }

    fn class(&mut self, name: &str, at: usize, table: &Table<'_>) {
        let full = self.full(name);
        let mut hidden = false;
        let mut class = Class {
            bases: Vec::new(),
            iterates: None,
            shared: false,
            elements: None,
            bytes: None,
        };
        for (key, value) in table {
            let start = key.span().start;
            match key.get_ref().as_ref() {
                "bases" => class.bases = self.plain_strings(value),
                "iterates" => class.iterates = self.iterates(value),
                "shared" => class.shared = self.boolean(value),
                "elements" => class.elements = self.type_of(value),
                "bytes" => class.bytes = self.number(value),
                "plain" => self.plain(&full, value, true, Binding::Plain),
                "static" => self.plain(&full, value, false, Binding::Static),
                "properties" => self.plain(&full, value, true, Binding::Property),
                "attributes" => self.values(&full, value),
                "aliases" => self.aliases(&full, value),
                "hidden" => hidden = self.boolean(value),
                "unchecked" => {
                    self.boolean(value);
                }
                other => self.error(start, format!("unknown key `{other}` of class `{full}`")),
            }
        }
        if class.bases.is_empty() && full != "builtins.object" {
            class.bases.push("builtins.object".into());
        }
        self.define_hidden(at, full, Kind::Class(class), hidden);
    }

    fn iterates(&mut self, value: &Value<'_>) -> Option<syntax::Place> {
        match self.string(value)?.as_str() {
            "[*]" => Some(syntax::Place::All),
            "[keys]" => Some(syntax::Place::Keys),
            other => {
                let message = format!("expected \"[*]\" or \"[keys]\", not {other:?}");
                self.error(value.span().start, message);
                None
            }
        }
    }

    fn type_of(&mut self, value: &Value<'_>) -> Option<syntax::Expr> {
        let text = self.string(value)?;
        signature::whole_type(&text)
            .map_err(|error| self.syntax(value.span().start, &text, &error))
            .ok()
    }

    fn plain(&mut self, owner: &str, value: &Value<'_>, method: bool, binding: Binding) {
        for (at, text) in self.strings(value) {
            match signature::signature(&text, method) {
                Ok(Signature { name, body, cost }) => {
                    let function = Function {
                        binding,
                        body,
                        cost,
                    };
                    let kind = Kind::Function(Box::new(function));
                    self.define(at, format!("{owner}.{name}"), kind);
                }
                Err(error) => self.syntax(at, &text, &error),
            }
        }
    }

    fn values(&mut self, owner: &str, value: &Value<'_>) {
        for (at, text) in self.strings(value) {
            let Some((name, type_text)) = text.split_once(':') else {
                self.error(at, format!("expected `name: type`, not {text:?}"));
                continue;
            };
            let (type_text, length) = match type_text.split_once('~') {
                Some((type_text, length)) => (type_text, length.trim().parse().ok()),
                None => (type_text, None),
            };
            match signature::whole_type(type_text) {
                Ok(value) => {
                    let full = format!("{owner}.{}", name.trim());
                    self.define(at, full, Kind::Value(value, length));
                }
                Err(error) => self.syntax(at, type_text, &error),
            }
        }
    }

    fn aliases(&mut self, owner: &str, value: &Value<'_>) {
        for (at, text) in self.strings(value) {
            let Some((name, target)) = text.split_once('=') else {
                self.error(at, format!("expected `name = other.name`, not {text:?}"));
                continue;
            };
            let kind = Kind::Alias(target.trim().into());
            self.define(at, format!("{owner}.{}", name.trim()), kind);
        }
    }

    fn number(&mut self, value: &Value<'_>) -> Option<u64> {
        let number = value.as_ref().as_integer();
        let found =
            number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        if found.is_none() {
            self.error(value.span().start, "expected a whole number");
        }
        found
    }

    /// `Name(Base, Other)` for classes without members of their own.
    fn exceptions(&mut self, owner: &str, value: &Value<'_>) {
        for (at, text) in self.strings(value) {
            let (name, bases) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
                Some((name, bases)) => (name, bases),
                None => (text.as_str(), "Exception"),
            };
            let bases = bases.split(',').map(|base| base.trim().to_owned());
            let class = Class {
                bases: bases.collect(),
                iterates: None,
                shared: false,
                elements: None,
                bytes: None,
            };
            self.define(at, format!("{owner}.{name}"), Kind::Class(class));
        }
    }

    fn function(&mut self, name: &str, at: usize, table: &Table<'_>, mut binding: Binding) {
        let full = self.full(name);
        let mut hidden = false;
        let mut body = Body::default();
        if binding == Binding::Property {
            body.parameters = signature::parameters(&[(0, "self".into())]).unwrap_or_default();
        }
        let mut cost = FunctionCost::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "params" => self.parameters(value, &mut body),
                "flow" => self.flow(value, &mut body),
                "returns" => self.returns(value, &mut body),
                "singly" => body.singly = self.plain_strings(value),
                "kind" => binding = self.binding(value),
                "allocates" => self.allocations(value, &mut cost),
                "result_length" => cost.result_length = self.size(value),
                "element_length" => cost.element_length = self.size(value),
                "elements_length" => cost.elements_length = self.size(value),
                "grows" => self.growth(value, &mut cost),
                "uncounted" => cost.uncounted = self.boolean(value),
                "gives" => cost.gives = self.string(value),
                "text_of" => cost.text_of = self.string(value),
                "hidden" => hidden = self.boolean(value),
                "unchecked" => {
                    self.boolean(value);
                }
                other => {
                    let message = format!("unknown key `{other}` of function `{full}`");
                    self.error(key.span().start, message);
                }
            }
        }
        let function = Function {
            binding,
            body,
            cost,
        };
        self.define_hidden(at, full, Kind::Function(Box::new(function)), hidden);
    }

    fn binding(&mut self, value: &Value<'_>) -> Binding {
        match self.string(value).as_deref() {
            Some("static") => Binding::Static,
            Some("class") => Binding::Class,
            Some(other) => {
                let message = format!("expected \"static\" or \"class\", not {other:?}");
                self.error(value.span().start, message);
                Binding::Plain
            }
            None => Binding::Plain,
        }
    }

    fn parameters(&mut self, value: &Value<'_>, body: &mut Body) {
        let texts = self.strings(value);
        match signature::parameters(&texts) {
            Ok(parameters) => body.parameters = parameters,
            Err((at, error)) => {
                let text = texts.iter().find(|(other, _)| *other == at);
                let text = text.map_or("", |(_, text)| text);
                self.syntax(at, text, &error);
            }
        }
    }

    fn flow(&mut self, value: &Value<'_>, body: &mut Body) {
        for (at, text) in self.strings(value) {
            match parser::statement(&text) {
                Ok(statement) => body.statements.push((self.place(at).line, statement)),
                Err(error) => self.syntax(at, &text, &error),
            }
        }
    }

    fn returns(&mut self, value: &Value<'_>, body: &mut Body) {
        let Some(text) = self.string(value) else {
            return;
        };
        match parser::expression(&text) {
            Ok(syntax::Expr::Nothing) => {}
            Ok(found) => body.returns = Some((self.place(value.span().start).line, found)),
            Err(error) => self.syntax(value.span().start, &text, &error),
        }
    }

    fn size(&mut self, value: &Value<'_>) -> Option<SizeExpr> {
        let text = self.string(value)?;
        SizeExpr::parse(&text)
            .map_err(|error| self.syntax(value.span().start, &text, &error))
            .ok()
    }

    fn growth(&mut self, value: &Value<'_>, cost: &mut FunctionCost) {
        for (at, text) in self.strings(value) {
            match signature::growth(&text) {
                Ok((parameter, by)) => cost.grows.push(Growth { parameter, by }),
                Err(error) => self.syntax(at, &text, &error),
            }
        }
    }

    fn allocations(&mut self, value: &Value<'_>, cost: &mut FunctionCost) {
        let Some(array) = value.get_ref().as_array() else {
            self.error(value.span().start, "expected an array of tables");
            return;
        };
        for entry in array {
            let Some(table) = self.table(entry) else {
                continue;
            };
            let (mut type_name, mut bytes, mut kept) = (None, None, true);
            for (key, value) in table {
                match key.get_ref().as_ref() {
                    "type" => type_name = self.string(value),
                    "bytes" => bytes = self.size(value),
                    "kept" => kept = self.boolean(value),
                    other => {
                        self.error(key.span().start, format!("unknown key `{other}`"));
                    }
                }
            }
            if let (Some(type_name), Some(bytes)) = (type_name, bytes) {
                cost.allocates.push(Allocation {
                    type_name,
                    bytes,
                    kept,
                });
            } else {
                self.error(entry.span().start, "an allocation has a type and bytes");
            }
        }
    }

    // ---- TOML values ---------------------------------------------------------------------

    fn wrong(&mut self, span: Range<usize>, expected: &str, found: &DeValue<'_>) {
        let message = format!("expected {expected}, not a TOML {}", found.type_str());
        self.error(span.start, message);
    }

    fn table<'v, 't>(&mut self, value: &'v Value<'t>) -> Option<&'v Table<'t>> {
        let found = value.get_ref().as_table();
        if found.is_none() {
            self.wrong(value.span(), "a table", value.get_ref());
        }
        found
    }

    fn string(&mut self, value: &Value<'_>) -> Option<String> {
        let found = value.get_ref().as_str();
        if found.is_none() {
            self.wrong(value.span(), "a string", value.get_ref());
        }
        found.map(str::to_owned)
    }

    fn boolean(&mut self, value: &Value<'_>) -> bool {
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.wrong(value.span(), "true or false", value.get_ref());
        }
        found.unwrap_or(false)
    }

    /// A string or an array of strings, each with its offset.
    fn strings(&mut self, value: &Value<'_>) -> Vec<(usize, String)> {
        match value.get_ref() {
            DeValue::Array(array) => array
                .iter()
                .filter_map(|entry| Some((entry.span().start, self.string(entry)?)))
                .collect(),
            _ => self
                .string(value)
                .map(|text| (value.span().start, text))
                .into_iter()
                .collect(),
        }
    }

    fn plain_strings(&mut self, value: &Value<'_>) -> Vec<String> {
        let found = self.strings(value).into_iter();
        found.map(|(_, text)| text).collect()
    }
}

/// The offset of each line's first byte.
fn line_starts(text: &str) -> Vec<usize> {
    let after_newlines = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after_newlines).collect()
}

fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}
