//! What the numbers of a loop are, seen from the start of an iteration.

use heapcast_facts::Var;

use super::value::Step;
use crate::algebra::{Expr, Rational};
use crate::ir::BinaryOp;

/// What a number is, seen from the start of an iteration.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// A loop variable, and what was added to it.
    Phi(Var, Rational),
    /// A loop variable and at least that much more.
    Least(Var, Rational),
    /// A loop variable, and a number added to it that stays the same while the loop runs.
    Moved(Var, Expr),
    /// A loop variable less a number that stays the same while the loop runs.
    Sunk(Var, Expr),
    /// A loop variable less at least that much.
    Most(Var, Rational),
    /// A number that stays the same while the loop runs.
    Fixed(Expr),
    /// Something that stays the same, of whose number nothing or only a bound is known.
    Held,
    /// The square of a loop variable, to which that much was added before.
    Square(Var, Rational),
    /// What is left of the first loop variable when it is divided by the second.
    Remainder(Var, Var),
    /// What is left of a loop variable when it is divided by what stays the same.
    Left(Var),
    /// A part of what a loop variable holds, by these steps.
    Part(Var, Vec<Step>),
    /// A loop variable divided by a number and rounded down.
    Quotient(Var, Rational),
    /// A loop variable multiplied by at least that number.
    Product(Var, Rational),
    /// The same, and at least that number less one more.
    Doubled(Var, Rational),
    /// A loop variable divided by a number and not rounded.
    Ratio(Var, Rational),
    /// What `divmod` gives: a loop variable divided by a number and rounded down, and what is left.
    Divided(Var, Rational),
    /// The sum of two loop variables.
    Sum(Var, Var),
    /// The first loop variable less the second.
    Difference(Var, Var),
    /// Half of that.
    HalfDifference(Var, Var),
    /// The middle of two loop variables, and what was added to it.
    Middle(Var, Var, Rational),
    /// A number that the code says.
    Constant(Rational),
    Other,
}

impl Form {
    /// What stands at `step` of it.
    pub(super) fn part(self, step: Step) -> Self {
        match self {
            Form::Phi(var, by) if by.is_zero() => Form::Part(var, vec![step]),
            Form::Part(var, mut steps) => {
                steps.push(step);
                Form::Part(var, steps)
            }
            _ => Form::Other,
        }
    }
}

/// What holds of both forms.
pub(super) fn meet(one: Form, other: Form) -> Form {
    match (one, other) {
        (one, other) if one == other => one,
        (Form::Phi(v, a) | Form::Least(v, a), Form::Phi(w, b) | Form::Least(w, b)) if v == w => {
            Form::Least(v, a.min(b))
        }
        _ => Form::Other,
    }
}

/// The result of an operation.
pub(super) fn computed(op: BinaryOp, left: Form, right: Form) -> Form {
    use Form::{
        Constant, Difference, Doubled, Fixed, HalfDifference, Held, Least, Left, Middle, Most,
        Moved, Other, Phi, Product, Quotient, Ratio, Remainder, Square, Sum, Sunk,
    };
    let two = Rational::from(2);
    match (op, left, right) {
        (BinaryOp::Add, Constant(a), Constant(b)) => Constant(&a + &b),
        (BinaryOp::Sub, Constant(a), Constant(b)) => Constant(&a - &b),
        (BinaryOp::Mult, Constant(a), Constant(b)) => Constant(&a * &b),
        (BinaryOp::Add, Phi(v, a), Constant(b)) | (BinaryOp::Add, Constant(b), Phi(v, a)) => {
            Phi(v, &a + &b)
        }
        (BinaryOp::Sub, Phi(v, a), Constant(b)) => Phi(v, &a - &b),
        (BinaryOp::Add, Least(v, a), Constant(b)) | (BinaryOp::Add, Constant(b), Least(v, a)) => {
            Least(v, &a + &b)
        }
        (BinaryOp::Add, Phi(v, a), Fixed(b)) | (BinaryOp::Add, Fixed(b), Phi(v, a)) => {
            Moved(v, &b + &Expr::constant(a))
        }
        (BinaryOp::Add, Phi(v, a), Held) | (BinaryOp::Add, Held, Phi(v, a)) if a.is_zero() => {
            Moved(v, Expr::one())
        }
        (BinaryOp::Sub, Phi(v, a), Fixed(b)) if a.is_zero() => Sunk(v, b),
        (BinaryOp::Sub, Phi(v, a), Held) if a.is_zero() => Sunk(v, Expr::one()),
        (BinaryOp::Sub, Most(v, a), Constant(b)) => Most(v, &a + &b),
        (BinaryOp::Mult, Phi(v, a), Phi(w, b)) if v == w && a == b => Square(v, a),
        (BinaryOp::Pow, Phi(v, a), Constant(k)) if k == two => Square(v, a),
        (BinaryOp::Mod, Phi(v, a), Phi(w, b)) if a.is_zero() && b.is_zero() => Remainder(v, w),
        (BinaryOp::Mod, Phi(v, a), Fixed(_) | Held | Constant(_)) if a.is_zero() => Left(v),
        // Division by one would go on for ever.
        (BinaryOp::FloorDiv, Phi(v, a), Fixed(_) | Held) if a.is_zero() => Quotient(v, two),
        (BinaryOp::Add, Middle(v, w, a), Constant(b)) => Middle(v, w, &a + &b),
        (BinaryOp::Sub, Middle(v, w, a), Constant(b)) => Middle(v, w, &a - &b),
        (BinaryOp::Add, Phi(v, a), Phi(w, b)) if a.is_zero() && b.is_zero() => Sum(v, w),
        (BinaryOp::Sub, Phi(v, a), Phi(w, b)) if a.is_zero() && b.is_zero() => Difference(v, w),
        (BinaryOp::FloorDiv, Sum(v, w), Constant(k)) if k == two => Middle(v, w, Rational::ZERO),
        (BinaryOp::RShift, Sum(v, w), Constant(k)) if k.is_one() => Middle(v, w, Rational::ZERO),
        (BinaryOp::FloorDiv, Difference(v, w), Constant(k)) if k == two => HalfDifference(v, w),
        (BinaryOp::Add, Phi(low, a), HalfDifference(high, other))
        | (BinaryOp::Add, HalfDifference(high, other), Phi(low, a))
            if a.is_zero() && other == low =>
        {
            Middle(low, high, Rational::ZERO)
        }
        (BinaryOp::FloorDiv, Phi(v, a), Constant(k)) if !a.is_positive() && k >= two => {
            Quotient(v, k)
        }
        (BinaryOp::RShift, Phi(v, a), Constant(k)) if !a.is_positive() && k.is_positive() => {
            match k
                .to_i64()
                .and_then(|k| 1_i64.checked_shl(u32::try_from(k).ok()?))
            {
                Some(by) if by > 1 => Quotient(v, Rational::from(by)),
                _ => Other,
            }
        }
        (BinaryOp::Mult, Phi(v, a), Constant(k)) | (BinaryOp::Mult, Constant(k), Phi(v, a))
            if !a.is_negative() && k >= two =>
        {
            if a.is_zero() {
                Product(v, k)
            } else {
                Doubled(v, k)
            }
        }
        (BinaryOp::Add, Product(v, k), Constant(a))
        | (BinaryOp::Add, Constant(a), Product(v, k))
            if !a.is_negative() =>
        {
            if &a + &Rational::ONE >= k {
                Doubled(v, k)
            } else {
                Product(v, k)
            }
        }
        (BinaryOp::Add, Doubled(v, k), Constant(a))
        | (BinaryOp::Add, Constant(a), Doubled(v, k))
            if !a.is_negative() =>
        {
            Doubled(v, k)
        }
        (BinaryOp::Add, Moved(v, by), Constant(a)) | (BinaryOp::Add, Constant(a), Moved(v, by))
            if !a.is_negative() =>
        {
            Moved(v, &by + &Expr::constant(a))
        }
        (BinaryOp::Div, Phi(v, a), Constant(k)) if a.is_zero() && k >= two => Ratio(v, k),
        _ => Other,
    }
}
