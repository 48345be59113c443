//! Integers of many digits: how many bits an operator's result has, where it has no formula of its own or
//! grows with a power.

use heapcast_facts::{Allocation, FunctionCost, Var};

use super::frame::Owner;
use super::interpret::Interpreter;
use super::library::Given;
use super::sizes::{digits, number};
use super::value::{Kind, Step, Value, greater_of};
use crate::algebra::{Expr, Rational};
use crate::ir::BinaryOp;

/// The bits that each integer is counted with: two digits of 30.
const COUNTED: u64 = 60;

impl<'a> Interpreter<'a> {
    /// What goes on from iteration to iteration gets longer: by a bit where two such numbers are added,
    /// by those of the other factor where it is multiplied. Other results have the bits of what they are
    /// made of.
    pub(super) fn magnitude(
        &mut self,
        to: Var,
        op: BinaryOp,
        (left, a): (Var, &Value),
        (right, b): (Var, &Value),
    ) {
        let value = self.value(to);
        let is_int = [left, right].into_iter().all(|side| {
            let kind = self.kind(side);
            matches!(kind, Kind::Int | Kind::Unknown | Kind::Bool)
        });
        if !is_int || value.number.is_some() && self.recursion.is_none() {
            return;
        }
        let goes_on = (self.goes_on(left), self.goes_on(right));
        let in_loop = !self.loops.is_empty() && self.recursion.is_none();
        let grown = match in_loop {
            true => self.grown_by(op, (goes_on.0, a), (goes_on.1, b)),
            false => None,
        };
        let own = self.bits_of(op, a, b, grown.is_some());
        let bits = match (own, grown) {
            (Some(own), Some(grown)) => Some(&own + &grown),
            (own, grown) => own.or(grown),
        };
        let either = goes_on.0 || goes_on.1;
        let grows = match op {
            BinaryOp::Mult => either && (in_loop || self.recursion.is_some()),
            BinaryOp::LShift | BinaryOp::Pow => true,
            _ => false,
        };
        match bits {
            Some(bits) => {
                self.further_digits(&bits, to);
                let bits = Some(bits);
                self.set(to, Value { bits, ..value });
            }
            None if grows => self.assumption(
                "digits",
                "an integer is taken to have a single digit of 30 bits",
            ),
            None => {}
        }
    }

    /// By how many bits all iterations together make what they go on with longer.
    fn grown_by(
        &mut self,
        op: BinaryOp,
        (a_goes_on, a): (bool, &Value),
        (b_goes_on, b): (bool, &Value),
    ) -> Option<Expr> {
        let each = match op {
            BinaryOp::Add | BinaryOp::Sub if a_goes_on && b_goes_on => Expr::one(),
            BinaryOp::Mult if a_goes_on && !b_goes_on => self.factor_bits(b)?,
            BinaryOp::Mult if b_goes_on && !a_goes_on => self.factor_bits(a)?,
            BinaryOp::LShift if a_goes_on && !b_goes_on => self.number(b)?,
            _ => return None,
        };
        let counts = self.loops.iter().map(|(_, count)| count);
        Some(counts.fold(each, |all, count| &all * count))
    }

    fn factor_bits(&mut self, factor: &Value) -> Option<Expr> {
        if let Some(number) = self.number(factor) {
            return Some(&number.log2() + &Expr::one());
        }
        let bits = factor.further_bits();
        let bits = bits.or_else(|| (factor.kind == Kind::Int).then_some(Expr::ZERO))?;
        Some(&bits + &number(COUNTED))
    }

    /// How many bits a result has beyond those that each is counted with, because of those that its
    /// operands have; `grown` says that what a loop adds is counted apart.
    fn bits_of(&mut self, op: BinaryOp, a: &Value, b: &Value, grown: bool) -> Option<Expr> {
        let (x, y) = (a.further_bits(), b.further_bits());
        let is_mask = |value: &Value| {
            let number = value.number.as_ref().and_then(Expr::as_constant);
            number.is_some_and(|number| !number.is_negative())
        };
        match op {
            BinaryOp::BitAnd if is_mask(a) || is_mask(b) => None,
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::BitOr | BinaryOp::BitXor => greater_of(x, y),
            BinaryOp::BitAnd => greater_of(x, y),
            BinaryOp::Mult if grown => greater_of(x, y),
            BinaryOp::Mult if x.is_none() && y.is_none() => None,
            BinaryOp::Mult => Some(&self.factor_bits(a)? + &self.factor_bits(b)?),
            BinaryOp::LShift if grown => x,
            BinaryOp::LShift => {
                let by = self.number(b)?;
                let few = |by: &Rational| *by <= Rational::from(30);
                match x {
                    None if by.as_constant().is_some_and(few) => Some(Expr::ZERO),
                    x => Some(&x.unwrap_or(Expr::ZERO) + &by),
                }
            }
            BinaryOp::FloorDiv | BinaryOp::RShift => x,
            BinaryOp::Mod => y,
            BinaryOp::Pow => {
                let base = self.factor_bits(a)?;
                Some(&self.number(b)? * &base)
            }
            _ => None,
        }
    }

    /// How many bits an integer has whose size a model tells.
    pub(super) fn bits_of_allocated(
        &mut self,
        given: &Given<'a>,
        cost: &FunctionCost,
    ) -> Option<Expr> {
        let kept = |one: &&Allocation| one.kept && one.type_name == "int";
        let bytes = self.size(given, &cost.allocates.iter().find(kept)?.bytes);
        if bytes.as_constant().is_some() {
            return None;
        }
        let plain = number(self.context.input.sizes.int.arithmetic);
        let each = Rational::new(30, 4)?;
        Some((&bytes - &plain).positive_part().scale(&each))
    }

    /// How many bits what a function of numbers gives has, if they may be many.
    pub(super) fn bits_of_function(&mut self, name: &str, values: &[Value]) -> Option<Expr> {
        let all_int = values.iter().all(|value| value.kind == Kind::Int);
        match (name, values) {
            ("pow", [base, by]) if all_int => self.bits_of(BinaryOp::Pow, base, by, false),
            ("math.comb", [of, _]) => self.number(of),
            ("math.factorial", [of]) => {
                let of = self.number(of)?;
                Some(&of * &of.log2())
            }
            ("math.perm", [of, by]) => {
                let of = self.number(of)?;
                Some(&self.number(by)? * &of.log2())
            }
            ("math.prod", [of]) => {
                let element = self.part(of, Step::Element);
                let is_int = element.kind == Kind::Int;
                let each = is_int.then(|| self.factor_bits(&element)).flatten()?;
                Some(&each * &self.length(of)?)
            }
            _ => None,
        }
    }

    /// How many bits a sum of elements has, if they have many.
    pub(super) fn bits_of_sum(&mut self, of: &Value) -> Option<Expr> {
        let element = self.part(of, Step::Element);
        let bits = element.further_bits()?;
        let length = self.length(of)?;
        Some(&bits + &length.log2())
    }

    /// How many bits the number has that a text says: ten for each three decimal digits.
    pub(super) fn bits_of_text(&mut self, text: &Value) -> Option<Expr> {
        let length = self
            .length(text)
            .filter(|length| length.as_constant().is_none())?;
        let each = Rational::new(10, 3)?;
        Some((&length.scale(&each) - &number(COUNTED)).positive_part())
    }

    /// Whether a number is one that the loops around it, or recursive calls, go on with.
    fn goes_on(&mut self, var: Var) -> bool {
        let value = self.value(var);
        let is_open = value.number.is_none() && value.place.is_none();
        let returned = self.recursion.iter().flat_map(|own| &own.calls);
        let mut numbers = returned.filter_map(|call| call.result.number.as_ref());
        let of_call = value.number.is_some() && numbers.any(|n| Some(n) == value.number.as_ref());
        self.carried.contains(&var) || (is_open && value.kind == Kind::Int) || of_call
    }

    /// An integer of that many bits, beyond the two digits of 30 that each is counted with.
    pub(super) fn further_digits(&mut self, bits: &Expr, owner: Var) {
        // Where numbers are looked at, they have all of their digits.
        if self.is_counting() {
            return;
        }
        let line = self.builtin_line(Kind::Int, Expr::ZERO, digits(bits));
        self.allocate(line, Owner::Var(owner));
    }
}
