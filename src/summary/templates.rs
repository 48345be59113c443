//! Templates of text: what `str.format` and `%` make of them.

use heapcast_facts::Var;

use super::calls::Site;
use super::displays::FLOAT_TEXT;
use super::interpret::Interpreter;
use super::loops::positional;
use super::sizes::number;
use super::value::{Kind, Step, Value};
use crate::algebra::Expr;
use crate::ir::{Argument, Layout};

/// A field of a template that values are put into by `str.format`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Field {
    /// The argument, by its number or name.
    name: String,
    /// The attributes and elements that lead from there to what is shown.
    steps: Vec<String>,
    /// Whether `repr` shows it.
    is_repr: bool,
    layout: Layout,
    /// The fields whose numbers are its least width, or the digits after its point.
    nested: Vec<String>,
}

/// A conversion of a format that `%` fills in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Conversion {
    /// The key of a mapping that it shows.
    key: Option<String>,
    width: u64,
    digits: u64,
    letter: char,
}

impl<'a> Interpreter<'a> {
    /// `"{} of {:>8}".format(…)`; whether the template is known.
    pub(super) fn format_call(&mut self, site: Site<'a>, to: Var, template: &Value) -> bool {
        let text = template
            .literal
            .map(|name| self.context.input.symbols.text(name));
        let Some((plain, fields)) = text.and_then(fields) else {
            return false;
        };
        let mut length = number(plain);
        for field in &fields {
            let Some(mut value) = self.argument(site, &field.name) else {
                return false;
            };
            for step in &field.steps {
                value = self.shown_part(&value, step);
            }
            let mut own = match self.laid_out(&value, &field.layout) {
                Some(own) => own,
                None => self.text_or_unknown(&value),
            };
            if field.is_repr && value.kind == Kind::Str {
                own = &own + &number(2);
            }
            for nested in &field.nested {
                let Some(value) = self.argument(site, nested) else {
                    return false;
                };
                own = &own + &self.number_or_unknown(&value);
            }
            length = &length + &own;
        }
        self.sequence(to, Kind::Str, length, None, true);
        true
    }

    /// The argument of that number or name.
    fn argument(&mut self, site: Site<'a>, name: &str) -> Option<Value> {
        let var = match name.parse::<usize>() {
            Ok(at) => positional(site.arguments).nth(at)?,
            Err(_) => {
                let name = self.context.input.symbols.get(name)?;
                site.arguments.iter().find_map(|argument| match argument {
                    Argument::Keyword(own, var) if *own == name => Some(*var),
                    _ => None,
                })?
            }
        };
        let kind = self.kind(var);
        Some(Value {
            kind,
            ..self.value(var)
        })
    }

    /// `.name` or `[key]` of what a field shows.
    fn shown_part(&mut self, value: &Value, step: &str) -> Value {
        let label = format!("{}{step}", Self::label(value));
        let part = match step.strip_prefix('.') {
            Some(name) => match self.context.input.symbols.get(name) {
                Some(name) => self.part(value, Step::Attribute(name)),
                None => Value::default(),
            },
            None => self.part(value, Step::Element),
        };
        match part.label {
            Some(_) => part,
            None => part.labelled(&label),
        }
    }

    /// How long `"format" % values` is at most, where the format is known.
    pub(super) fn formatted(&mut self, format: &Value, values: &Value) -> Option<Expr> {
        let text = self.context.input.symbols.text(format.literal?);
        let (plain, conversions) = conversions(text)?;
        let several = conversions.len() > 1;
        let mut length = number(plain);
        for (at, conversion) in conversions.iter().enumerate() {
            let value = match (&conversion.key, &values.items, values.kind) {
                (Some(key), _, _) => match self.context.input.symbols.get(key) {
                    Some(key) => self.part(values, Step::Key(key)),
                    None => self.part(values, Step::Element),
                },
                (None, Some(items), _) => items.get(at)?.clone(),
                (None, None, Kind::Tuple) => self.part(values, Step::Element),
                (None, None, _) if several => self.part(values, Step::Element),
                (None, None, _) => values.clone(),
            };
            let own = self.converted(&value, conversion);
            length = &length + &own;
        }
        Some(length)
    }

    /// How long a value is as a conversion shows it.
    fn converted(&mut self, value: &Value, conversion: &Conversion) -> Expr {
        let is_number = "diouxXeEfFgG".contains(conversion.letter);
        let own = match self.known_text_length(value) {
            Some(own) => &own + &number(conversion.digits),
            None if conversion.letter == 'c' => Expr::one(),
            None if is_number => &Expr::from(FLOAT_TEXT) + &number(conversion.digits),
            None => self.text_or_unknown(value),
        };
        let own = match conversion.letter {
            'r' | 'a' if value.kind == Kind::Str => &own + &number(2),
            _ => own,
        };
        match conversion.width {
            0 => own,
            width => own.maximum(&number(width)),
        }
    }
}

/// How many characters of a template stand for themselves, and its fields.
fn fields(template: &str) -> Option<(u64, Vec<Field>)> {
    let (mut plain, mut fields, mut counted) = (0, Vec::new(), 0_usize);
    let mut letters = template.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_field = letter == '{' && letters.next_if_eq(&'{').is_none();
        if !is_field {
            if letter == '}' {
                letters.next_if_eq(&'}')?;
            }
            plain += 1;
            continue;
        }
        let (mut inside, mut depth) = (String::new(), 1);
        while depth > 0 {
            let letter = letters.next()?;
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth > 0 {
                inside.push(letter);
            }
        }
        fields.push(field(&inside, &mut counted)?);
    }
    Some((plain, fields))
}

/// What stands between the braces of a field.
fn field(text: &str, counted: &mut usize) -> Option<Field> {
    let (shown, spec) = text.split_once(':').unwrap_or((text, ""));
    let (shown, conversion) = shown.split_once('!').unwrap_or((shown, ""));
    let end = shown.find(['.', '[']).unwrap_or(shown.len());
    let (name, path) = shown.split_at(end);
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let inner = rest.get(1..)?;
        let end = inner.find(['.', '[']).map_or(rest.len(), |end| end + 1);
        steps.push(rest.get(..end)?.to_owned());
        rest = rest.get(end..)?;
    }
    let name = numbered(name, counted);
    let (mut own, mut nested) = (String::new(), Vec::new());
    let mut rest = spec;
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, after) = after.split_once('}')?;
        own.push_str(before);
        nested.push(numbered(inner, counted));
        rest = after;
    }
    own.push_str(rest);
    Some(Field {
        name,
        steps,
        is_repr: matches!(conversion, "r" | "a"),
        layout: Layout::parse(&own),
        nested,
    })
}

/// The name of an argument; one without a name has the next number.
fn numbered(name: &str, counted: &mut usize) -> String {
    match name {
        "" => {
            *counted += 1;
            (*counted - 1).to_string()
        }
        name => name.to_owned(),
    }
}

/// How many characters of a format stand for themselves, and its conversions; nothing where a width is an
/// argument of its own.
fn conversions(format: &str) -> Option<(u64, Vec<Conversion>)> {
    let mut plain = 0;
    let mut found = Vec::new();
    let mut letters = format.chars().peekable();
    let digits = |letters: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        let mut number = 0_u64;
        while let Some(digit) = letters.next_if(char::is_ascii_digit) {
            let digit = u64::from(digit.to_digit(10).unwrap_or(0));
            number = number.saturating_mul(10).saturating_add(digit);
        }
        number
    };
    while let Some(letter) = letters.next() {
        if letter != '%' || letters.next_if_eq(&'%').is_some() {
            plain += 1;
            continue;
        }
        let mut conversion = Conversion::default();
        if letters.next_if_eq(&'(').is_some() {
            let key: String = letters.by_ref().take_while(|own| *own != ')').collect();
            conversion.key = Some(key);
        }
        while letters.next_if(|next| "#0- +".contains(*next)).is_some() {
            conversion.digits += 1;
        }
        conversion.width = digits(&mut letters);
        if letters.next_if_eq(&'.').is_some() {
            conversion.digits += 1 + digits(&mut letters);
        }
        conversion.letter = letters.next().filter(|letter| *letter != '*')?;
        // A point and six digits, unless it says how many.
        if conversion.digits == 0 && "eEfFgG".contains(conversion.letter) {
            conversion.digits = 7;
        }
        found.push(conversion);
    }
    Some((plain, found))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may fail")]

    use super::{conversions, fields};

    #[test]
    fn fields_have_names_parts_and_nested_widths() {
        let (plain, found) = fields("{}: {0.name[1]!r:>8} {{}} {x:{}.2f}").unwrap();
        assert_eq!(plain, 6);
        let names: Vec<&str> = found.iter().map(|field| &*field.name).collect();
        assert_eq!(names, ["0", "0", "x"]);
        let [first, second, third] = found.as_slice() else {
            panic!()
        };
        assert_eq!(first.layout.width, 0);
        assert_eq!(second.steps, [".name", "[1]"]);
        assert!(second.is_repr && second.layout.width == 8);
        assert_eq!(third.nested, ["1"]);
        assert!(fields("{").is_none() && fields("}").is_none());
    }

    #[test]
    fn conversions_have_keys_widths_and_digits() {
        let (plain, found) = conversions("%(key)s %-8d 100%% %.2f%r").unwrap();
        assert_eq!(plain, 7);
        let letters: String = found.iter().map(|own| own.letter).collect();
        assert_eq!(letters, "sdfr");
        assert_eq!(found.iter().map(|own| own.width).max(), Some(8));
        assert_eq!(found.get(2).map(|own| own.digits), Some(3));
        assert!(conversions("%*d").is_none());
    }
}
