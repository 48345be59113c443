//! What several arguments of a library's function determine together: how often a pattern matches a string, how
//! long the string is with something in place of the matches.

use heapcast_facts::{Several, Var};

use super::Seen;
use super::frame::Owner;
use super::interpret::Interpreter;
use super::library::Given;
use super::regex::{Pattern, Template};
use super::sizes::number;
use super::value::{Kind, Step, Value};
use crate::algebra::Expr;

/// What the engine of regular expressions takes for itself, and for each group.
const ENGINE: u64 = 1100;
const ENGINE_GROUP: u64 = 32;

/// What it keeps for each time that a group is repeated, and of each group then.
const WAY: u64 = 96;
const WAY_GROUP: u64 = 64;

/// The object that is given for a match.
const MATCH: u64 = 168;

/// A string with something in place of the matches of a pattern.
#[derive(Debug, Clone)]
pub(super) struct Replaced {
    /// How long it is.
    length: Expr,
    /// The bytes of what is put there, until all is joined.
    put: Expr,
}

impl<'a> Interpreter<'a> {
    /// A quantity of several arguments.
    pub(super) fn several(&mut self, given: &Given<'a>, of: Several, names: &[String]) -> Expr {
        let name = |at: usize| names.get(at).map_or("", String::as_str);
        match of {
            Several::Ways => self.ways(given, name(0), name(1)),
            Several::Matches => {
                let pattern = self.pattern(given, name(0));
                let string = self.length_given(given, name(1));
                matches(pattern.as_ref(), &string)
            }
            Several::Pieces => {
                let pattern = self.pattern(given, name(0));
                let string = self.length_given(given, name(1));
                let most = self.limit(given, name(2));
                // What is not known is taken to have a group.
                let groups = pattern.as_ref().map_or(1, |p| p.groups.len() as u64);
                let mut found = matches(pattern.as_ref(), &string);
                if let Some(most) = most {
                    found = found.minimum(&most);
                }
                &(&found * &number(groups + 1)) + &Expr::one()
            }
            Several::Covered => {
                let pattern = self.pattern(given, name(0));
                let string = self.length_given(given, name(1));
                &string * &number(pattern.map_or(1, |pattern| pattern.nesting()))
            }
            Several::Found => self.found(given, name(0), name(1)),
            Several::Working => {
                let pattern = self.pattern(given, name(0));
                let groups = pattern.as_ref().map_or(1, |p| p.groups.len() as u64);
                let own = number(ENGINE + ENGINE_GROUP * groups);
                match pattern.is_some_and(|pattern| !pattern.repeats) {
                    true => own,
                    false => {
                        let string = self.length_given(given, name(1));
                        &own + &(&string * &number(WAY + WAY_GROUP * groups))
                    }
                }
            }
            Several::Replaced | Several::Put => {
                let known = match given.replaced.get() {
                    Some(known) => known.clone(),
                    None => self.replaced(given, [name(0), name(1), name(2), name(3)]),
                };
                let known = given.replaced.get_or_init(|| known);
                match of {
                    Several::Put => known.put.clone(),
                    _ => known.length.clone(),
                }
            }
        }
    }

    fn length_given(&mut self, given: &Given<'a>, name: &str) -> Expr {
        let value = self.given(given, name).unwrap_or_default();
        self.length_or_unknown(&value)
    }

    /// A number that is more than nothing, which means that there is no limit.
    fn limit(&mut self, given: &Given<'a>, name: &str) -> Option<Expr> {
        let value = self.given(given, name)?;
        let limit = value.number.filter(|_| !value.is_bound)?;
        limit.as_constant()?.is_positive().then_some(limit)
    }

    /// The regular expression that an argument is, or was compiled from.
    fn pattern(&mut self, given: &Given<'a>, name: &str) -> Option<Pattern> {
        let value = self.given(given, name)?;
        let text = self
            .context
            .input
            .symbols
            .text(value.pattern.or(value.literal)?);
        let flags = self.given(given, "flags");
        let flagged = flags.is_some_and(|flags| flags.kind != Kind::None);
        if flagged && may_be_verbose(text) {
            return None;
        }
        Pattern::read(text)
    }

    /// The product of the lengths of what is passed, that often.
    fn ways(&mut self, given: &Given<'a>, iterables: &str, repeat: &str) -> Expr {
        let all = self.given(given, iterables).unwrap_or_default();
        let times = match self.given(given, repeat) {
            Some(value) => value.number.filter(|_| !value.is_bound),
            None => Some(Expr::one()),
        };
        let times = times.and_then(|times| times.as_constant()?.to_i64());
        let times = times.and_then(|times| u32::try_from(times).ok());
        let (Some(items), Some(times @ 0..=8)) = (all.items, times) else {
            let reason = "how many ways there are to choose from what is passed";
            return self.unknown("len(product(...))", reason);
        };
        let lengths = items.iter().map(|item| self.length_or_unknown(item));
        let once = lengths.fold(Expr::one(), |all, length| &all * &length);
        once.pow(times)
    }

    /// The bytes of what `findall` gives besides the list: strings, or tuples of them.
    fn found(&mut self, given: &Given<'a>, pattern: &str, string: &str) -> Expr {
        let pattern = self.pattern(given, pattern);
        let string = self.length_given(given, string);
        let count = matches(pattern.as_ref(), &string);
        let groups = pattern.as_ref().map_or(1, |p| p.groups.len() as u64);
        let sizes = self.context.input.sizes;
        let mut each = sizes.string.ascii * groups.max(1);
        if groups > 1 {
            each += sizes.tuple.head + sizes.tuple.slot * groups;
        }
        let nesting = pattern.map_or(1, |pattern| pattern.nesting());
        &(&count * &number(each)) + &(&string * &number(nesting))
    }

    /// How long a string is with something in place of its matches.
    fn replaced(&mut self, given: &Given<'a>, [pattern, by, string, count]: [&str; 4]) -> Replaced {
        let pattern = self.pattern(given, pattern);
        let length = self.length_given(given, string);
        let mut times = matches(pattern.as_ref(), &length);
        if let Some(most) = self.limit(given, count) {
            times = times.minimum(&most);
        }
        let head = number(self.context.input.sizes.string.ascii);
        let strings = |together: &Expr| together + &(&times * &head);
        if let Some(function) = self.variable(given, by)
            && self.is_called_back(function)
            && let Some(added) = self.replaced_by_calls(given, function, (&times, &length))
        {
            return Replaced {
                put: &strings(&added) + &number(MATCH),
                length: &length + &added,
            };
        }
        let by = self.given(given, by).unwrap_or_default();
        let text = by.literal.map(|name| self.context.input.symbols.text(name));
        let Some(template) = text.and_then(Template::read) else {
            let by = self.length_or_unknown(&by);
            // What a group gives is no longer than all of the string for each two characters that name it.
            let added = &(&length + &Expr::one()) * &by;
            return Replaced {
                put: strings(&added),
                length: &length + &added,
            };
        };
        let (shown, least) = match &pattern {
            Some(pattern) => (pattern.shows(&template), pattern.least),
            None => (template.shown.len() as u64, 0),
        };
        if shown == 0 {
            // What is replaced is not there any more, and what takes its place is there once.
            let longer = number(template.plain.saturating_sub(least));
            return Replaced {
                put: Expr::ZERO,
                length: &length + &(&times * &longer),
            };
        }
        let groups = &(&length * &number(shown)) + &(&times * &number(template.plain));
        Replaced {
            put: strings(&groups),
            length: groups,
        }
    }

    /// Whether what a function of the project does is counted for each match.
    pub(super) fn is_called_back(&self, function: Var) -> bool {
        let own = self.only_own(function);
        let at = own.and_then(|own| self.context.by_object.get(&own).copied());
        at.is_some_and(|at| self.context.summary_for(self.at, at as usize).is_some())
    }

    /// How long the results are together of a function that is called with each match.
    fn replaced_by_calls(
        &mut self,
        given: &Given<'a>,
        function: Var,
        (times, length): (&Expr, &Expr),
    ) -> Option<Expr> {
        let one = Value {
            sum: Some(length.clone()),
            ..Value::sized(Kind::Unknown, Some(length.clone())).bounded(true)
        };
        let all = Value::sized(Kind::Iterator, Some(times.clone())).with_elements_of(Some(one));
        let target = self.only_own(function)?;
        let results = self.call_for_each(given.site(), target, &all)?;
        for line in results.lines {
            let owner = Owner::Local;
            if let Some(frame) = self.frames.last_mut() {
                let at = frame.keep(super::frame::Owned { line, owner });
                frame.free(at);
            }
        }
        Some(match results.length {
            Some(together) => together,
            None => {
                let label = Self::label(&self.value(function));
                let reason = "how long all that it gives is";
                self.traced(&format!("len({label}(...))"), reason, Seen::Length)
            }
        })
    }

    /// Anything of what a star passes.
    pub(super) fn spread_any(&mut self, star: Var) -> Value {
        let whole = self.value(star);
        self.part(&whole, Step::Element).bounded(true)
    }
}

/// How many matches there are in a string of that length.
fn matches(pattern: Option<&Pattern>, string: &Expr) -> Expr {
    match pattern.map_or(0, |pattern| pattern.least) {
        0 => string + &Expr::one(),
        1 => string.clone(),
        least => string.floor_div(&number(least)),
    }
}

/// Whether a pattern is another one where blanks and comments do not count.
pub(super) fn may_be_verbose(text: &str) -> bool {
    text.contains(|letter: char| letter.is_whitespace() || letter == '#')
}
