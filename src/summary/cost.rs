//! What is requested or alive, line by line.
//!
//! A line keeps the bytes of all its objects together, not of each: of `bytearray(i)` in a loop
//! no two have the same size. Bytes, objects and breakdowns are sums over the same lines, so they
//! always agree.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use heapcast_facts::Obj;

use crate::algebra::{Expr, Grade, Graded, Substitution, Symbol};

/// Where something is allocated: a line of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The function (or module) whose code stands there.
    pub function: Obj,
    /// The line, from 1.
    pub line: u32,
}

/// The type that memory is counted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeName {
    /// A builtin type.
    Builtin(&'static str),
    /// A class of the project or of a model.
    Named(Arc<str>),
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin(name) => f.write_str(name),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// Objects of one type from one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where they are allocated; a callee's are counted where it is called.
    pub site: Site,
    /// Their type.
    pub type_name: TypeName,
    /// How many there are. The table of a container is no object of its own.
    pub count: Expr,
    /// The bytes of all of them.
    pub bytes: Expr,
}

impl Line {
    /// The line with both formulas mapped; the grade is that of the worse one.
    pub(super) fn map(&self, by: impl Fn(&Expr) -> Graded) -> (Self, Grade) {
        let (count, bytes) = (by(&self.count), by(&self.bytes));
        let line = Self {
            site: self.site,
            type_name: self.type_name.clone(),
            count: count.value,
            bytes: bytes.value,
        };
        (line, count.grade.join(bytes.grade))
    }

    /// The line with formulas in place of symbols.
    pub(super) fn substitute(&self, substitution: &Substitution) -> Self {
        self.map(|expr| Graded::exact(expr.substitute(substitution))).0
    }
}

/// A sum of lines, and how far the numbers may be trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// Sorted by site and type; no two alike in both.
    lines: Vec<Line>,
    grade: Grade,
}

/// A cost with more lines than this is summed up by type, then altogether.
const MAX_LINES: usize = 64;

impl Cost {
    /// Lines in any order.
    #[must_use]
    pub fn new(lines: Vec<Line>, grade: Grade) -> Self {
        Self { lines: merged(lines), grade }
    }

    /// The lines, sorted by site and type.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// All bytes.
    #[must_use]
    pub fn bytes(&self) -> Expr {
        bytes_of(&self.lines)
    }

    /// The number of objects.
    #[must_use]
    pub fn objects(&self) -> Expr {
        objects_of(&self.lines)
    }

    /// How far the numbers may be trusted: `open` as soon as a memory-critical variable occurs.
    #[must_use]
    pub fn grade(&self) -> Grade {
        let open = |expr: &Expr| expr.free_symbols().iter().any(Symbol::is_mcv);
        if self.lines.iter().any(|line| open(&line.count) || open(&line.bytes)) {
            Grade::Open
        } else {
            self.grade
        }
    }

    /// The same with fewer lines where there are many.
    pub(super) fn compacted(self, site: Site) -> Self {
        if self.lines.len() <= MAX_LINES {
            return self;
        }
        let by_type = at_site(&self.lines, site);
        let lines = if by_type.len() <= MAX_LINES {
            by_type
        } else {
            vec![Line {
                site,
                type_name: TypeName::Builtin("object"),
                count: objects_of(&by_type),
                bytes: bytes_of(&by_type),
            }]
        };
        Self { lines, grade: self.grade }
    }

    pub(super) fn substitute(&self, substitution: &Substitution) -> Self {
        let lines = self.lines.iter().map(|line| line.substitute(substitution));
        Self::new(lines.collect(), self.grade)
    }
}

/// What may be alive at the moment of the peak: one of several costs, whichever is greatest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peak {
    /// The moments, none of which is known to be below another one.
    pub moments: Vec<Cost>,
}

impl Peak {
    /// The most bytes alive at one moment.
    #[must_use]
    pub fn bytes(&self) -> Expr {
        Expr::max_of(self.moments.iter().map(Cost::bytes))
    }

    /// The most objects alive at one moment.
    #[must_use]
    pub fn objects(&self) -> Expr {
        Expr::max_of(self.moments.iter().map(Cost::objects))
    }

    /// How far the numbers may be trusted.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.moments.iter().map(Cost::grade).fold(Grade::Exact, Grade::join)
    }
}

pub(super) fn bytes_of(lines: &[Line]) -> Expr {
    Expr::total(lines.iter().map(|line| &line.bytes))
}

pub(super) fn objects_of(lines: &[Line]) -> Expr {
    Expr::total(lines.iter().map(|line| &line.count))
}

/// Sorts lines and adds those of the same site and type.
pub(super) fn merged(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| a.site.cmp(&b.site).then_with(|| a.type_name.cmp(&b.type_name)));
    lines.dedup_by(|next, kept| {
        let same = next.site == kept.site && next.type_name == kept.type_name;
        if same {
            kept.count = &kept.count + &next.count;
            kept.bytes = &kept.bytes + &next.bytes;
        }
        same
    });
    lines.retain(|line| !line.count.is_zero() || !line.bytes.is_zero());
    lines
}

/// The lines summed up by type and counted at `site`.
pub(super) fn at_site(lines: &[Line], site: Site) -> Vec<Line> {
    let mut types: BTreeMap<&TypeName, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        types.entry(&line.type_name).or_default().push(line);
    }
    let sums = types.into_iter().map(|(type_name, lines)| Line {
        site,
        type_name: type_name.clone(),
        count: Expr::total(lines.iter().map(|line| &line.count)),
        bytes: Expr::total(lines.iter().map(|line| &line.bytes)),
    });
    sums.collect()
}

/// Lines that are nowhere below those of either way of execution.
pub(super) fn either(one: Vec<Line>, other: Vec<Line>) -> Vec<Line> {
    if other.is_empty() || one == other {
        return one;
    }
    if one.is_empty() {
        return other;
    }
    let (first, second) = (merged(one), merged(other));
    let [a, b] = [&first, &second].map(|lines| (bytes_of(lines), objects_of(lines)));
    if a.0.dominates(&b.0) && a.1.dominates(&b.1) {
        return first;
    }
    if b.0.dominates(&a.0) && b.1.dominates(&a.1) {
        return second;
    }
    let all = || first.iter().chain(&second);
    let Some(lead) = all().next() else {
        return first;
    };
    let same = all().all(|line| line.type_name == lead.type_name);
    vec![Line {
        site: lead.site,
        type_name: if same { lead.type_name.clone() } else { TypeName::Builtin("either") },
        count: a.1.maximum(&b.1),
        bytes: a.0.maximum(&b.0),
    }]
}
