//! Sizes as formulas: the growth of containers, exact for numbers and bounded for symbols.

use heapcast_facts::cpython::SizeTable;

use super::value::Kind;
use crate::algebra::{Atom, Expr, Rational};

/// Growth is followed step by step up to this length, and bounded beyond.
const MAX_STEPS: i64 = 1 << 20;

/// What the table of a growing container costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Growth {
    /// The bytes of all tables requested on the way.
    pub(super) requested: Expr,
    /// The bytes of the table afterwards.
    pub(super) table: Expr,
    /// The bytes of an older table that is alive while its elements move.
    pub(super) moving: Expr,
    /// The slots of a list's table, where they are known.
    pub(super) slots: Option<u64>,
    /// Whether the numbers are exact.
    pub(super) exact: bool,
}

pub(super) fn number(value: u64) -> Expr {
    Expr::from(i64::try_from(value).unwrap_or(i64::MAX))
}

/// The bytes of an integer's digits of 30 bits, beyond the two that each integer is counted with.
pub(super) fn digits(bits: &Expr) -> Expr {
    bits.floor_div(&Expr::from(30)).scale(&4.into())
}

/// The table of a container of `kind` that grows one by one from `from` to `to` elements, where a
/// list has had that many slots so far.
pub(super) fn grow(
    table: &SizeTable,
    kind: Kind,
    from: &Expr,
    to: &Expr,
    slots: Option<u64>,
) -> Growth {
    let small = |expr: &Expr| {
        let value = expr.as_constant()?.to_i64()?;
        (0..=MAX_STEPS)
            .contains(&value)
            .then_some(value.unsigned_abs())
    };
    let known = small(from).zip(small(to));
    match (kind, known) {
        (Kind::List, Some((_, to))) if slots.is_some() => list_steps(table, slots.unwrap_or(0), to),
        (Kind::Dict, Some((from, to))) => dict_steps(table, from, to),
        (Kind::Set, Some((0, to))) => set_steps(table, to),
        (Kind::Dict, _) => dict_bound(table, to),
        (Kind::Set | Kind::FrozenSet, _) => set_bound(table, to),
        // The slots of bytes are not larger than they; how many more there are than used is about
        // the same.
        (Kind::ByteArray, _) => in_bytes(table, list_bound(table, from, to)),
        _ => list_bound(table, from, to),
    }
}

fn list_steps(table: &SizeTable, mut slots: u64, to: u64) -> Growth {
    let mut requested = 0;
    while slots < to {
        slots = table.list_slots(slots + 1);
        requested += slots;
    }
    Growth {
        requested: number(requested * table.list.slot),
        table: number(slots * table.list.slot),
        moving: Expr::ZERO,
        slots: Some(slots),
        exact: true,
    }
}

/// With `c ≤ (1 + 1/s)·n + a` slots at most, and each table at least `1 + 1/s` times the one
/// before, all tables that were requested since the length was `from` have together at most
/// `(1 + s)·c - s·(from + 1)` slots.
fn list_bound(table: &SizeTable, from: &Expr, to: &Expr) -> Growth {
    let shift = i64::from(table.list.growth_shift.min(16));
    let scale = 1i64 << shift;
    let ratio = Rational::new(scale + 1, scale).unwrap_or(Rational::ONE);
    let slots = &to.scale(&ratio) + &number(table.list.growth_add);
    let all = &slots.scale(&Rational::from(scale + 1))
        - &(from + &Expr::one()).scale(&Rational::from(scale));
    let slot = number(table.list.slot);
    Growth {
        requested: &all * &slot,
        table: &slots * &slot,
        moving: Expr::ZERO,
        slots: None,
        exact: false,
    }
}

fn in_bytes(table: &SizeTable, growth: Growth) -> Growth {
    let slot = i64::try_from(table.list.slot).unwrap_or(1);
    let share = Rational::new(1, slot).unwrap_or(Rational::ONE);
    Growth {
        requested: growth.requested.scale(&share),
        table: growth.table.scale(&share),
        ..growth
    }
}

fn dict_steps(table: &SizeTable, from: u64, to: u64) -> Growth {
    let mut slots = table.dict_slots(from);
    let last = table.dict_slots(to);
    let (mut requested, mut moving) = (0, 0);
    while slots < last {
        moving = table.dict_table(slots, false);
        slots = if slots == 0 {
            table.dict.first_slots.max(1)
        } else {
            slots * 2
        };
        requested += table.dict_table(slots, false);
    }
    Growth {
        requested: number(requested),
        table: number(table.dict_table(slots, false)),
        moving: number(moving),
        slots: None,
        exact: false,
    }
}

/// A table has fewer than `3·n` slots or the first number of them; a slot is four bytes and two
/// thirds of an entry. Tables double, so all that were requested are at most two of the last,
/// and their heads at most three and one more for 64 slots.
fn dict_bound(table: &SizeTable, to: &Expr) -> Growth {
    let slots = match is_simple(to) {
        // The least power of two of which two thirds are enough.
        true => {
            let least = to.scale(&Rational::new(3, 2).unwrap_or(Rational::ONE));
            least
                .log2()
                .ceil()
                .exp2()
                .maximum(&number(table.dict.first_slots))
        }
        false => &to.scale(&Rational::from(3)) + &number(table.dict.first_slots),
    };
    let entry = i64::try_from(table.dict.entry).unwrap_or(i64::MAX);
    let per_slot = Rational::new(12 + 2 * entry, 3).unwrap_or(Rational::ONE);
    let body = slots.scale(&per_slot);
    let head = number(table.dict.table_head);
    let heads = &head.scale(&Rational::from(3))
        + &(&head * &slots).scale(&Rational::new(1, 64).unwrap_or(Rational::ONE));
    let half = Rational::new(1, 2).unwrap_or(Rational::ONE);
    Growth {
        requested: &body.scale(&Rational::from(2)) + &heads,
        table: &body + &head,
        moving: &body.scale(&half) + &head,
        slots: None,
        exact: false,
    }
}

/// Whether a length is so simple that the steps of a table are kept in its formula.
fn is_simple(length: &Expr) -> bool {
    let symbols = length
        .terms()
        .iter()
        .flat_map(|term| term.monomial.factors());
    length.has_at_most(3)
        && symbols
            .clone()
            .all(|factor| matches!(factor.atom, Atom::Symbol(_)))
}

fn set_steps(table: &SizeTable, to: u64) -> Growth {
    let first = table.set.first_slots;
    let (mut slots, mut requested, mut moving) = (first, 0, 0);
    let own = |slots: u64| if slots == first { 0 } else { slots };
    for used in 1..=to {
        let next = table.set_slots(slots, used);
        if next != slots {
            moving = own(slots);
            requested += own(next);
            slots = next;
        }
    }
    let slot = table.set.slot;
    Growth {
        requested: number(requested * slot),
        table: number(own(slots) * slot),
        moving: number(moving * slot),
        slots: None,
        exact: true,
    }
}

/// A table that was made for `m` elements has at most `8·m` slots, and four times the slots of
/// the one before; past 50,000 elements at most `4·m`, and twice those before.
fn set_bound(table: &SizeTable, to: &Expr) -> Growth {
    let slot = i64::try_from(table.set.slot).unwrap_or(i64::MAX);
    if is_simple(to) {
        // The first number of slots times the least power of four of which three fifths, without one slot, are
        // more.
        let first = number(table.set.first_slots);
        let share = Rational::new(1, 3 * i64::try_from(table.set.first_slots).unwrap_or(8));
        let fifths = &to.scale(&Rational::from(5)) + &Expr::from(4);
        let twos = fifths.scale(&share.unwrap_or(Rational::ONE)).log2();
        let half = Rational::new(1, 2).unwrap_or(Rational::ONE);
        let fours = twos.scale(&half).ceil().scale(&Rational::from(2)).exp2();
        let last = (&fours * &first).scale(&Rational::from(slot));
        let part = |of: i64, by: i64| last.scale(&Rational::new(of, by).unwrap_or(Rational::ONE));
        return Growth {
            requested: part(4, 3),
            table: last.clone(),
            moving: part(1, 4),
            slots: None,
            exact: false,
        };
    }
    let times = |slots: i64, parts: i64| {
        to.scale(&Rational::new(slots.saturating_mul(slot), parts).unwrap_or(Rational::ONE))
    };
    Growth {
        requested: times(32, 3),
        table: times(8, 1),
        moving: times(2, 1),
        slots: None,
        exact: false,
    }
}

/// The bytes of tables that each of many elements added to an empty container one by one takes
/// at most: requested in all, and in the last table. The first table is the largest for its
/// elements; the sum of the requests is largest in the limit.
pub(super) fn amortised(table: &SizeTable, kind: Kind) -> (u64, u64) {
    match kind {
        Kind::Dict => {
            let first = table.dict_table(table.dict.first_slots, false);
            (first.max(8 * table.dict.entry), first)
        }
        Kind::Set | Kind::FrozenSet => (11 * table.set.slot, 8 * table.set.slot),
        _ => {
            let scale = 1u64 << table.list.growth_shift.min(16);
            let limit = (scale + 1) * (scale + 1) / scale * table.list.slot;
            (
                limit + table.list.slot,
                table.list_slots(1) * table.list.slot,
            )
        }
    }
}

/// The tables of any number of containers that get `by` elements and have `to` then, all together.
pub(super) fn grow_apart(table: &SizeTable, kind: Kind, by: &Expr, to: &Expr) -> Growth {
    let (requested, last) = amortised(table, kind);
    Growth {
        requested: by * &number(requested),
        table: to * &number(last),
        moving: Expr::ZERO,
        slots: None,
        exact: false,
    }
}

/// A display or a copy: just the slots that it needs.
pub(super) fn fitted(table: &SizeTable, kind: Kind, length: &Expr) -> Growth {
    match kind {
        Kind::Dict | Kind::Set | Kind::FrozenSet => {
            let grown = grow(table, kind, &Expr::ZERO, length, None);
            Growth {
                exact: false,
                ..grown
            }
        }
        _ => {
            let slot = match kind {
                Kind::ByteArray => 1,
                _ => table.list.slot,
            };
            let bytes = length * &number(slot);
            Growth {
                requested: bytes.clone(),
                table: bytes,
                moving: Expr::ZERO,
                slots: length
                    .as_constant()
                    .and_then(|n| n.to_i64())
                    .map(i64::unsigned_abs),
                exact: true,
            }
        }
    }
}

/// An object of `kind` without its table, and the bytes of each element that stands inside.
pub(super) fn head(table: &SizeTable, kind: Kind) -> (u64, u64) {
    match kind {
        Kind::Int | Kind::Unknown => (table.int.arithmetic, 0),
        Kind::Float => (table.other.float, 0),
        Kind::Complex => (table.other.complex, 0),
        Kind::Str => (table.string.ascii, table.string.ascii_character),
        Kind::Bytes => (table.bytes.bytes, 1),
        Kind::ByteArray => (table.bytes.bytearray_filled, 1),
        Kind::List => (table.list.head, 0),
        Kind::Tuple => (table.tuple.head, table.tuple.slot),
        Kind::Set | Kind::FrozenSet => (table.set.head, 0),
        Kind::Dict => (table.dict.head, 0),
        Kind::Range => (table.iterator.range, 0),
        Kind::Iterator => (table.iterator.list_iterator, 0),
        Kind::Generator => (table.generator.base, table.generator.local),
        Kind::Function => (table.function.function, 0),
        Kind::Class => (table.other.class_object, 0),
        Kind::Instance => (table.instance.object, 0),
        Kind::None | Kind::Bool | Kind::Module => (0, 0),
    }
}
