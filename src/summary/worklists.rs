//! Loops that work off a container: each iteration takes one thing out, and may put others in.
//!
//! Taking from what is empty raises, so such a loop runs at most as often as something is put in.
//! That has a bound where nothing is, where parts of what was taken out are (a walk over a tree), and
//! where a mark keeps everything from coming twice (a search in a graph).

use std::sync::Arc;

use heapcast_facts::{Map, Var};

use super::bodies::{Body, Parts};
use super::certain::certain;
use super::interpret::Interpreter;
use super::value::{ContainerId, Place, Quantity, Step, Value};
use crate::algebra::Expr;
use crate::ir::{Argument, Block, Callee, CompareOp, Loop, LoopKind, Op, Phi};

/// Methods that take one thing out and raise where there is none.
const TAKES: &[&str] = &["pop", "popleft", "popitem"];

/// What a loop that works off a container comes to.
pub(super) struct Worklist {
    /// The container.
    pub(super) container: ContainerId,
    /// How often the loop runs at most.
    pub(super) count: Expr,
    /// What is taken out, as far as it is known.
    pub(super) element: Option<Value>,
    /// How much is taken out in all, if each iteration takes out all that there is when it starts.
    pub(super) in_all: Option<Expr>,
}

impl<'a> Interpreter<'a> {
    /// The container that a loop works off, if there is one and a bound for it.
    pub(super) fn worklist(&mut self, inner: &'a Loop) -> Option<Worklist> {
        let LoopKind::While { .. } = inner.kind else {
            return None;
        };
        let mut body = Body::default();
        for phi in &inner.phis {
            body.aliases
                .extend(phi.from.first().map(|from| (phi.to, *from)));
        }
        let (taken, base, level) = self.certainly_takes(inner)?;
        let root = aliased(&inner.body, &body.aliases, base);
        let value = self.defined(root)?;
        let container = self.container_of(&value)?;
        body.begin(taken);
        body.sink = Some(root);
        self.scan(&inner.body, root, &mut body, &[], None);
        if body.unseen {
            return None;
        }
        let before = self.container_length(container)?;
        if body.puts.is_empty() {
            return Some(Worklist {
                container,
                in_all: level.then(|| before.clone()),
                count: before,
                element: None,
            });
        }
        if let Some(walk) = self.walk_of(&body, container, &before) {
            // A level is what follows from the one before it.
            let levels = level.then(|| walk.depth(self));
            return Some(Worklist {
                container,
                in_all: level.then(|| walk.nodes.clone()),
                count: levels.unwrap_or(walk.nodes),
                element: Some(walk.element),
            });
        }
        let count = self
            .search_of(&body, inner, taken, &before)
            .or_else(|| self.slot_search(&body, inner, &before))?;
        Some(Worklist {
            container,
            in_all: level.then(|| count.clone()),
            count,
            element: None,
        })
    }

    /// What each iteration takes out of which container: one thing, or all that there is when it
    /// starts, in a loop over the numbers below the container's length.
    fn certainly_takes(&self, inner: &'a Loop) -> Option<(Var, Var, bool)> {
        let mut found = None;
        let mut levels = Vec::new();
        certain(inner, &mut |op| {
            found = found.or(self.takes(op));
            if let Op::Loop(nested) = op {
                levels.push(nested);
            }
        });
        if let Some((taken, base)) = found {
            return Some((taken, base, false));
        }
        levels.into_iter().find_map(|nested| {
            let mut found = None;
            certain(nested, &mut |op| found = found.or(self.takes(op)));
            let (taken, base) = found?;
            let LoopKind::For { iterable, .. } = nested.kind else {
                return None;
            };
            self.is_level(inner, iterable, base)
                .then_some((taken, base, true))
        })
    }

    /// Whether a loop goes on while there is something in a container, and `numbers` are those below
    /// its length.
    fn is_level(&self, inner: &'a Loop, numbers: Var, container: Var) -> bool {
        let LoopKind::While { header, test } = &inner.kind else {
            return false;
        };
        let mut aliases: Map<Var, Var> = Map::default();
        let mut lengths: Vec<(Var, Var)> = Vec::new();
        let mut ranges: Vec<(Var, Var)> = Vec::new();
        let mut positive: Vec<(Var, Var)> = Vec::new();
        for item in header.iter().chain(&inner.body) {
            match &item.op {
                Op::Narrow { to, from } => {
                    aliases.insert(*to, *from);
                }
                Op::Loop(nested) => {
                    let first = |phi: &Phi| Some((phi.to, *phi.from.first()?));
                    aliases.extend(nested.phis.iter().filter_map(first));
                }
                Op::Compare {
                    to,
                    op: CompareOp::Gt | CompareOp::NotEq,
                    left,
                    ..
                } => positive.push((*to, *left)),
                Op::Call {
                    to,
                    callee: Callee::Value(callee),
                    arguments,
                    ..
                } => {
                    let [Argument::Positional(of)] = arguments[..] else {
                        continue;
                    };
                    if self.holds_builtin(*callee, "len") {
                        lengths.push((*to, of));
                    } else if self.holds_builtin(*callee, "range") {
                        ranges.push((*to, of));
                    }
                }
                _ => {}
            }
        }
        let body = Body {
            aliases,
            ..Body::default()
        };
        let of = |pairs: &[(Var, Var)], var: Var| {
            let mut pairs = pairs.iter();
            pairs.find_map(|(to, of)| (*to == body.root(var)).then_some(*of))
        };
        let is_container = |var: Var| body.root(var) == body.root(container);
        let is_length = |var: Var| of(&lengths, var).is_some_and(is_container);
        let asks =
            is_container(*test) || is_length(*test) || of(&positive, *test).is_some_and(is_length);
        asks && of(&ranges, numbers).is_some_and(is_length)
    }

    /// Whether a variable holds a builtin function or class.
    pub(super) fn holds_builtin(&self, var: Var, name: &str) -> bool {
        let own = |text: &str| text.strip_prefix("builtins.").unwrap_or(text) == name;
        let mut targets = self.context.points_to(var);
        targets.any(|target| own(self.context.name(target)))
    }

    /// What an operation takes out of which container.
    pub(super) fn takes(&self, op: &Op) -> Option<(Var, Var)> {
        let Op::Call {
            to,
            callee,
            arguments,
            ..
        } = op
        else {
            return None;
        };
        let text = |name| self.context.input.symbols.text(name);
        match (callee, arguments.first()) {
            (Callee::Method(base, name), _) if TAKES.contains(&text(*name)) => Some((*to, *base)),
            (_, Some(Argument::Positional(base))) if self.is_heap(callee, "heappop") => {
                Some((*to, *base))
            }
            _ => None,
        }
    }

    pub(super) fn is_heap(&self, callee: &Callee, name: &str) -> bool {
        let (Callee::Value(var) | Callee::Method(var, _)) = callee else {
            return false;
        };
        let own = |text: &str| text.strip_prefix("heapq.").unwrap_or(text) == name;
        match callee {
            Callee::Method(_, method) => own(self.context.input.symbols.text(*method)),
            _ => self
                .context
                .points_to(*var)
                .any(|target| own(self.context.name(target))),
        }
    }

    /// Parts of what was taken out are put in: each iteration works on one of the parts.
    fn walk_of(
        &mut self,
        body: &Body<'a>,
        container: ContainerId,
        before: &Expr,
    ) -> Option<WalkOf> {
        let parts = body.parts()?;
        let first = self.containers.get(container.0 as usize)?.clone();
        let element = match (&first.element, &first.place) {
            (Some(element), _) => element.clone(),
            (None, Some(place)) => {
                Value::input(place.then(Step::Element, self.context.input.symbols)?)
            }
            _ => return None,
        };
        self.walk_from(&parts, &element, before)
    }

    /// All that is come to from what a container holds at first, of which parts are put in.
    pub(super) fn walk_from(
        &mut self,
        parts: &Parts,
        element: &Value,
        before: &Expr,
    ) -> Option<WalkOf> {
        let start = match parts.item {
            Some(at) => element.items.as_ref()?.get(at as usize)?.clone(),
            None => element.clone(),
        };
        let place = start.place.filter(|place| place.below.is_none())?;
        let place = match before.as_constant().is_some_and(|length| length.is_one()) {
            true => Place::clone(&place),
            false if place.steps.last() == Some(&Step::Element) => {
                place.with(Step::Element, Step::Each)
            }
            false => return None,
        };
        let all = Arc::new(place.clone().walked(parts.ways.clone()));
        let nodes = self.measure(&all, Quantity::Nodes);
        let any = place.with(Step::Each, Step::Element);
        let any = any.walked(parts.ways.clone());
        // Where it is not asked whether there is a part, nothing is put in for it too.
        let nodes = match parts.open {
            0 => nodes,
            open => &nodes.scale(&i64::from(open).into()) + before,
        };
        let any = Arc::new(any);
        let walked = Value::input(Place::clone(&any));
        let element = match (parts.item, &element.items) {
            (Some(at), Some(items)) => {
                let mut items = items.to_vec();
                *items.get_mut(at as usize)? = walked;
                Value {
                    items: Some(items.into()),
                    ..Value::of(element.kind)
                }
            }
            _ => walked,
        };
        Some(WalkOf {
            nodes,
            all: any,
            is_open: parts.open > 0,
            element,
        })
    }
}

/// A walk over a structure.
pub(super) struct WalkOf {
    /// How many things are put in, in all.
    pub(super) nodes: Expr,
    /// All of them.
    all: Arc<Place>,
    /// Whether nothing is put in too.
    is_open: bool,
    /// What each of them is.
    pub(super) element: Value,
}

impl WalkOf {
    /// How many of what is put in may follow from each other.
    pub(super) fn depth(&self, interpreter: &mut Interpreter<'_>) -> Expr {
        let depth = interpreter.measure(&self.all, Quantity::Depth);
        match self.is_open {
            true => &depth + &Expr::one(),
            false => depth,
        }
    }
}

/// The first name of what a block takes from.
fn aliased(block: &Block, around: &Map<Var, Var>, var: Var) -> Var {
    let mut aliases = around.clone();
    for item in block {
        if let Op::Narrow { to, from } = &item.op {
            aliases.insert(*to, *from);
        }
    }
    let body = Body {
        aliases,
        ..Body::default()
    };
    body.root(var)
}
