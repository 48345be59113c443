//! Guarded cases: what a function costs on each way through its branches.
//!
//! The function is interpreted once for each way, with its conditions decided: an arm that is not
//! taken costs nothing, and a way that ends early costs nothing after its end. Conditions are kept as
//! [`Test`]s over the inputs, so that they can be asked of actual arguments.

use std::sync::Arc;

use heapcast_facts::{Map, Symbol as Name, Var};

use super::FunctionSummary;
use super::context::Context;
use super::decisions::{Ask, Fact};
use super::interpret::Interpreter;
use super::value::{Place, Step};
use crate::ir::{
    Argument, BinaryOp, Block, Branch, Callee, CompareOp, Const, Function, Index, Item, Op, UnaryOp,
};

/// More ways through a function than this are not told apart.
const MAX_CASES: usize = 16;

/// Larger conditions are not written out.
const MAX_DEPTH: u32 = 8;

/// What is computed of inputs to decide a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// An input.
    Input(Arc<Place>),
    /// A constant.
    Const(Const),
    /// `len(x)`, `callable(x)`, `abs(x)`
    Call(&'static str, Box<Test>),
    /// `isinstance(x, (A, B))`, by the dotted names of the classes.
    IsInstance(Box<Test>, Vec<Box<str>>),
    /// `hasattr(x, "name")`
    HasAttribute(Box<Test>, Name),
    /// `not x`, `-x`
    Unary(UnaryOp, Box<Test>),
    /// `a + b`
    Binary(BinaryOp, Box<Test>, Box<Test>),
    /// `a < b`
    Compare(CompareOp, Box<Test>, Box<Test>),
}

/// A condition on which the ways part.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// Its line.
    pub line: u32,
    /// How the inputs decide it, if they do.
    pub test: Option<Test>,
}

/// The ways through a function.
#[derive(Debug, Clone)]
pub enum Cases {
    /// One way, with the costs on it.
    Way(Box<FunctionSummary>),
    /// Two, by a condition.
    Fork {
        /// The condition.
        guard: Guard,
        /// The ways where it holds.
        then: Box<Cases>,
        /// The ways where it does not.
        or_else: Box<Cases>,
    },
}

/// The conditions that are decided while a way is interpreted, and the first one that is not.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    decided: Vec<(Var, bool)>,
    /// What a name is on the way that is taken.
    aliases: Map<Var, Var>,
    open: Option<Parting>,
}

/// Where ways part.
#[derive(Debug, Clone)]
struct Parting {
    guard: Guard,
    /// The condition, if it is one of the function itself.
    var: Option<Var>,
    /// What is asked of which parameter, and which answer makes the condition hold.
    ask: Option<(usize, Ask, bool)>,
}

/// The ways through a function.
pub(super) fn cases<'a>(context: &'a Context<'a>, at: usize, function: &'a Function) -> Cases {
    let nothing = Known {
        decided: Vec::new(),
        given: vec![Fact::ANY; function.parameters.len()].into(),
    };
    ways(context, at, function, &nothing, MAX_CASES).0
}

/// What is decided on a way, and what is certain of the arguments.
struct Known {
    decided: Vec<(Var, bool)>,
    given: Arc<[Fact]>,
}

impl Known {
    /// What is known where the condition holds, or does not.
    fn with(&self, parting: &Parting, holds: bool) -> Self {
        let mut decided = self.decided.clone();
        decided.extend(parting.var.map(|var| (var, holds)));
        let mut given = Arc::clone(&self.given);
        if let Some((at, ask, answer)) = &parting.ask
            && let Some(fact) = Arc::make_mut(&mut given).get_mut(*at)
        {
            *fact = fact.after(ask, *answer == holds);
        }
        Self { decided, given }
    }
}

/// The ways that go on from some decisions, and how many they are.
fn ways<'a>(
    context: &'a Context<'a>,
    at: usize,
    function: &'a Function,
    known: &Known,
    most: usize,
) -> (Cases, usize) {
    let choices = Choices {
        decided: known.decided.clone(),
        ..Choices::default()
    };
    let given = Arc::clone(&known.given);
    let (summary, choices) = Interpreter::one_way(context, at, function, given, choices);
    let parting = match choices.open {
        Some(parting) if most > 1 => parting,
        _ => return (Cases::Way(Box::new(summary)), 1),
    };
    let [then, or_else] = [true, false].map(|holds| known.with(&parting, holds));
    // One way at least is left for where the condition does not hold.
    let (then, count) = ways(context, at, function, &then, most.div_ceil(2));
    let left = most - count.min(most - 1);
    let (or_else, others) = ways(context, at, function, &or_else, left);
    if let (Cases::Way(one), Cases::Way(other)) = (&then, &or_else)
        && alike(one, other)
    {
        return (then, 1);
    }
    let (then, or_else) = (Box::new(then), Box::new(or_else));
    let fork = Cases::Fork {
        guard: parting.guard,
        then,
        or_else,
    };
    (fork, count + others)
}

/// Whether two ways cost the same.
fn alike(one: &FunctionSummary, other: &FunctionSummary) -> bool {
    one.total.bytes() == other.total.bytes()
        && one.peak.bytes() == other.peak.bytes()
        && one.retained.bytes() == other.retained.bytes()
}

impl Cases {
    /// The costs of all ways, from left to right.
    pub fn summaries(&self) -> Vec<&FunctionSummary> {
        match self {
            Cases::Way(summary) => vec![summary],
            Cases::Fork { then, or_else, .. } => {
                let mut all = then.summaries();
                all.extend(or_else.summaries());
                all
            }
        }
    }
}

impl<'a> Interpreter<'a> {
    /// Runs the arm of a branch that is decided; whether it is.
    pub(super) fn decided(&mut self, branch: &'a Branch) -> bool {
        if self.frames.len() != 1 || !self.loops.is_empty() {
            return false;
        }
        let Some(choices) = &self.choices else {
            return false;
        };
        let test = choices.alias(branch.test);
        let known = choices.decided.iter().find(|(var, _)| *var == test);
        let Some(&(_, holds)) = known else {
            if choices.open.is_none() {
                let test_of = self.test(test, MAX_DEPTH);
                let guard = Guard {
                    line: line_of(&self.function.body, test).unwrap_or(self.line),
                    test: test_of,
                };
                let parting = Parting {
                    var: Some(test),
                    ask: guard.test.as_ref().and_then(asked),
                    guard,
                };
                if let Some(choices) = &mut self.choices {
                    choices.open = Some(parting);
                }
            }
            return false;
        };
        self.goes(branch, holds);
        true
    }

    /// The ways part by what a callee asks of a parameter that is passed on.
    pub(super) fn parts_by(&mut self, at: usize, ask: &Ask) {
        let fact = self.given.get(at).copied().unwrap_or(Fact::ANY);
        let answers = |holds: bool| fact.after(ask, holds).answer(ask, self.context).is_some();
        let parameter = self.function.parameters.get(at);
        let Some(parameter) = parameter.filter(|_| answers(true) && answers(false)) else {
            return;
        };
        let Some(choices) = self.choices.as_mut().filter(|own| own.open.is_none()) else {
            return;
        };
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        let name = self.context.input.symbols.text(parameter.name);
        let place = Place::new(super::value::Root::Parameter(number), name);
        let guard = Guard {
            line: self.line,
            test: Some(test_of(ask, Test::Input(Arc::new(place)))),
        };
        choices.open = Some(Parting {
            guard,
            var: None,
            ask: Some((at, ask.clone(), true)),
        });
    }

    /// Goes one way through a branch.
    pub(super) fn goes(&mut self, branch: &'a Branch, holds: bool) {
        self.block(branch.taken(holds));
        if self.ended {
            return;
        }
        for phi in &branch.phis {
            let Some(from) = phi.taken(holds) else {
                continue;
            };
            if let Some(choices) = &mut self.choices {
                let root = choices.alias(from);
                choices.aliases.insert(phi.to, root);
            }
            let value = self.value(from);
            self.set(phi.to, value);
        }
    }

    /// How the inputs decide what a variable is.
    fn test(&mut self, var: Var, depth: u32) -> Option<Test> {
        let depth = depth.checked_sub(1)?;
        let inner = |own: &mut Self, var| own.test(var, depth).map(Box::new);
        let found = match definition(&self.function.body, var) {
            None => None,
            Some(Op::Narrow { from, .. }) => return self.test(*from, depth),
            Some(Op::Const { value, .. }) => return Some(Test::Const(value.clone())),
            Some(Op::Unary { op, operand, .. }) => Some(Test::Unary(*op, inner(self, *operand)?)),
            Some(Op::Binary {
                op, left, right, ..
            }) => Some(Test::Binary(*op, inner(self, *left)?, inner(self, *right)?)),
            Some(Op::Compare {
                op, left, right, ..
            }) => Some(Test::Compare(
                *op,
                inner(self, *left)?,
                inner(self, *right)?,
            )),
            Some(Op::Call {
                callee: Callee::Value(callee),
                arguments,
                ..
            }) => self.test_of_call(*callee, arguments, depth),
            Some(
                Op::Attribute { .. }
                | Op::Subscript {
                    index: Index::Value(_),
                    ..
                },
            ) => None,
            Some(_) => return None,
        };
        found.or_else(|| self.input_test(var))
    }

    fn input_test(&mut self, var: Var) -> Option<Test> {
        let place = self.defined(var)?.place?;
        let plain = |step: &Step| matches!(step, Step::Attribute(_) | Step::Key(_));
        let parameter = matches!(place.root, super::value::Root::Parameter(_));
        let plain = place.below.is_none() && place.steps.iter().all(plain) && parameter;
        plain.then_some(Test::Input(place))
    }

    fn test_of_call(&mut self, callee: Var, arguments: &[Argument], depth: u32) -> Option<Test> {
        let label = self.value(callee).label?;
        let name = ["len", "callable", "abs", "isinstance", "hasattr"]
            .into_iter()
            .find(|name| *name == &*label)?;
        let Some(Argument::Positional(of)) = arguments.first() else {
            return None;
        };
        let of = Box::new(self.test(*of, depth)?);
        match (name, arguments) {
            ("isinstance", [_, Argument::Positional(classes)]) => {
                Some(Test::IsInstance(of, self.class_names(*classes)?))
            }
            ("hasattr", [_, Argument::Positional(name)]) => {
                let name = self.value(*name).literal?;
                Some(Test::HasAttribute(of, name))
            }
            ("isinstance" | "hasattr", _) => None,
            (name, [_]) => Some(Test::Call(name, of)),
            _ => None,
        }
    }

    fn class_names(&mut self, classes: Var) -> Option<Vec<Box<str>>> {
        if let Some(Op::Display { elements, .. }) = definition(&self.function.body, classes) {
            let mut names = Vec::new();
            for (element, starred) in elements {
                if *starred {
                    return None;
                }
                names.extend(self.class_names(*element)?);
            }
            return Some(names);
        }
        let mut found = self.context.points_to(classes);
        let (Some(only), None) = (found.next(), found.next()) else {
            return None;
        };
        Some(vec![self.context.name(only).into()])
    }
}

impl Choices {
    fn alias(&self, var: Var) -> Var {
        self.aliases.get(&var).copied().unwrap_or(var)
    }
}

/// What a condition asks of a parameter, and the answer with which it holds.
fn asked(test: &Test) -> Option<(usize, Ask, bool)> {
    let parameter = |test: &Test| match test {
        Test::Input(place) if place.steps.is_empty() => match place.root {
            super::value::Root::Parameter(at) => usize::try_from(at).ok(),
            super::value::Root::Cell(_) => None,
        },
        _ => None,
    };
    match test {
        Test::Input(_) => Some((parameter(test)?, Ask::Truth, true)),
        Test::Unary(UnaryOp::Not, of) => asked(of).map(|(at, ask, holds)| (at, ask, !holds)),
        Test::Compare(op, of, by) if matches!(**by, Test::Const(Const::None)) => {
            let holds = match op {
                CompareOp::Is | CompareOp::Eq => true,
                CompareOp::IsNot | CompareOp::NotEq => false,
                _ => return None,
            };
            Some((parameter(of)?, Ask::None, holds))
        }
        Test::Call("callable", of) => Some((parameter(of)?, Ask::Callable, true)),
        Test::IsInstance(of, classes) => {
            Some((parameter(of)?, Ask::Instance(classes.clone()), true))
        }
        _ => None,
    }
}

/// The condition that asks something.
fn test_of(ask: &Ask, of: Test) -> Test {
    let of = Box::new(of);
    match ask {
        Ask::None => Test::Compare(CompareOp::Is, of, Box::new(Test::Const(Const::None))),
        Ask::Truth => *of,
        Ask::Callable => Test::Call("callable", of),
        Ask::Instance(classes) => Test::IsInstance(of, classes.clone()),
    }
}

/// The step that defines a variable.
fn definition(body: &Block, var: Var) -> Option<&Op> {
    item_of(body, var).map(|item| &item.op)
}

fn line_of(body: &Block, var: Var) -> Option<u32> {
    item_of(body, var).map(|item| item.line)
}

fn item_of(body: &Block, var: Var) -> Option<&Item> {
    let mut found = None;
    crate::ir::visit_items(body, &mut |item| {
        if crate::ir::defined(&item.op) == Some(var) {
            found = Some(item);
        }
    });
    found
}
