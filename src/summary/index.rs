//! Sorted relations by their first column.

use super::SummaryInput;

/// Where the rows of each key start in a sorted relation.
pub(super) struct Starts(Vec<u32>);

impl Starts {
    fn of<T>(relation: &[T], key: impl Fn(&T) -> usize) -> Self {
        let count = relation.last().map_or(0, |last| key(last) + 1);
        let mut starts = Vec::with_capacity(count + 1);
        for (at, row) in (0..).zip(relation) {
            starts.resize(starts.len().max(key(row) + 1), at);
        }
        starts.resize(count + 1, u32::try_from(relation.len()).unwrap_or(u32::MAX));
        Self(starts)
    }

    pub(super) fn rows<'r, T>(&self, relation: &'r [T], key: usize) -> &'r [T] {
        let range = self.0.get(key).zip(self.0.get(key + 1));
        let rows = range.and_then(|(start, end)| relation.get(*start as usize..*end as usize));
        rows.unwrap_or_default()
    }
}

/// Where the rows of those relations start that are looked at in most steps.
pub(super) struct Index {
    pub(super) targets: Starts,
    pub(super) instantiates: Starts,
    pub(super) receivers: Starts,
    pub(super) points_to: Starts,
    pub(super) outlives: Starts,
    pub(super) parts_outlive: Starts,
}

impl Index {
    pub(super) fn of(input: &SummaryInput<'_>) -> Self {
        let derived = input.derived;
        Self {
            targets: Starts::of(&derived.call_target, |row| row.0.index()),
            instantiates: Starts::of(&derived.instantiates, |row| row.0.index()),
            receivers: Starts::of(&derived.call_receiver, |row| row.0.index()),
            points_to: Starts::of(&derived.var_points_to, |row| row.0.index()),
            outlives: Starts::of(&derived.outlives, |row| row.0.index()),
            parts_outlive: Starts::of(input.parts_outlive, |row| row.0.index()),
        }
    }
}
