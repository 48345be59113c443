//! What CPython requests for its objects, by version.
//!
//! The numbers come from the files of `facts/cpython/`, which `measure.py` there writes from
//! measurements; nothing in this module is a size of its own. All sizes are bytes.

use serde::Deserialize;

/// Files in ascending order of versions; the last one is the default.
const TABLES: &[(&str, &str)] = &[
    ("3.9", include_str!("../cpython/3.9.toml")),
    ("3.10", include_str!("../cpython/3.10.toml")),
    ("3.11", include_str!("../cpython/3.11.toml")),
    ("3.12", include_str!("../cpython/3.12.toml")),
    ("3.13", include_str!("../cpython/3.13.toml")),
];

/// The sizes of one CPython version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeTable {
    /// The version, like `3.11`.
    pub version: String,
    /// The release that was measured.
    pub measured_on: String,
    /// Integers.
    pub int: IntSizes,
    /// Strings.
    #[serde(rename = "str")]
    pub string: StrSizes,
    /// Byte strings and byte arrays.
    pub bytes: BytesSizes,
    /// Lists.
    pub list: ListSizes,
    /// Tuples.
    pub tuple: TupleSizes,
    /// Dicts.
    pub dict: DictSizes,
    /// Sets.
    pub set: SetSizes,
    /// Instances of classes written in Python.
    pub instance: InstanceSizes,
    /// Functions and closures.
    pub function: FunctionSizes,
    /// Generators and coroutines.
    pub generator: GeneratorSizes,
    /// What throws a suspended generator out: an exception, its traceback, and the frame that this shows.
    pub closing: GeneratorSizes,
    /// Iterators, views, ranges and slices.
    pub iterator: IteratorSizes,
    /// Everything of one fixed size.
    pub other: OtherSizes,
}

/// Integers: `base + digit * digits`, and nothing for the shared small ones.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntSizes {
    /// The least shared integer.
    pub small_min: i64,
    /// The greatest shared integer.
    pub small_max: i64,
    /// A result of one digit of arithmetic, or a number from a range.
    pub arithmetic: u64,
    /// A result of one digit of `len`.
    pub from_length: u64,
    /// An integer without its digits.
    pub base: u64,
    /// A digit.
    pub digit: u64,
    /// The bits of a digit.
    pub digit_bits: u64,
}

/// Strings, by their widest character: an empty one and a character.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(
    missing_docs,
    reason = "the names are those of the four kinds of strings"
)]
pub struct StrSizes {
    pub ascii: u64,
    pub ascii_character: u64,
    pub latin1: u64,
    pub latin1_character: u64,
    pub ucs2: u64,
    pub ucs2_character: u64,
    pub ucs4: u64,
    pub ucs4_character: u64,
}

/// Byte strings and byte arrays; a byte is one byte.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BytesSizes {
    /// A byte string without its bytes.
    pub bytes: u64,
    /// An empty byte array.
    pub bytearray: u64,
    /// A byte array without its bytes, where it has any.
    pub bytearray_filled: u64,
}

/// Lists: a head and a block of slots, which grows as `(n + (n >> shift) + add)` rounded down
/// to a multiple.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSizes {
    /// An empty list.
    pub head: u64,
    /// A slot.
    pub slot: u64,
    /// See above.
    pub growth_shift: u32,
    /// See above.
    pub growth_add: u64,
    /// See above; a power of two.
    pub growth_multiple: u64,
}

/// Tuples: `head + slot * n`; the empty one is shared.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TupleSizes {
    /// A tuple without its slots.
    pub head: u64,
    /// A slot.
    pub slot: u64,
}

/// Dicts: a head, and from the first entry on a table of `2^k` slots, two thirds of which can
/// be entries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DictSizes {
    /// An empty dict.
    pub head: u64,
    /// A table without slots and entries.
    pub table_head: u64,
    /// An entry while all keys are strings.
    pub str_entry: u64,
    /// An entry otherwise.
    pub entry: u64,
    /// The slots of the first table.
    pub first_slots: u64,
}

/// Sets: a head with the first slots inside, later a table that is at most three fifths full.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSizes {
    /// A set with no table of its own.
    pub head: u64,
    /// A slot.
    pub slot: u64,
    /// The slots inside of the head.
    pub first_slots: u64,
}

/// Instances of classes written in Python.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceSizes {
    /// An instance with its attributes' values, by the number of attributes.
    pub attributes: Vec<u64>,
    /// An instance of a class with `__slots__`, without slots.
    pub slots_head: u64,
    /// A slot.
    pub slot: u64,
    /// `object()`.
    pub object: u64,
}

/// Functions and closures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionSizes {
    /// What `def` or `lambda` makes.
    pub function: u64,
    /// The tuple of captured cells, without its slots.
    pub closure_tuple: u64,
    /// A cell.
    pub cell: u64,
    /// A bound method.
    pub bound_method: u64,
    /// Whether a comprehension makes a function each time that it runs.
    pub comprehension_makes_function: bool,
    /// The builtins that a call makes a tuple of the arguments for; `max(a, b)` and `min(a, b)` then make an
    /// iterator over that, too.
    pub tuple_of_arguments: Vec<String>,
}

/// Generators and coroutines, and what closes them: `base + local * (locals + cells + stack)`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorSizes {
    /// A generator without locals and stack.
    pub base: u64,
    /// A local.
    pub local: u64,
}

/// Iterators, views, ranges and slices, with the iterators that they make for themselves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are those of the objects")]
pub struct IteratorSizes {
    pub list_iterator: u64,
    pub tuple_iterator: u64,
    pub str_iterator: u64,
    pub set_iterator: u64,
    pub dict_iterator: u64,
    pub dict_item_iterator: u64,
    pub dict_view: u64,
    pub range: u64,
    pub range_iterator: u64,
    pub enumerate: u64,
    pub zip: u64,
    pub map: u64,
    pub filter: u64,
    pub reversed: u64,
    pub slice: u64,
}

/// Everything of one fixed size.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherSizes {
    /// A float.
    pub float: u64,
    /// A complex number.
    pub complex: u64,
    /// An exception with one argument.
    pub exception: u64,
    /// One that a builtin raised and a function caught, with its message, its traceback and the frame that this
    /// shows.
    pub caught: u64,
    /// What an empty class statement makes.
    #[serde(rename = "class")]
    pub class_object: u64,
}

/// Why a size table cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeTableError {
    /// There is no table for that version.
    #[error("no size table for Python {version}; there is one for each of {known}")]
    UnknownVersion {
        /// The version asked for.
        version: String,
        /// The versions that have one.
        known: String,
    },
    /// The file is not a size table.
    #[error("{file}:{line}: {message}")]
    Malformed {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

impl SizeTable {
    /// The table of a version like `3.11`, or of the newest one.
    ///
    /// # Errors
    /// There is no such table, or its file is malformed.
    pub fn for_version(version: Option<&str>) -> Result<Self, SizeTableError> {
        let found = match version {
            Some(version) => TABLES.iter().find(|(name, _)| *name == version),
            None => TABLES.last(),
        };
        match found {
            Some((name, text)) => Self::parse(&format!("facts/cpython/{name}.toml"), text),
            None => Err(SizeTableError::UnknownVersion {
                version: version.unwrap_or_default().to_owned(),
                known: Self::versions().collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// The versions that have a table, in ascending order.
    pub fn versions() -> impl Iterator<Item = &'static str> {
        TABLES.iter().map(|(name, _)| *name)
    }

    /// Reads a table from the text of `file`.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, SizeTableError> {
        let malformed = |line, message| SizeTableError::Malformed {
            file: file.to_owned(),
            line,
            message,
        };
        let table: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start).min(text.len());
            let before = text.as_bytes().get(..at).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            malformed(line, error.message().to_owned())
        })?;
        if table.instance.attributes.len() < 2 {
            let line = text.lines().position(|l| l.starts_with("attributes"));
            let message = "attributes: expected the sizes for at least 0 and 1 attributes";
            return Err(malformed(line.unwrap_or(0) + 1, message.to_owned()));
        }
        Ok(table)
    }

    /// The slots that a list has after its length went past its slots, to `length`.
    #[must_use]
    pub fn list_slots(&self, length: u64) -> u64 {
        let rules = &self.list;
        let grown = length
            .saturating_add(length >> rules.growth_shift.min(63))
            .saturating_add(rules.growth_add);
        grown - grown % rules.growth_multiple.max(1)
    }

    /// The slots of a dict's table for `entries` entries; none for an empty dict.
    #[must_use]
    pub fn dict_slots(&self, entries: u64) -> u64 {
        let mut slots = self.dict.first_slots.max(1);
        while slots * 2 / 3 < entries && slots < 1 << 60 {
            slots *= 2;
        }
        if entries == 0 { 0 } else { slots }
    }

    /// The bytes of a dict's table of that many slots.
    #[must_use]
    pub fn dict_table(&self, slots: u64, str_keys: bool) -> u64 {
        if slots == 0 {
            return 0;
        }
        let index = if slots <= 128 {
            1
        } else if slots <= 32768 {
            2
        } else {
            4
        };
        let entry = if str_keys {
            self.dict.str_entry
        } else {
            self.dict.entry
        };
        let entries = (slots * 2 / 3).saturating_mul(entry);
        self.dict
            .table_head
            .saturating_add(slots.saturating_mul(index))
            .saturating_add(entries)
    }

    /// The slots of a set after `used` elements were added one by one, when it had `slots`.
    #[must_use]
    pub fn set_slots(&self, slots: u64, used: u64) -> u64 {
        if used.saturating_mul(5) < slots.saturating_sub(1).saturating_mul(3) {
            return slots;
        }
        let wanted = used.saturating_mul(if used > 50_000 { 2 } else { 4 });
        let mut slots = self.set.first_slots.max(1);
        while slots <= wanted && slots < 1 << 60 {
            slots *= 2;
        }
        slots
    }

    /// The bytes of an instance with that many attributes, and their values' table.
    #[must_use]
    pub fn instance_size(&self, attributes: usize, slotted: bool) -> u64 {
        let count = attributes as u64;
        if slotted {
            return self.instance.slots_head + self.instance.slot * count;
        }
        let measured = &self.instance.attributes;
        measured.get(attributes).copied().unwrap_or_else(|| {
            let table = self.dict_table(self.dict_slots(count), true);
            let least = measured.last().copied().unwrap_or(0);
            (self.dict.head + table + self.instance.slots_head + 2 * self.instance.slot).max(least)
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may fail")]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_a_table() {
        for version in SizeTable::versions() {
            let table = SizeTable::for_version(Some(version)).unwrap();
            assert_eq!(table.version, version);
            assert!(table.measured_on.starts_with(version));
        }
        assert_eq!(SizeTable::for_version(None).unwrap().version, "3.13");
    }

    #[test]
    fn an_unknown_version_is_named_with_the_known_ones() {
        let error = SizeTable::for_version(Some("2.7")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no size table for Python 2.7; there is one for each of 3.9, 3.10, 3.11, 3.12, 3.13"
        );
    }

    #[test]
    fn a_malformed_table_names_file_and_line() {
        let text = include_str!("../cpython/3.11.toml").replace("head = 216", "head = true");
        let error = SizeTable::parse("own.toml", &text).unwrap_err().to_string();
        assert!(error.starts_with("own.toml:"), "{error}");
        assert!(!error.starts_with("own.toml:1:"), "{error}");
    }

    #[test]
    fn containers_grow_as_measured() {
        let table = SizeTable::for_version(Some("3.11")).unwrap();
        assert_eq!([1, 5, 9, 17].map(|n| table.list_slots(n)), [4, 8, 16, 24]);
        assert_eq!(table.dict_table(table.dict_slots(5), true), 184 - 64);
        assert_eq!(table.dict_table(table.dict_slots(1365), true), 26032 - 64);
        assert_eq!(table.dict_table(table.dict_slots(1000), false), 36952 - 64);
        let slots = (1..=100).fold(8, |slots, used| table.set_slots(slots, used));
        assert_eq!(216 + 16 * slots, 8408);
        assert_eq!(table.instance_size(3, false), 96);
        assert_eq!(table.instance_size(3, true), 56);
    }
}
