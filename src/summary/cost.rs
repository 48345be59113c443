//! What is requested or alive, as lists of terms while a function is interpreted.

use std::collections::BTreeMap;

use heapcast_facts::Obj;
use serde::{Deserialize, Serialize};

use crate::algebra::{self, CostTerm, Expr, Grade, Graded, TypeName};

/// Where something is allocated: a line of a function. What a callee allocates is counted on the
/// line of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Site {
    /// The number of the function (or module) whose code stands there.
    pub function: u32,
    /// The line, from 1.
    pub line: u32,
}

impl Site {
    /// The function (or module) whose code stands there.
    #[must_use]
    pub fn object(self) -> Obj {
        Obj(self.function)
    }
}

/// Objects of one type from one line.
pub type Line = CostTerm<Site>;

/// What is allocated, by line and type.
pub type Cost = algebra::Cost<Site>;

/// What is alive at the moments that may be the peak.
pub type Peak = algebra::Moments<Site>;

/// A cost with more lines than this is summed up by type, then altogether.
const MAX_LINES: usize = 32;

/// Formulas that are read have at most about that many terms.
pub(super) const MAX_TERMS: usize = 96;

/// And formulas that only interfaces have, which are made of many unknowns that their runs show.
pub(super) const MAX_COUNTED_TERMS: usize = 400;

/// The cost of these lines, with fewer of them where there are many.
pub(super) fn compacted(lines: Vec<Line>, (grade, limit): (Grade, usize), site: Site) -> Cost {
    let mut lines = merged(lines);
    if lines.len() > MAX_LINES {
        lines = at_site(&lines, site);
    }
    if lines.len() > MAX_LINES {
        lines = vec![CostTerm {
            site,
            type_name: TypeName::new("object"),
            count: objects_of(&lines),
            bytes: bytes_of(&lines),
        }];
    }
    Cost::from_terms(lines).graded(grade).coarsen(limit)
}

/// The cost of these lines, all of them.
pub(super) fn uncompacted(lines: Vec<Line>, (grade, limit): (Grade, usize)) -> Cost {
    let cost = Cost::from_terms(merged(lines));
    cost.graded(grade).coarsen(limit)
}

/// The peak of these moments, which are one where they are large.
pub(super) fn peak(moments: &[Vec<Line>], cost: impl Fn(Vec<Line>) -> Cost) -> Peak {
    let mut lines = moments.iter().flatten();
    let left = lines.try_fold(4 * MAX_SEARCHED, |left, line| line.bytes.terms_left(left));
    if moments.len() > 1 && left.is_none() {
        let joined = moments.iter().cloned().reduce(either);
        return Peak::of(cost(joined.unwrap_or_default()).graded(Grade::Upper));
    }
    Peak::of_all(moments.iter().map(|lines| cost(lines.clone())).collect())
}

/// The line with both formulas mapped; the grade is that of the worse one.
pub(super) fn map(line: &Line, by: impl Fn(&Expr) -> Graded) -> (Line, Grade) {
    let (count, bytes) = (by(&line.count), by(&line.bytes));
    let mapped = CostTerm {
        site: line.site,
        type_name: line.type_name.clone(),
        count: count.value,
        bytes: bytes.value,
    };
    (mapped, count.grade.join(bytes.grade))
}

/// The line with both formulas replaced.
pub(super) fn mapped(line: &Line, by: impl Fn(&Expr) -> Expr) -> Line {
    CostTerm {
        count: by(&line.count),
        bytes: by(&line.bytes),
        ..line.clone()
    }
}

/// That many of it.
pub(super) fn times(line: &Line, by: &Expr) -> Line {
    mapped(line, |expr| by * expr)
}

pub(super) fn bytes_of(lines: &[Line]) -> Expr {
    Expr::total(lines.iter().map(|line| &line.bytes))
}

pub(super) fn objects_of(lines: &[Line]) -> Expr {
    Expr::total(lines.iter().map(|line| &line.count))
}

/// Sorts lines and adds those of the same site and type.
pub(super) fn merged(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| {
        a.site
            .cmp(&b.site)
            .then_with(|| a.type_name.cmp(&b.type_name))
    });
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
    let sums = types.into_iter().map(|(type_name, lines)| CostTerm {
        site,
        type_name: type_name.clone(),
        count: Expr::total(lines.iter().map(|line| &line.count)),
        bytes: Expr::total(lines.iter().map(|line| &line.bytes)),
    });
    sums.collect()
}

/// Formulas with more terms than this are not searched for proofs.
const MAX_SEARCHED: usize = 12;

fn is_small(one: &Expr, other: &Expr) -> bool {
    let left = one.terms_left(MAX_SEARCHED);
    left.is_some_and(|left| other.has_at_most(left))
}

/// Whether a formula is known to be nowhere below another one; of large ones, by their terms.
pub(super) fn covers(one: &Expr, other: &Expr) -> bool {
    one.covers(other) || (is_small(one, other) && one.dominates(other))
}

/// A formula that is nowhere below either; of small ones the maximum.
pub(super) fn greater(one: &Expr, other: &Expr) -> Expr {
    if one.covers(other) {
        return one.clone();
    }
    if other.covers(one) {
        return other.clone();
    }
    if is_small(one, other) {
        return one.maximum(other);
    }
    one.bounded_maximum(other)
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
    if covers(&a.0, &b.0) && covers(&a.1, &b.1) {
        return first;
    }
    if covers(&b.0, &a.0) && covers(&b.1, &a.1) {
        return second;
    }
    let all = || first.iter().chain(&second);
    let Some(lead) = all().next() else {
        return first;
    };
    let same = all().all(|line| line.type_name == lead.type_name);
    vec![CostTerm {
        site: lead.site,
        type_name: if same {
            lead.type_name.clone()
        } else {
            TypeName::new("either")
        },
        count: greater(&a.1, &b.1),
        bytes: greater(&a.0, &b.0),
    }]
}
