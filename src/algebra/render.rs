//! Formulas as text, LaTeX and Python.
//!
//! All three print terms in the order of the normal form: descending degree, then names, the
//! constant last (`8·n + 56`). Numbers are plain digits. A bound index is named `i`, `j`, …,
//! whichever the formula does not use otherwise.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::atom::{Atom, Base, BoundedSum, Power, Quotient};
use super::define::{Application, Definition};
use super::expr::{Expr, Factor, Term};
use super::rational::Rational;
use super::symbol::Symbol;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Text,
    Latex,
    Python,
}

/// How tightly a place binds: what stands there is put in parentheses if it binds less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Sum,
    Exponent,
    Factor,
}

struct Printer<'a> {
    style: Style,
    name: &'a dyn Fn(&Symbol) -> String,
    function: &'a dyn Fn(&Definition) -> String,
    bound: BTreeMap<Symbol, String>,
}

impl Expr {
    /// As text: `n²/2 + 8·len(xs) + 56`.
    pub fn to_text(&self) -> String {
        self.print(Style::Text, &|symbol| {
            let name = symbol.name();
            if name.contains(' ') {
                format!("[{name}]")
            } else {
                name.to_owned()
            }
        })
    }

    /// As LaTeX, for math mode.
    pub fn to_latex(&self) -> String {
        self.print(Style::Latex, &|symbol| {
            let name = symbol.name();
            let mut letters = name.chars();
            if letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none() {
                return name.to_owned();
            }
            let mut escaped = String::with_capacity(name.len());
            for letter in name.chars() {
                match letter {
                    '\\' => escaped.push_str("\\textbackslash{}"),
                    '~' => escaped.push_str("\\textasciitilde{}"),
                    '^' => escaped.push_str("\\textasciicircum{}"),
                    '_' | '{' | '}' | '#' | '$' | '%' | '&' => {
                        escaped.push('\\');
                        escaped.push(letter);
                    }
                    _ => escaped.push(letter),
                }
            }
            format!("\\texttt{{{escaped}}}")
        })
    }

    /// As a Python expression over sympy's `Rational`, `Max`, `Min`, `floor`, `ceiling`,
    /// `log`, `GoldenRatio` and `Sum`, where `name` gives the Python expression of a symbol.
    /// `function` gives the name of the Python function that a definition is, which takes its
    /// parameters in order.
    pub fn to_python(
        &self,
        name: &dyn Fn(&Symbol) -> String,
        function: &dyn Fn(&Definition) -> String,
    ) -> String {
        self.print_with(Style::Python, name, function)
    }

    fn print(&self, style: Style, name: &dyn Fn(&Symbol) -> String) -> String {
        self.print_with(style, name, &|definition| definition.of.to_string())
    }

    fn print_with(
        &self,
        style: Style,
        name: &dyn Fn(&Symbol) -> String,
        function: &dyn Fn(&Definition) -> String,
    ) -> String {
        let level = self.sum_level();
        let mut bound = BTreeMap::new();
        if level > 0 {
            let used: Vec<String> = self.free_symbols().iter().map(name).collect();
            let letters = ["i", "j", "k", "l"].map(str::to_owned);
            let names = letters
                .into_iter()
                .chain((0u32..).map(|number| format!("i{number}")));
            let free = names.filter(|name| !used.contains(name));
            bound = (1..=level).map(Symbol::bound).zip(free).collect();
        }
        let printer = Printer {
            style,
            name,
            function,
            bound,
        };
        let mut out = String::new();
        printer.expr(&mut out, self, Place::Sum);
        out
    }
}

impl Printer<'_> {
    fn by(&self) -> &'static str {
        match self.style {
            Style::Text => "·",
            Style::Latex => " ",
            Style::Python => "*",
        }
    }

    fn open(&self) -> &'static str {
        if self.style == Style::Latex {
            "\\left("
        } else {
            "("
        }
    }

    fn close(&self) -> &'static str {
        if self.style == Style::Latex {
            "\\right)"
        } else {
            ")"
        }
    }

    fn expr(&self, out: &mut String, expr: &Expr, place: Place) {
        let alone = match expr.terms() {
            [] => true,
            [term] => {
                let factors = term.monomial.factors();
                let number = factors.is_empty()
                    && term.coefficient.is_integer()
                    && !term.coefficient.is_negative();
                let atom = term.coefficient.is_one()
                    && matches!(factors, [Factor { power: 1, atom }]
                        if !matches!(atom, Atom::Power(_)));
                number || atom
            }
            _ => false,
        };
        let wrapped = !alone && place != Place::Sum;
        if wrapped {
            out.push_str(self.open());
        }
        if expr.is_zero() {
            out.push('0');
        }
        for (at, term) in expr.terms().iter().enumerate() {
            let minus = term.coefficient.is_negative();
            match (at, minus) {
                (0, true) => out.push('-'),
                (0, false) => {}
                (_, true) => out.push_str(" - "),
                (_, false) => out.push_str(" + "),
            }
            self.term(out, term);
        }
        if wrapped {
            out.push_str(self.close());
        }
    }

    /// A term without its sign.
    fn term(&self, out: &mut String, term: &Term) {
        let size = term.coefficient.abs();
        let factors = term.monomial.factors();
        let printed = self.coefficient_before(out, &size, factors.is_empty());
        if printed && !factors.is_empty() {
            out.push_str(self.by());
        }
        for (at, factor) in factors.iter().enumerate() {
            if at > 0 {
                out.push_str(self.by());
            }
            self.factor(out, factor);
        }
        if self.style == Style::Text && !size.is_integer() && !factors.is_empty() {
            // `write!` to a string does not fail.
            let _ = write!(out, "/{}", size.denominator());
        }
    }

    /// Prints what stands before the factors; whether that is anything.
    fn coefficient_before(&self, out: &mut String, size: &Rational, alone: bool) -> bool {
        let (numer, denom) = (size.numerator(), size.denominator());
        let _ = match self.style {
            _ if size.is_one() && !alone => return false,
            _ if size.is_integer() => write!(out, "{numer}"),
            Style::Text if alone => write!(out, "{numer}/{denom}"),
            Style::Text if numer == 1.into() => return false,
            Style::Text => write!(out, "{numer}"),
            Style::Latex => write!(out, "\\frac{{{numer}}}{{{denom}}}"),
            Style::Python => write!(out, "Rational({numer}, {denom})"),
        };
        true
    }

    fn factor(&self, out: &mut String, factor: &Factor) {
        let power = factor.power;
        if power > 1 && matches!(factor.atom, Atom::Power(_) | Atom::Sum(_)) {
            out.push_str(self.open());
            self.atom(out, &factor.atom);
            out.push_str(self.close());
        } else {
            self.atom(out, &factor.atom);
        }
        if power > 1 {
            match self.style {
                Style::Text => out.extend(power.to_string().chars().map(superscript)),
                Style::Latex => {
                    let _ = write!(out, "^{{{power}}}");
                }
                Style::Python => {
                    let _ = write!(out, "**{power}");
                }
            }
        }
    }

    fn atom(&self, out: &mut String, atom: &Atom) {
        match atom {
            Atom::Symbol(symbol) => match self.bound.get(symbol) {
                Some(name) if self.style == Style::Python => {
                    let _ = write!(out, "Symbol(\"{name}\")");
                }
                Some(name) => out.push_str(name),
                None => out.push_str(&(self.name)(symbol)),
            },
            Atom::Max(arms) => self.call(out, ["max", "\\max", "Max"], arms),
            Atom::Min(arms) => self.call(out, ["min", "\\min", "Min"], arms),
            Atom::Floor(quotient) => self.rounded(out, "floor", "floor", quotient),
            Atom::Ceil(quotient) => self.rounded(out, "ceil", "ceiling", quotient),
            Atom::Log2(of) => self.logarithm(out, of),
            Atom::Power(power) => self.power(out, power),
            Atom::Sum(sum) => self.sum(out, sum),
            Atom::Apply(inner) => self.application(out, inner),
        }
    }

    /// `peak(table(n=2·m))`; in Python a call with its arguments in order.
    fn application(&self, out: &mut String, inner: &Application) {
        let Definition {
            quantity,
            of,
            parameters,
            ..
        } = &*inner.definition;
        if self.style == Style::Python {
            let name = (self.function)(&inner.definition);
            let names = [name.as_str(); 3];
            return self.call(out, names, &inner.arguments);
        }
        let _ = write!(out, "{quantity}{}{of}{}", self.open(), self.open());
        // An unknown that stays what it is says nothing.
        let same = |(parameter, argument): &(&Symbol, &Expr)| {
            !parameter.is_mcv() || argument.as_symbol() != Some(parameter)
        };
        let all = parameters.iter().zip(&inner.arguments).filter(same);
        for (at, (parameter, argument)) in all.enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            let _ = write!(out, "{}=", (self.name)(parameter));
            self.expr(out, argument, Place::Sum);
        }
        let _ = write!(out, "{}{}", self.close(), self.close());
    }

    fn call(&self, out: &mut String, names: [&str; 3], arguments: &[Expr]) {
        let [text, latex, python] = names;
        out.push_str(match self.style {
            Style::Text => text,
            Style::Latex => latex,
            Style::Python => python,
        });
        out.push_str(self.open());
        for (at, argument) in arguments.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            self.expr(out, argument, Place::Sum);
        }
        out.push_str(self.close());
    }

    fn rounded(&self, out: &mut String, text: &str, python: &str, quotient: &Quotient) {
        match self.style {
            Style::Text => out.push_str(text),
            Style::Python => out.push_str(python),
            Style::Latex => {
                let _ = write!(out, "\\left\\l{text} ");
            }
        }
        if self.style != Style::Latex {
            out.push('(');
        }
        self.quotient(out, quotient);
        if self.style == Style::Latex {
            let _ = write!(out, " \\right\\r{text}");
        } else {
            out.push(')');
        }
    }

    /// A quotient with a common denominator: `(n + 1)/2`.
    fn quotient(&self, out: &mut String, quotient: &Quotient) {
        let Quotient { dividend, divisor } = quotient;
        let unit = dividend
            .terms()
            .iter()
            .fold(Rational::ONE, |u, t| u.gcd(&t.coefficient));
        let scale = unit.recip().unwrap_or(Rational::ONE);
        let divisor = divisor.scale(&scale);
        let dividend = dividend.scale(&scale);
        if divisor.as_constant().is_some_and(Rational::is_one) {
            self.expr(out, &dividend, Place::Sum);
            return;
        }
        match self.style {
            Style::Latex => {
                out.push_str("\\frac{");
                self.expr(out, &dividend, Place::Sum);
                out.push_str("}{");
                self.expr(out, &divisor, Place::Sum);
                out.push('}');
            }
            Style::Text => {
                self.expr(out, &dividend, Place::Factor);
                out.push('/');
                self.expr(out, &divisor, Place::Factor);
            }
            // `Rational` keeps the quotient exact where both sides are plain integers.
            Style::Python => match divisor.as_constant() {
                Some(number) => {
                    let _ = write!(out, "Rational(1, {number})*");
                    self.expr(out, &dividend, Place::Factor);
                }
                None => {
                    out.push_str("Rational(1, 1)*");
                    self.expr(out, &dividend, Place::Factor);
                    out.push('/');
                    self.expr(out, &divisor, Place::Factor);
                }
            },
        }
    }

    fn logarithm(&self, out: &mut String, of: &Expr) {
        match self.style {
            Style::Text => out.push_str("log2("),
            Style::Latex => out.push_str("\\log_2\\left("),
            Style::Python => out.push_str("log(Max(1, "),
        }
        self.expr(out, of, Place::Sum);
        out.push_str(match self.style {
            Style::Text => ")",
            Style::Latex => "\\right)",
            Style::Python => "), 2)",
        });
    }

    fn power(&self, out: &mut String, power: &Power) {
        match (power.base, self.style) {
            (Base::Number(number), Style::Python) => {
                // A rational base keeps negative exponents exact.
                let _ = write!(out, "Rational({number})**");
            }
            (Base::Number(number), _) => {
                let _ = write!(out, "{number}^");
            }
            (Base::Phi, Style::Text) => out.push_str("φ^"),
            (Base::Phi, Style::Latex) => out.push_str("\\varphi^"),
            (Base::Phi, Style::Python) => out.push_str("GoldenRatio**"),
        }
        if self.style == Style::Latex {
            out.push('{');
            self.expr(out, &power.exponent, Place::Sum);
            out.push('}');
        } else {
            self.expr(out, &power.exponent, Place::Exponent);
        }
    }

    fn sum(&self, out: &mut String, sum: &BoundedSum) {
        let index = self.bound.get(&sum.index).map_or("i", String::as_str);
        let last = &sum.to - &Expr::one();
        if self.style == Style::Latex {
            let _ = write!(out, "\\sum_{{{index}=");
            self.expr(out, &sum.from, Place::Sum);
            out.push_str("}^{");
            self.expr(out, &last, Place::Sum);
            out.push('}');
            self.expr(out, &sum.body, Place::Factor);
            return;
        }
        let python = self.style == Style::Python;
        out.push_str(if python { "Sum(" } else { "sum(" });
        self.expr(out, &sum.body, Place::Sum);
        let _ = if python {
            write!(out, ", (Symbol(\"{index}\"), ")
        } else {
            write!(out, ", {index} = ")
        };
        self.expr(out, &sum.from, Place::Sum);
        out.push_str(if python { ", " } else { " .. " });
        self.expr(out, &last, Place::Sum);
        out.push_str(if python { "))" } else { ")" });
    }
}

fn superscript(digit: char) -> char {
    match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        _ => '⁹',
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn no_function(definition: &Definition) -> String {
        definition.of.to_string()
    }

    fn n() -> Expr {
        Expr::measure("n")
    }

    fn half() -> Rational {
        Rational::new(1, 2).unwrap()
    }

    #[test]
    fn text_goes_down_in_degree() {
        let list = &Expr::from(56) + &n().scale(&Rational::from(8));
        assert_eq!(list.to_text(), "8·n + 56");
        let square = &n().pow(2).scale(&Rational::new(3, 2).unwrap()) - &n().scale(&half());
        assert_eq!(square.to_text(), "3·n²/2 - n/2");
        assert_eq!(Expr::ZERO.to_text(), "0");
        assert_eq!((-&n()).to_text(), "-n");
        assert_eq!(Expr::from(half()).to_text(), "1/2");
    }

    #[test]
    fn text_of_atoms() {
        assert_eq!(
            (&n() + &Expr::one()).floor_div(&Expr::from(4)).to_text(),
            "floor((n + 1)/4)"
        );
        assert_eq!(n().floor_div(&Expr::measure("k")).to_text(), "floor(n/k)");
        assert_eq!((&n() * &n().log2()).to_text(), "n·log2(n)");
        assert_eq!((&n() + &Expr::measure("m")).exp2().to_text(), "2^(m + n)");
    }

    #[test]
    fn latex() {
        let list = &Expr::measure("len(xs)").pow(2).scale(&half()) + &Expr::from(56);
        assert_eq!(list.to_latex(), "\\frac{1}{2} \\texttt{len(xs)}^{2} + 56");
        let rounded = n().floor_div(&Expr::from(2));
        assert_eq!(
            rounded.to_latex(),
            "\\left\\lfloor \\frac{n}{2} \\right\\rfloor"
        );
    }

    #[test]
    fn python() {
        let name = |symbol: &Symbol| symbol.name().replace(['(', ')'], "_");
        let list = &Expr::measure("len(xs)").pow(2).scale(&half()) + &Expr::from(56);
        assert_eq!(
            list.to_python(&name, &no_function),
            "Rational(1, 2)*len_xs_**2 + 56"
        );
        let max = n().maximum(&Expr::measure("m"));
        assert_eq!(max.to_python(&name, &no_function), "Max(m, n)");
    }
}
