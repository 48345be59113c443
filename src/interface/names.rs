//! Names of Python: identifiers made of any text, each once, and quoted strings.

use std::collections::BTreeSet;
use std::fmt::Write;

/// Words that are no identifiers, and names that the module gives a meaning.
const RESERVED: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "sympy",
    "GoldenRatio",
    "Max",
    "Min",
    "Rational",
    "Sum",
    "ceiling",
    "floor",
    "log",
    "INTERFACES",
    "ValueError",
    "abs",
    "callable",
    "hasattr",
    "len",
];

/// Names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// Takes a name as it is.
    pub(super) fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// An identifier like `text` that is not taken yet, and is now.
    pub(super) fn unique(&mut self, text: &str) -> String {
        let base = identifier(text);
        let mut name = base.clone();
        let mut number = 2;
        while RESERVED.contains(&name.as_str()) || self.taken.contains(&name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        self.taken.insert(name.clone());
        name
    }
}

fn identifier(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name.to_owned()
    } else {
        format!("m_{name}")
    }
}

/// A text as a string of Python.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            // Writing to a string does not fail.
            _ if letter.is_control() => {
                let _ = write!(quoted, "\\U{:08x}", letter as u32);
            }
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers_and_unique() {
        let mut names = Names::default();
        names.take("xs");
        assert_eq!(names.unique("len(xs[*])"), "len_xs");
        assert_eq!(names.unique("len(xs)"), "len_xs_2");
        assert_eq!(names.unique("xs"), "xs_2");
        assert_eq!(names.unique("lambda"), "lambda_2");
        assert_eq!(names.unique("2^n"), "m_2_n");
    }

    #[test]
    fn strings_are_quoted() {
        assert_eq!(quoted("a\"b\\c\n"), "\"a\\\"b\\\\c\\U0000000a\"");
    }
}
