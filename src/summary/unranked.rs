//! Recursion of which no rank is found: how often the function is called, how deep, and with what at
//! most, each by a name.

use std::collections::BTreeMap;
use std::sync::Arc;

use heapcast_facts::Obj;

use super::context::Context;
use super::ranks::Rank;
use super::recursion::Recursion;
use super::unrolling::Tree;
use super::value::{Measure, Quantity};
use super::{FunctionSummary, Seen, Trace, Unknown};
use crate::algebra::{Expr, Substitution};

/// Names for what is not known of a recursion.
pub(super) struct Named {
    /// Whose recursion it is, for the names.
    function: String,
    module: Obj,
    path: Arc<str>,
    line: u32,
    /// What each measure is at most in any of the calls.
    pub(super) inputs: Substitution,
    unknowns: Vec<Unknown>,
}

impl Named {
    fn of(context: &Context<'_>, summary: &FunctionSummary) -> Self {
        Self {
            function: context.short_name(summary.function).to_owned(),
            module: summary.module,
            path: Arc::clone(&summary.path),
            line: summary.line,
            inputs: Substitution::new(),
            unknowns: Vec::new(),
        }
    }

    /// The name of what is seen of the function in all of its calls.
    fn name(&mut self, quantity: &str, seen: Seen) -> Expr {
        let (module, line) = (self.module, self.line);
        let reason = "a recursion of which it is not known how it ends";
        let traces = vec![Trace { module, line, seen }];
        let unknown = Unknown::new(quantity, reason, (&self.path, line), traces);
        let expr = Expr::symbol(&unknown.symbol);
        if self.unknowns.iter().all(|own| own.symbol != unknown.symbol) {
            self.unknowns.push(unknown);
        }
        expr
    }
}

impl<'a> Tree<'a> {
    /// The tree of calls of a recursion that has no rank.
    pub(super) fn named(
        context: &Context<'_>,
        recursion: &'a Recursion,
        measures: Vec<Measure>,
        summary: &FunctionSummary,
    ) -> Self {
        let mut named = Named::of(context, summary);
        let function = named.function.clone();
        let nodes = named.name(&format!("calls of {function}"), Seen::Calls);
        let depth = named.name(&format!("levels of {function}"), Seen::Levels);
        let rank = Rank::Structure {
            nodes,
            depth: depth.clone(),
            together: Vec::new(),
        };
        let mut tree = Self::ranked(recursion, measures, (rank, depth), BTreeMap::new());
        for measure in &tree.measures {
            if tree.most.contains_key(&measure.symbol) {
                continue;
            }
            let quantity = format!("{} of {function}", measure.symbol.name());
            let most = named.name(&quantity, Seen::Input(measure.clone()));
            tree.on_level.insert(measure.symbol.clone(), most.clone());
            tree.most.insert(measure.symbol.clone(), most.clone());
            named.inputs.insert(measure.symbol.clone(), most);
        }
        tree.named = Some(named);
        tree
    }

    /// Names what calls return where their formulas are not solved.
    pub(super) fn name_results(&mut self, known: &mut Substitution) {
        let Some(named) = &mut self.named else {
            return;
        };
        let function = named.function.clone();
        for call in self.calls {
            let whole = (&call.result, false);
            let element = call.result.element.as_deref().map(|own| (own, true));
            for (value, is_element) in std::iter::once(whole).chain(element) {
                let of = if is_element { "[*]" } else { "" };
                let sizes = [
                    (Quantity::Number, &value.number),
                    (Quantity::Length, &value.length),
                ];
                for (quantity, size) in sizes {
                    let Some(symbol) = size.as_ref().and_then(Expr::as_symbol) else {
                        continue;
                    };
                    if known.contains_key(symbol) || symbol.is_mcv() {
                        continue;
                    }
                    let name = match quantity {
                        Quantity::Length => format!("len({function}(...){of})"),
                        _ => format!("{function}(...){of}"),
                    };
                    let seen = Seen::Returned {
                        quantity,
                        is_element,
                    };
                    known.insert(symbol.clone(), named.name(&name, seen));
                }
            }
        }
    }

    /// The unknowns of the function, with those that are named here.
    pub(super) fn unknowns(&self, summary: &FunctionSummary) -> Vec<Unknown> {
        let named = self.named.iter().flat_map(|named| &named.unknowns);
        summary.unknowns.iter().chain(named).cloned().collect()
    }
}
