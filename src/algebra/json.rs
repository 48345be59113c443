//! Formulas as JSON trees.
//!
//! A formula on its own is an object with a schema version:
//!
//! ```json
//! {"schema": "heapcast.formula/1", "formula": [["8", [["n", 1]]], ["56", []]]}
//! ```
//!
//! A formula is a list of terms, a term a coefficient (`"p"` or `"p/q"`) and a list of factors,
//! a factor an atom and its power. An atom is one of
//!
//! | JSON | meaning |
//! | --- | --- |
//! | `"n"` | the measure `n` |
//! | `{"index": "i"}` | an iteration index |
//! | `{"mcv": "k @ app.py:12", "reason": "…", "file": "app.py", "line": 12}` | a memory-critical variable |
//! | `{"bound": 1}` | the index of an enclosing kept sum |
//! | `{"max": [formula, …]}`, `{"min": [formula, …]}` | the greatest, the least |
//! | `{"floor": [dividend, divisor]}`, `{"ceil": [dividend, divisor]}` | a rounded quotient |
//! | `{"log2": formula}` | the binary logarithm of `max(1, x)` |
//! | `{"power": [base, exponent]}` | the base is a number as text, or `"phi"` |
//! | `{"sum": {"bound": 1, "from": formula, "to": formula, "body": formula}}` | a kept sum, `from ≤ index < to` |
//!
//! Equal formulas have equal JSON. What is read is brought to normal form, so a file cannot
//! smuggle in a formula that is not.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::atom::Atom;
use super::expr::Expr;
use super::rational::Rational;
use super::symbol::{Cause, Symbol, SymbolKind};

/// The name and version of the schema.
pub const FORMULA_SCHEMA: &str = "heapcast.formula/1";

/// The greatest power of an atom that is read.
const MAX_POWER: u32 = 1 << 10;

/// A formula may not have more terms than this while it is read.
const MAX_TERMS: usize = 1 << 14;

/// Why a JSON text is not a formula.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It is not JSON, or not of the right shape.
    #[error("not a formula: {0}")]
    Shape(#[from] serde_json::Error),
    /// It is of another schema or version.
    #[error("expected the schema `{FORMULA_SCHEMA}`, found `{0}`")]
    Schema(String),
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema: String,
    formula: Expr,
}

type TermTree = (String, Vec<(AtomTree, u32)>);

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Tree(Vec<TermTree>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum AtomTree {
    Measure(String),
    Mcv {
        mcv: String,
        reason: String,
        file: String,
        line: u32,
    },
    Index {
        index: String,
    },
    Bound {
        bound: u32,
    },
    Max {
        max: Vec<Tree>,
    },
    Min {
        min: Vec<Tree>,
    },
    Floor {
        floor: (Tree, Tree),
    },
    Ceil {
        ceil: (Tree, Tree),
    },
    Log2 {
        log2: Tree,
    },
    Power {
        power: (String, Tree),
    },
    Sum {
        sum: SumTree,
    },
    Apply {
        apply: String,
        quantity: String,
        arguments: Vec<(AtomTree, Tree)>,
    },
}

#[derive(Serialize, Deserialize)]
struct SumTree {
    bound: u32,
    from: Tree,
    to: Tree,
    body: Tree,
}

impl Expr {
    /// As a JSON text with its schema.
    ///
    /// # Errors
    ///
    /// None that formulas are known to cause.
    pub fn to_json(&self) -> Result<String, JsonError> {
        let document = Document {
            schema: FORMULA_SCHEMA.to_owned(),
            formula: self.clone(),
        };
        Ok(serde_json::to_string(&document)?)
    }

    /// From a JSON text with its schema.
    ///
    /// # Errors
    ///
    /// A text that is not a formula of this version.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        #[derive(Deserialize)]
        struct Header {
            schema: String,
        }
        let header: Header = serde_json::from_str(text)?;
        if header.schema != FORMULA_SCHEMA {
            return Err(JsonError::Schema(header.schema));
        }
        let document: Document = serde_json::from_str(text)?;
        Ok(document.formula)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        tree(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        formula(Tree::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        symbol_tree(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = atom_formula(AtomTree::deserialize(deserializer)?);
        let value = value.map_err(serde::de::Error::custom)?;
        value
            .as_symbol()
            .cloned()
            .ok_or_else(|| serde::de::Error::custom("not a symbol"))
    }
}

fn tree(expr: &Expr) -> Tree {
    let terms = expr.terms().iter().map(|term| {
        let factors = term.monomial.factors().iter();
        let factors = factors.map(|factor| (atom_tree(&factor.atom), factor.power));
        (term.coefficient.to_string(), factors.collect())
    });
    Tree(terms.collect())
}

fn atom_tree(atom: &Atom) -> AtomTree {
    match atom {
        Atom::Symbol(symbol) => symbol_tree(symbol),
        Atom::Max(arms) => AtomTree::Max {
            max: arms.iter().map(tree).collect(),
        },
        Atom::Min(arms) => AtomTree::Min {
            min: arms.iter().map(tree).collect(),
        },
        Atom::Floor(q) => AtomTree::Floor {
            floor: (tree(&q.dividend), tree(&q.divisor)),
        },
        Atom::Ceil(q) => AtomTree::Ceil {
            ceil: (tree(&q.dividend), tree(&q.divisor)),
        },
        Atom::Log2(of) => AtomTree::Log2 { log2: tree(of) },
        Atom::Power(power) => {
            let base = power
                .base
                .number()
                .map_or("phi".to_owned(), |base| base.to_string());
            AtomTree::Power {
                power: (base, tree(&power.exponent)),
            }
        }
        Atom::Sum(sum) => AtomTree::Sum {
            sum: SumTree {
                bound: sum.index.level(),
                from: tree(&sum.from),
                to: tree(&sum.to),
                body: tree(&sum.body),
            },
        },
        Atom::Apply(inner) => {
            let parameters = inner.definition.parameters.iter().map(symbol_tree);
            AtomTree::Apply {
                apply: inner.definition.of.to_string(),
                quantity: inner.definition.quantity.to_owned(),
                arguments: parameters.zip(inner.arguments.iter().map(tree)).collect(),
            }
        }
    }
}

fn symbol_tree(symbol: &Symbol) -> AtomTree {
    let name = symbol.name().to_owned();
    match symbol.kind() {
        SymbolKind::Measure => AtomTree::Measure(name),
        SymbolKind::Index => AtomTree::Index { index: name },
        SymbolKind::Bound(bound) => AtomTree::Bound { bound: *bound },
        SymbolKind::Mcv(Cause { reason, file, line }) => AtomTree::Mcv {
            mcv: name,
            reason: reason.clone(),
            file: file.clone(),
            line: *line,
        },
    }
}

fn formula(tree: Tree) -> Result<Expr, String> {
    let mut terms = Vec::new();
    for (coefficient, factors) in tree.0 {
        let coefficient: Rational = coefficient
            .parse()
            .map_err(|error| format!("in a term: {error}"))?;
        let mut product = Expr::constant(coefficient);
        for (tree, power) in factors {
            let value = atom_formula(tree)?;
            let size = value.terms().len().saturating_pow(power.min(MAX_POWER));
            if power > MAX_POWER || size.saturating_mul(product.terms().len()) > MAX_TERMS {
                return Err("a power is too large".to_owned());
            }
            product = &product * &value.pow(power);
        }
        terms.push(product);
    }
    Ok(Expr::total(&terms))
}

fn atom_formula(tree: AtomTree) -> Result<Expr, String> {
    Ok(match tree {
        AtomTree::Measure(name) => Expr::measure(&name),
        AtomTree::Index { index } => Expr::symbol(&Symbol::index(&index)),
        AtomTree::Bound { bound } => Expr::symbol(&Symbol::bound(bound)),
        AtomTree::Mcv {
            mcv,
            reason,
            file,
            line,
        } => Expr::symbol(&Symbol::new(
            &mcv,
            SymbolKind::Mcv(Cause { reason, file, line }),
        )),
        AtomTree::Apply {
            apply, quantity, ..
        } => return Err(format!("the {quantity} of {apply} stands elsewhere")),
        AtomTree::Max { max } => Expr::max_of(formulas(max)?),
        AtomTree::Min { min } => Expr::min_of(formulas(min)?),
        AtomTree::Floor {
            floor: (dividend, divisor),
        } => formula(dividend)?.floor_div(&formula(divisor)?),
        AtomTree::Ceil {
            ceil: (dividend, divisor),
        } => formula(dividend)?.ceil_div(&formula(divisor)?),
        AtomTree::Log2 { log2 } => formula(log2)?.log2(),
        AtomTree::Power {
            power: (base, exponent),
        } => {
            let exponent = formula(exponent)?;
            if base == "phi" {
                exponent.phi_power()
            } else {
                let number = base
                    .parse::<Rational>()
                    .map_err(|error| error.to_string())?;
                Expr::power(&number, &exponent)
                    .ok_or_else(|| format!("`{base}` is not the base of a power"))?
            }
        }
        AtomTree::Sum { sum } => {
            let SumTree {
                bound,
                from,
                to,
                body,
            } = sum;
            let index = Symbol::fresh(&format!("read {bound}"));
            let body = formula(body)?.replace(&Symbol::bound(bound), &Expr::symbol(&index));
            body.sum_kept(&index, &formula(from)?, &formula(to)?)
        }
    })
}

fn formulas(trees: Vec<Tree>) -> Result<Vec<Expr>, String> {
    if trees.len() > 1 << 8 {
        return Err("too many arms".to_owned());
    }
    trees.into_iter().map(formula).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_has_a_versioned_tree() {
        let list = &Expr::measure("n").scale(&Rational::from(8)) + &Expr::from(56);
        let json = list.to_json().unwrap();
        assert_eq!(
            json,
            r#"{"schema":"heapcast.formula/1","formula":[["8",[["n",1]]],["56",[]]]}"#
        );
        assert_eq!(Expr::from_json(&json).unwrap(), list);
    }

    #[test]
    fn unknowns_keep_their_cause() {
        let cause = Cause {
            reason: "no recurrence".into(),
            file: "app.py".into(),
            line: 12,
        };
        let mcv = Expr::symbol(&Symbol::mcv("iterations of while", cause));
        assert_eq!(Expr::from_json(&mcv.to_json().unwrap()).unwrap(), mcv);
    }

    #[test]
    fn kept_sums_come_back() {
        let (i, j) = (Symbol::index("i"), Symbol::index("j"));
        let n = Expr::measure("n");
        let inner = (&Expr::symbol(&i) * &Expr::symbol(&j)).log2();
        let inner = inner.sum_kept(&j, &Expr::ZERO, &Expr::symbol(&i));
        let outer = inner.sum_kept(&i, &Expr::ZERO, &n);
        assert_eq!(Expr::from_json(&outer.to_json().unwrap()).unwrap(), outer);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "[]",
            r#"{"schema":"heapcast.formula/2","formula":[]}"#,
            r#"{"schema":"heapcast.formula/1","formula":[["x",[]]]}"#,
            r#"{"schema":"heapcast.formula/1","formula":[["1",[[{"power":["-1",[]]},1]]]]}"#,
            r#"{"schema":"heapcast.formula/1","formula":[["1",[["n",4000000000]]]]}"#,
        ] {
            assert!(Expr::from_json(text).is_err(), "{text}");
        }
    }
}
