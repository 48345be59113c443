//! The end of a function: what outlives it and where, and its summary.

use std::collections::BTreeMap;

use heapcast_facts::{Region, Var};
use heapcast_rules::Via;

use super::cost::{
    Line, MAX_COUNTED_TERMS, MAX_TERMS, Site, bytes_of, compacted, covers, peak, uncompacted,
};
use super::frame::{Finished, Owned, Owner};
use super::interpret::Interpreter;
use super::value::{Kind, Measure, Value};
use crate::algebra::Expr;

use super::{Costs, Destination, Effect, FunctionSummary, Retained};

impl Interpreter<'_> {
    /// Whether what `owner` owns is alive after frame number `at`, whose region is `region`.
    pub(super) fn survives(&self, owner: &Owner, at: usize, region: Region) -> bool {
        if let Owner::Result(var) = owner
            && self.split.contains(var)
            && self.uses.sequences.end_with(*var)
            && self.values.get(var).is_some_and(|slot| slot.depth > at)
        {
            return false;
        }
        owner.any(|var| {
            let slot = self.values.get(&var);
            let depth = slot.map_or(0, |slot| slot.depth);
            let kind = slot.map_or(Kind::Unknown, |slot| slot.value.kind);
            // Points-to knows a string by where it was made alone, which is the same in each call.
            let ends_here = kind.is_scalar() && self.uses.deaths.is_only_read(var);
            depth <= at || !ends_here && self.outlives(owner, var, region).next().is_some()
        })
    }

    /// Whether something is alive after each iteration of the region, and more of it after each.
    pub(super) fn adds_up(&self, owned: &Owned, at: usize, region: Region) -> bool {
        self.survives(&owned.owner, at, region) && self.accumulates(&owned.owner, at, region)
    }

    /// Whether what `owner` owns is alive after each iteration of the region, and not only after
    /// the last: it is more than the value of a name.
    fn accumulates(&self, owner: &Owner, at: usize, region: Region) -> bool {
        owner.any(|var| {
            let slot = self.values.get(&var);
            let depth = slot.map_or(0, |slot| slot.depth);
            let lets_go = self.lets_go_of(var);
            let by_names = match slot.is_some_and(|slot| slot.value.kind.is_scalar()) {
                true => self.uses.deaths.is_scalar_held_by_names(var, lets_go),
                false => self.uses.deaths.is_held_by_names(var, lets_go),
            };
            // Of all the elements of a generator, a function such as `max` gives one.
            let is_chosen = self.singly == Some(false) && self.uses.deaths.is_chosen(var);
            depth <= at
                || !by_names && !is_chosen
                || self.outlives(owner, var, region).any(|via| match via {
                    Via::Variable | Via::Returned | Via::Thrown => false,
                    Via::Yielded => !lets_go,
                    _ => true,
                })
        })
    }

    /// Through what the variable of an owner outlives a region.
    pub(super) fn outlives(
        &self,
        owner: &Owner,
        var: Var,
        region: Region,
    ) -> impl Iterator<Item = Via> {
        let parts = match owner {
            Owner::Result(_) | Owner::Any(_) => self.context.parts_outlive(var, region),
            _ => &[],
        };
        let own = match self.unkept.contains(&var) {
            true => &[],
            false => self.context.outlives(var, region),
        };
        let by_names = self.uses.deaths.is_unkept(var);
        let named = move |via: &Via| {
            !by_names || matches!(via, Via::Variable | Via::Returned | Via::Thrown)
        };
        own.iter()
            .chain(parts)
            .map(|&(_, _, via)| via)
            .filter(named)
    }

    fn destination(&self, owner: &Owner) -> Destination {
        let mut found = None;
        owner.any(|var| {
            if let Some(at) = self.function.parameters.iter().position(|p| p.var == var) {
                found = Some(Destination::Parameter(
                    u32::try_from(at).unwrap_or(u32::MAX),
                ));
                return false;
            }
            for via in self.outlives(owner, var, self.function.region) {
                let own = match via {
                    Via::Returned | Via::Yielded | Via::Thrown => Destination::Result,
                    Via::Parameter(at) => Destination::Parameter(at),
                    _ => Destination::Elsewhere,
                };
                found = Some(match found {
                    Some(other) if other != own => Destination::Elsewhere,
                    _ => own,
                });
            }
            false
        });
        found.unwrap_or(Destination::Elsewhere)
    }

    /// Whether what is owned leaves the function as its result alone.
    fn is_returned(&self, owner: &Owner) -> bool {
        let region = self.function.region;
        let other = |var| {
            let mut ways = self.outlives(owner, var, region);
            ways.any(|via| via != Via::Returned)
        };
        self.yields.is_none() && !owner.any(other)
    }

    /// Of all the numbers or strings that may be the result, a call returns one: of that length, or with
    /// that many bits.
    fn one_scalar(&self, length: Option<&Expr>, lines: Vec<Line>, site: Site) -> Vec<Line> {
        let sizes = self.context.input.sizes;
        let Some(kind) = self.returned_kind else {
            return lines;
        };
        let (head, each) = super::sizes::head(sizes, kind);
        let bytes = match (kind, length) {
            (Kind::Int, Some(bits)) => &super::sizes::number(head) + &super::sizes::digits(bits),
            (Kind::Int | Kind::Float | Kind::Complex, _) => super::sizes::number(head),
            (Kind::Str | Kind::Bytes, Some(length)) => {
                &super::sizes::number(head) + &(length * &super::sizes::number(each))
            }
            _ => return lines,
        };
        let all = bytes_of(&lines);
        let bytes = match covers(&all, &bytes) {
            true => bytes,
            // Which of both is less, sizes tell.
            false if all.as_constant().is_none() => all.minimum(&bytes),
            false => return lines,
        };
        vec![Line {
            site,
            type_name: self.context.type_name(kind),
            count: Expr::one(),
            bytes,
        }]
    }

    pub(super) fn finish(mut self) -> FunctionSummary {
        self.line = self.function.line;
        let site = self.site();
        let mut result = self
            .returned
            .take()
            .unwrap_or_else(|| Value::of(Kind::None));
        result = self.frozen(&result, 3);
        if let Some(yields) = self.yields {
            let element = self
                .containers
                .get(yields.0 as usize)
                .and_then(|c| c.element.clone());
            let element = element.map(|element| self.frozen(&element, 2));
            let length = self.container_length(yields);
            result = Value::sized(Kind::Generator, length).with_element(element);
        }
        let attributes = self.bound_attributes();
        let Some(frame) = self.frames.pop() else {
            return FunctionSummary::empty(self.function, self.context, self.at);
        };
        let finished = frame.finish();
        let changes = finished.deltas.iter().filter(|(_, by)| !by.is_zero());
        let effects = changes.filter_map(|(id, by)| {
            let container = self.containers.get(id.0 as usize)?;
            Some(Effect {
                place: container.place.clone()?,
                longer: by.clone(),
                kind: container.kind,
            })
        });
        let mut summary = FunctionSummary::empty(self.function, self.context, self.at);
        summary.effects = effects.collect();
        summary.result = result;
        summary.attributes = attributes;
        let grade = self.grade;
        let length = match self.returned_kind {
            Some(Kind::Str | Kind::Bytes) => self.length(&summary.result),
            Some(Kind::Int) => summary.result.further_bits(),
            _ => None,
        };
        let scalar = self.scalar_result(summary.result.kind);
        let sizes = [length.as_ref(), scalar.as_ref()];
        self.costs(&mut summary, &finished, (site, sizes));
        let mut measures: Vec<Measure> = self.measures.into_values().collect();
        measures.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        summary.measures = measures;
        summary.assumptions = std::mem::take(&mut self.assumptions);
        summary.notes = self.notes.take();
        summary.asks = std::mem::take(&mut self.asks);
        summary.close(grade, &self.unknowns);
        summary
    }

    /// The costs, with the tables of inputs that grew and, for callers, without: a caller knows
    /// how long these are.
    fn costs(
        &self,
        summary: &mut FunctionSummary,
        finished: &Finished,
        (site, [length, scalar]): (Site, [Option<&Expr>; 2]),
    ) {
        let limit = match self.is_counting() {
            true => MAX_COUNTED_TERMS,
            false => MAX_TERMS,
        };
        let bounds = (self.grade, limit);
        let cost = |lines: Vec<Line>| match self.notes {
            Some(_) => uncompacted(lines, bounds),
            None => compacted(lines, bounds, site),
        };
        let mut retained: BTreeMap<Destination, Vec<Line>> = BTreeMap::new();
        let mut returned: Vec<Line> = Vec::new();
        for owned in &finished.alive {
            if self.survives(&owned.owner, 0, finished.region) {
                let destination = self.destination(&owned.owner);
                let lines = match destination == Destination::Result {
                    true if self.is_returned(&owned.owner) => &mut returned,
                    _ => retained.entry(destination).or_default(),
                };
                lines.push(owned.line.clone());
            }
        }
        if !returned.is_empty() {
            let lines = retained.entry(Destination::Result).or_default();
            lines.extend(self.one_scalar(length, returned, site));
        }
        if let (Some(lines), Some(scalar)) = (retained.get_mut(&Destination::Result), scalar) {
            let is_scalar = self.returned_kind.is_some_and(Kind::is_scalar);
            let bytes = match is_scalar {
                true => scalar.clone(),
                false => bytes_of(lines).minimum(scalar),
            };
            *lines = vec![self.builtin_line(summary.result.kind, Expr::one(), bytes)];
        }
        let parts = |with: bool| {
            let mut extra = self.grown.each_ref().map(|grown| {
                grown
                    .iter()
                    .filter(|_| with)
                    .map(|table| table.line.clone())
                    .collect::<Vec<_>>()
            });
            extra[0].extend_from_slice(&finished.total);
            let mut retained = retained.clone();
            for table in self.grown[1].iter().filter(|_| with) {
                retained
                    .entry(self.destination(&table.owner))
                    .or_default()
                    .push(table.line.clone());
            }
            let [total, alive] = extra;
            let mut moments: Vec<Vec<Line>> = finished.peaks.clone();
            if moments.is_empty() {
                moments.push(Vec::new());
            }
            moments
                .iter_mut()
                .for_each(|lines| lines.extend_from_slice(&alive));
            let retained = retained.into_iter();
            Costs {
                total: cost(total),
                peak: peak(&moments, cost),
                retained_in: retained
                    .map(|(destination, lines)| Retained {
                        destination,
                        cost: cost(lines),
                    })
                    .collect(),
            }
        };
        let all = parts(true);
        summary.total = all.total;
        summary.peak = all.peak;
        summary.retained_in = all.retained_in;
        if !self.grown[0].is_empty() {
            summary.without_inputs = Some(Box::new(parts(false)));
        }
    }
}
