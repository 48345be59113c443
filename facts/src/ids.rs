//! Identifiers: dense `u32` newtypes, `Copy`, ordered, never strings.

use crate::symbols::Symbol;

/// A column type of a relation: how it is moved to its place in the whole program,
/// and how it is written to and read from a tab-separated file.
pub trait Column: Copy + Ord {
    /// Moves a file-local value to its place in the program.
    fn relocate(self, by: &Relocation<'_>) -> Self;
    /// Writes the value as one tab-separated field.
    fn write(self, out: &mut String, symbols: &crate::Symbols);
    /// Reads the value back; the error says what was expected.
    fn read(text: &str, symbols: &mut crate::Symbols) -> Result<Self, &'static str>;
    /// The number of an identifier; 0 for what is none.
    fn number(self) -> u32 {
        0
    }
    /// The name of the column's type in the schema.
    const TYPE: &'static str;
}

/// Where the identifiers of one file start in the whole program.
#[derive(Debug, Clone, Copy)]
pub struct Relocation<'a> {
    /// The first variable.
    pub var: u32,
    /// The first object.
    pub object: u32,
    /// The first call.
    pub call: u32,
    /// The first region.
    pub region: u32,
    /// File-local symbol to program symbol.
    pub symbols: &'a [Symbol],
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $field:ident, $prefix:literal, $type:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub u32);

        impl $name {
            /// The identifier as an index into a dense table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl Column for $name {
            const TYPE: &'static str = $type;

            fn relocate(self, by: &Relocation<'_>) -> Self {
                Self(self.0 + by.$field)
            }

            fn number(self) -> u32 {
                self.0
            }

            fn write(self, out: &mut String, _: &crate::Symbols) {
                out.push_str($prefix);
                out.push_str(&self.0.to_string());
            }

            fn read(text: &str, _: &mut crate::Symbols) -> Result<Self, &'static str> {
                text.strip_prefix($prefix)
                    .and_then(|digits| digits.parse().ok())
                    .map(Self)
                    .ok_or(concat!("expected an identifier like ", $prefix, "12"))
            }
        }
    };
}

id!(
    /// A variable: one SSA name of a function, or a cell shared between functions.
    Var, var, "v", "variable"
);
id!(
    /// An abstract object: an allocation site, a function, a class, a module, a library's name.
    Obj, object, "o", "object"
);
id!(
    /// A call site, explicit (`f(x)`) or implied by syntax (`a + b`, `for`, `with`).
    Call, call, "c", "call"
);
id!(
    /// A region: a stretch of execution with one entry.
    Region, region, "r", "region"
);

/// A field of an object: an attribute, a constant key or index of a container, or one of the
/// summaries of a container's elements. Two tag bits and thirty bits of payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field(u32);

/// What a [`Field`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// The attribute of that name.
    Attribute(Symbol),
    /// The element under that constant string key.
    Key(Symbol),
    /// The element at that constant index.
    Index(u32),
    /// Elements stored under keys that are not known.
    Unknown,
    /// Any element, however it was stored; only read.
    All,
    /// The keys of a dict.
    Keys,
}

const PAYLOAD: u32 = (1 << 30) - 1;
const INDEX_LIMIT: u32 = PAYLOAD - 3;

impl Field {
    /// Elements stored under keys that are not known.
    pub const UNKNOWN: Self = Self((2 << 30) | PAYLOAD);
    /// Any element, however it was stored.
    pub const ALL: Self = Self((2 << 30) | (PAYLOAD - 1));
    /// The keys of a dict.
    pub const KEYS: Self = Self((2 << 30) | (PAYLOAD - 2));

    /// The attribute `name`.
    #[must_use]
    pub fn attribute(name: Symbol) -> Self {
        Self(name.0 & PAYLOAD)
    }

    /// The element under the constant string `key`.
    #[must_use]
    pub fn key(key: Symbol) -> Self {
        Self((1 << 30) | (key.0 & PAYLOAD))
    }

    /// The element at `index`; indices past the representable ones share [`Field::UNKNOWN`].
    #[must_use]
    pub fn index(index: u32) -> Self {
        if index < INDEX_LIMIT {
            Self((2 << 30) | index)
        } else {
            Self::UNKNOWN
        }
    }

    /// What the field stands for.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        match self {
            Self::UNKNOWN => FieldKind::Unknown,
            Self::ALL => FieldKind::All,
            Self::KEYS => FieldKind::Keys,
            Self(bits) => match bits >> 30 {
                0 => FieldKind::Attribute(Symbol(bits & PAYLOAD)),
                1 => FieldKind::Key(Symbol(bits & PAYLOAD)),
                _ => FieldKind::Index(bits & PAYLOAD),
            },
        }
    }

    /// Whether the field holds an element of a container (and not an attribute or a key).
    #[must_use]
    pub fn is_element(self) -> bool {
        self.is_constant_element() || self == Self::UNKNOWN
    }

    /// Whether the field is an attribute.
    #[must_use]
    pub fn is_attribute(self) -> bool {
        matches!(self.kind(), FieldKind::Attribute(_))
    }

    /// Whether the field is an element under a constant key or index.
    #[must_use]
    pub fn is_constant_element(self) -> bool {
        self.0 >> 30 != 0 && (self.0 & PAYLOAD) < INDEX_LIMIT
    }

    /// The constant index `by` places further on; other fields stay as they are.
    #[must_use]
    pub fn shifted(self, by: u32) -> Self {
        match self.kind() {
            FieldKind::Index(index) => Self::index(index.saturating_add(by)),
            _ => self,
        }
    }
}

impl Column for Field {
    const TYPE: &'static str = "field";

    fn relocate(self, by: &Relocation<'_>) -> Self {
        match self.kind() {
            FieldKind::Attribute(name) => Self::attribute(name.relocate(by)),
            FieldKind::Key(key) => Self::key(key.relocate(by)),
            _ => self,
        }
    }

    fn write(self, out: &mut String, symbols: &crate::Symbols) {
        match self.kind() {
            FieldKind::Attribute(name) => {
                out.push('.');
                name.write(out, symbols);
            }
            FieldKind::Key(key) => {
                out.push('=');
                key.write(out, symbols);
            }
            FieldKind::Index(index) => {
                out.push('#');
                out.push_str(&index.to_string());
            }
            FieldKind::Unknown => out.push('?'),
            FieldKind::All => out.push('*'),
            FieldKind::Keys => out.push('@'),
        }
    }

    fn read(text: &str, symbols: &mut crate::Symbols) -> Result<Self, &'static str> {
        const EXPECTED: &str = "expected a field: .name, =key, #index, ?, * or @";
        match text {
            "?" => return Ok(Self::UNKNOWN),
            "*" => return Ok(Self::ALL),
            "@" => return Ok(Self::KEYS),
            _ => {}
        }
        if let Some(name) = text.strip_prefix('.') {
            Ok(Self::attribute(Symbol::read(name, symbols)?))
        } else if let Some(key) = text.strip_prefix('=') {
            Ok(Self::key(Symbol::read(key, symbols)?))
        } else {
            text.strip_prefix('#')
                .and_then(|digits| digits.parse().ok())
                .map(Self::index)
                .ok_or(EXPECTED)
        }
    }
}

impl Column for u32 {
    const TYPE: &'static str = "number";

    fn relocate(self, _: &Relocation<'_>) -> Self {
        self
    }

    fn write(self, out: &mut String, _: &crate::Symbols) {
        out.push_str(&self.to_string());
    }

    fn read(text: &str, _: &mut crate::Symbols) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "expected a number")
    }
}
