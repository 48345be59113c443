//! How many steps it takes a loop variable to come to a bound, or two of them to meet.

use heapcast_facts::Var;

use super::interpret::Interpreter;
use super::progress::{Form, Progress, Way};
use super::trips::Count;
use crate::algebra::{Expr, Rational};
use crate::ir::CompareOp;

impl Interpreter<'_> {
    /// A variable moves towards a bound that stays.
    pub(super) fn approaching(
        &mut self,
        phi: Var,
        op: CompareOp,
        bound: &Expr,
        progress: &Progress,
    ) -> Option<Count> {
        let start = self.entry(phi, progress)?;
        let first = self.least_entry(phi, progress)?;
        if let Some(steps) = progress.steps(phi) {
            let (least, most) = (steps.iter().min()?, steps.iter().max()?);
            let even = least == most;
            let up = least.is_positive();
            let down = most.is_negative();
            let (span, step) = match op {
                CompareOp::Lt | CompareOp::NotEq if up => (bound - &first, least.clone()),
                CompareOp::LtE if up => (&(bound - &first) + &Expr::one(), least.clone()),
                CompareOp::Gt | CompareOp::NotEq if down => (&start - bound, most.abs()),
                CompareOp::GtE if down => (&(&start - bound) + &Expr::one(), most.abs()),
                _ => return None,
            };
            let span = span.positive_part();
            return Some(Count {
                count: span.ceil_div(&Expr::constant(step)),
                is_bound: !even,
            });
        }
        if matches!(op, CompareOp::Gt | CompareOp::GtE | CompareOp::NotEq)
            && let Some(fall) = progress.least_fall(phi)
            && !fall.is_zero()
        {
            let span = match op {
                CompareOp::GtE => &(&start - bound) + &Expr::one(),
                _ => &start - bound,
            };
            return Some(Count {
                count: span.positive_part().ceil_div(&Expr::constant(fall)),
                is_bound: true,
            });
        }
        if matches!(op, CompareOp::Lt | CompareOp::LtE | CompareOp::NotEq)
            && let Some(rise) = progress.least_rise(phi)
            && !rise.is_zero()
        {
            let span = match op {
                CompareOp::LtE => &(bound - &first) + &Expr::one(),
                _ => bound - &first,
            };
            return Some(Count {
                count: span.positive_part().ceil_div(&rise),
                is_bound: true,
            });
        }
        self.geometric(phi, op, bound, progress)
    }

    /// A variable is divided or multiplied on its way to a bound that stays.
    fn geometric(
        &mut self,
        phi: Var,
        op: CompareOp,
        bound: &Expr,
        progress: &Progress,
    ) -> Option<Count> {
        let start = self.entry(phi, progress)?;
        let shrinks = |form: &Form| match form {
            Form::Quotient(from, by) if *from == phi => Some(by.clone()),
            _ => None,
        };
        let grows = |form: &Form| match form {
            Form::Product(from, by) if *from == phi => Some(by.clone()),
            _ => None,
        };
        // What grows by `2·i + 1` doubles if it is one more.
        let grows_by_more = |form: &Form| match form {
            Form::Doubled(from, by) if *from == phi => Some(by.clone()),
            _ => None,
        };
        let least = bound.is_nonnegative();
        match op {
            CompareOp::Gt | CompareOp::GtE | CompareOp::NotEq if least => {
                let by = progress.factor(phi, shrinks)?;
                Some(Count {
                    count: &logarithm(&start, &by) + &Expr::one(),
                    is_bound: !bound.is_zero() || op == CompareOp::GtE,
                })
            }
            CompareOp::Lt | CompareOp::LtE
                if let Some(by) = progress.factor(phi, grows_by_more) =>
            {
                let most = if op == CompareOp::LtE {
                    bound + &Expr::one()
                } else {
                    bound.clone()
                };
                // Below zero it would not grow, and the loop not end.
                Some(Count {
                    count: &logarithm(&most.positive_part(), &by) + &Expr::one(),
                    is_bound: true,
                })
            }
            CompareOp::Lt | CompareOp::LtE => {
                let by = progress.factor(phi, grows)?;
                let positive = start.as_constant().is_some_and(Rational::is_positive);
                positive.then(|| Count {
                    count: &logarithm(bound, &by) + &Expr::one(),
                    is_bound: true,
                })
            }
            _ => None,
        }
    }

    /// Two variables move towards each other.
    pub(super) fn closing(
        &mut self,
        low: Var,
        high: Var,
        op: CompareOp,
        progress: &Progress,
    ) -> Option<Count> {
        let gap = &self.entry(high, progress)? - &self.least_entry(low, progress)?;
        let gap = if op == CompareOp::LtE {
            &gap + &Expr::one()
        } else {
            gap
        };
        let gap = gap.positive_part();
        if let (Some(low), Some(high)) = (progress.steps(low), progress.steps(high)) {
            let closed = low.iter().zip(&high).map(|(low, high)| low - high);
            let closed: Vec<Rational> = closed.collect();
            let (least, most) = (closed.iter().min()?, closed.iter().max()?);
            return least.is_positive().then(|| Count {
                count: gap.ceil_div(&Expr::constant(least.clone())),
                is_bound: least != most,
            });
        }
        let ways = progress.ways.as_ref()?;
        let halves = |way: &Way| {
            let middle = |var: Var| match way.get(&var) {
                Some(Form::Middle(a, b, by))
                    if (*a, *b) == (low, high) || (*a, *b) == (high, low) =>
                {
                    Some(by.clone())
                }
                _ => None,
            };
            let stays = |var: Var| way.get(&var) == Some(&Form::Phi(var, Rational::ZERO));
            // With `low <= high`, the middle itself must be left out on either side.
            let strict = op == CompareOp::LtE;
            let from_below = middle(low).is_some_and(|by| by.is_positive()) && stays(high);
            let from_above = middle(high)
                .is_some_and(|by| by.is_negative() || (by.is_zero() && !strict))
                && stays(low);
            from_below || from_above
        };
        ways.iter().all(halves).then(|| Count {
            count: &logarithm(&gap, &Rational::from(2)) + &Expr::one(),
            is_bound: true,
        })
    }

    /// Of two variables, the one never falls and the other never rises, and one of them moves on each
    /// way: they meet after as many iterations as there are numbers between them.
    pub(super) fn each_closing(
        &mut self,
        low: Var,
        high: Var,
        progress: &Progress,
    ) -> Option<Count> {
        let closes = |way: &Way| {
            let rise = match way.get(&low)? {
                Form::Phi(from, by) | Form::Least(from, by) if *from == low => by.clone(),
                Form::Moved(from, by) if *from == low && by.is_nonnegative() => Rational::ONE,
                _ => return None,
            };
            let fall = match way.get(&high)? {
                Form::Phi(from, by) if *from == high => -by,
                Form::Most(from, by) if *from == high => by.clone(),
                Form::Sunk(from, _) if *from == high => Rational::ONE,
                _ => return None,
            };
            let apart = rise.is_negative() || fall.is_negative();
            (!apart && &rise + &fall >= Rational::ONE).then_some(())
        };
        progress
            .ways
            .as_ref()?
            .iter()
            .map(closes)
            .collect::<Option<()>>()?;
        let gap = &self.entry(high, progress)? - &self.least_entry(low, progress)?;
        Some(Count {
            count: (&gap + &Expr::one()).positive_part(),
            is_bound: true,
        })
    }
}

/// How often a number can be divided until nothing is left of it, less one: its logarithm, rounded
/// down.
pub(super) fn logarithm(of: &Expr, base: &Rational) -> Expr {
    let bits = of.log2();
    let each = base.to_f64().log2().recip();
    // Rounded up by more than floats are wrong.
    let each = if base == &Rational::from(2) {
        Some(Rational::ONE)
    } else {
        Rational::new((each * 1e9).ceil() as i64, 1_000_000_000)
    };
    bits.scale(&each.unwrap_or(Rational::ONE)).floor()
}
