//! The numbers that a user gives for measures and unknowns: `--at`, `--default`, `--sweep`.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::forecast::{Forecast, Profile};
use crate::algebra::Symbol;

mod sweep;

pub use sweep::Sweep;

/// Names past this number are only counted in an error.
const SHOWN: usize = 12;

/// A name with its number, as the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// The name of a measure or an unknown, or what tells it apart.
    pub(crate) name: String,
    /// The number.
    pub(crate) value: i64,
}

/// Reads `n=1000,len(xs)=1e6`. Names may have commas and equals signs inside brackets.
///
/// # Errors
/// If a part has no name, or no whole number.
fn parse(text: &str) -> Result<Vec<Given>, String> {
    let parts = split(text).into_iter().map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part
                .rsplit_once('=')
                .filter(|(name, _)| !name.trim().is_empty())
                .ok_or_else(|| format!("`{part}` is not of the form NAME=NUMBER"))?;
            Ok(Given {
                name: name.trim().to_owned(),
                value: number(value.trim())?,
            })
        })
        .collect()
}

/// The numbers of all `--at`.
///
/// # Errors
/// If one is none.
pub(crate) fn given_at(texts: &[String]) -> Result<Vec<Given>, Error> {
    let mut all: Vec<Given> = Vec::new();
    for text in texts {
        let parsed = parse(text)
            .map_err(|reason| Error::new(reason).hint("as in --at \"n=1000,len(xs)=1e6\""))?;
        for given in parsed {
            if all.iter().any(|known| known.name == given.name) {
                return Err(Error::new(format!("`{}` is given twice", given.name)));
            }
            all.push(given);
        }
    }
    Ok(all)
}

/// The parts between commas that stand in no brackets and no quotes.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start, mut quote) = (0_usize, 0, None);
    for (at, character) in text.char_indices() {
        match character {
            _ if quote == Some(character) => quote = None,
            _ if quote.is_some() => {}
            '\'' | '"' => quote = Some(character),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// Reads a whole number: `1000`, `1_000`, `1e6`, `2.5e3`.
///
/// # Errors
/// If it is none, negative, or too large.
pub(crate) fn number(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is not a whole number such as 1000, 1_000 or 1e6");
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => {
            let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
            (digits, exponent.parse::<u32>().map_err(|_| wrong())?)
        }
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| -> Option<String> {
        let good = |byte: u8| byte.is_ascii_digit() || byte == b'_';
        part.bytes().all(good).then(|| part.replace('_', ""))
    };
    let (whole, fraction) = plain(whole).zip(plain(fraction)).ok_or_else(wrong)?;
    let fraction = fraction.trim_end_matches('0');
    let zeros = (exponent as usize).checked_sub(fraction.len());
    let zeros = zeros.filter(|_| !whole.is_empty()).ok_or_else(wrong)?;
    if zeros > 18 && whole.bytes().chain(fraction.bytes()).any(|b| b != b'0') {
        return Err(format!("`{text}` is too large"));
    }
    let all = format!("{whole}{fraction}{}", "0".repeat(zeros.min(18)));
    all.parse().map_err(|_| format!("`{text}` is too large"))
}

/// What is to be put into the formulas of functions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted<'a> {
    /// The numbers of `--at`.
    pub(crate) at: &'a [Given],
    /// The name whose number changes.
    pub(crate) swept: Option<&'a str>,
    /// The number of all others.
    pub(crate) others: Option<i64>,
}

/// A function with the numbers that its formulas get.
#[derive(Debug, Clone)]
pub(crate) struct Bound<'a> {
    /// The function.
    pub(crate) forecast: &'a Forecast,
    /// The numbers, without that of the swept name.
    pub(crate) profile: Profile,
    /// What was given and is needed: the names in the formulas, with their numbers.
    pub(crate) given: Vec<(String, i64)>,
    /// The same names as the user wrote them.
    pub(crate) written: Vec<String>,
    /// The swept name, as the formulas have it.
    pub(crate) swept: Option<String>,
}

impl Wanted<'_> {
    /// Finds for each function what the names mean in it.
    ///
    /// # Errors
    /// If a name means nothing in any of the functions or several things in one, or if a number is
    /// missing.
    pub(crate) fn bind<'a>(&self, functions: &[&'a Forecast]) -> Result<Vec<Bound<'a>>, Error> {
        self.check_names(functions)?;
        let bound: Result<Vec<Bound<'a>>, Error> = functions
            .iter()
            .map(|forecast| self.bind_one(forecast))
            .collect();
        let bound = bound?;
        if self.others.is_none() {
            check_complete(&bound)?;
        }
        Ok(bound)
    }

    /// The numbers of all the functions together, with one for everything else.
    ///
    /// # Errors
    /// As [`Wanted::bind`].
    pub(crate) fn profile(&self, functions: &[&Forecast]) -> Result<Profile, Error> {
        let mut profile = Profile::default();
        if let Some(others) = self.others {
            profile = profile.others(others);
        }
        for bound in self.bind(functions)? {
            for (name, value) in bound.given {
                profile.set(&name, value);
            }
        }
        Ok(profile)
    }

    fn bind_one<'a>(&self, forecast: &'a Forecast) -> Result<Bound<'a>, Error> {
        let needed = forecast.needed();
        let mut profile = Profile::default();
        if let Some(others) = self.others {
            profile = profile.others(others);
        }
        let (mut given, mut written) = (Vec::new(), Vec::new());
        for Given { name, value } in self.at {
            if let Some(symbol) = meant(name, &needed, forecast)? {
                profile.set(symbol.name(), *value);
                given.push((symbol.name().to_owned(), *value));
                written.push(name.clone());
            }
        }
        let swept = match self.swept {
            Some(name) => meant(name, &needed, forecast)?,
            None => None,
        };
        Ok(Bound {
            forecast,
            profile,
            given,
            written,
            swept: swept.map(|symbol| symbol.name().to_owned()),
        })
    }

    fn check_names(&self, functions: &[&Forecast]) -> Result<(), Error> {
        let known: Vec<(BTreeSet<Symbol>, &Forecast)> =
            functions.iter().map(|f| (f.needed(), *f)).collect();
        let names = self.at.iter().map(|given| given.name.as_str());
        for name in names.chain(self.swept) {
            let mut means = false;
            for (needed, forecast) in &known {
                means |= meant(name, needed, forecast)?.is_some() || is_parameter(name, forecast);
            }
            if !means {
                return Err(unknown_name(name, &known));
            }
        }
        Ok(())
    }
}

impl Bound<'_> {
    /// The profile with the swept name at `value`.
    pub(crate) fn at(&self, value: i64) -> Profile {
        let mut profile = self.profile.clone();
        if let Some(name) = &self.swept {
            profile.set(name, value);
        }
        profile
    }

    /// What is needed and has no number.
    fn missing(&self) -> Vec<Symbol> {
        let profile = self.at(0);
        let needed = self.forecast.needed().into_iter();
        needed
            .filter(|symbol| profile.value(symbol).is_none())
            .collect()
    }
}

/// Whether the name is that of a parameter, or of a part of one: the function has it, though its
/// memory need not depend on it.
fn is_parameter(name: &str, forecast: &Forecast) -> bool {
    let mut words = name.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|word| forecast.parameters.iter().any(|own| own == word))
}

/// The symbol that a name means in a function.
///
/// # Errors
/// If it could mean several.
fn meant(
    name: &str,
    needed: &BTreeSet<Symbol>,
    forecast: &Forecast,
) -> Result<Option<Symbol>, Error> {
    // Formulas have brackets around names of unknowns.
    let bare = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let name = bare.unwrap_or(name);
    if let Some(own) = needed.iter().find(|symbol| symbol.name() == name) {
        return Ok(Some(own.clone()));
    }
    let (quantity, place) = match name.rsplit_once('@') {
        Some((quantity, place)) => (quantity.trim(), place.trim()),
        None => (name, ""),
    };
    let fits = |symbol: &&Symbol| match symbol.name().rsplit_once(" @ ") {
        Some((own, at)) => own == quantity && ends_with(at, place),
        None => false,
    };
    let found: Vec<&Symbol> = needed.iter().filter(fits).collect();
    match found[..] {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        _ => {
            let names: Vec<String> = found.iter().map(|s| format!("`{s}`")).collect();
            let error = Error::new(format!(
                "`{name}` could mean several unknowns of `{}`",
                forecast.function
            ));
            Err(error.hint(format!("there are {}", names.join(", "))))
        }
    }
}

/// Whether `FILE:LINE` is what `place` says: all of it, an end of the path, the line alone, or
/// nothing.
fn ends_with(whole: &str, place: &str) -> bool {
    let rest = whole.strip_suffix(place);
    place.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '\\', ':']))
}

fn unknown_name(name: &str, known: &[(BTreeSet<Symbol>, &Forecast)]) -> Error {
    let place = match known {
        [(_, one)] => format!("`{}`", one.function),
        _ => "the functions".to_owned(),
    };
    let error = Error::new(format!(
        "`{name}` is not a measure or an unknown in the formulas of {place}"
    ));
    let names: BTreeSet<&str> = known
        .iter()
        .flat_map(|(needed, _)| needed.iter().map(Symbol::name))
        .collect();
    if names.is_empty() {
        return error.hint("the formulas have none: the memory is always the same");
    }
    let nearness = |other: &str| {
        let quantity = other.split(" @ ").next().unwrap_or(other);
        let distance = strsim::normalized_levenshtein(name, quantity);
        // A name inside of another one is what was meant more often than one that differs in it.
        distance + f64::from(u8::from(quantity.contains(name)))
    };
    let mut ranked: Vec<&str> = names.into_iter().collect();
    ranked.sort_by(|a, b| nearness(b).total_cmp(&nearness(a)));
    let nearest: Vec<String> = ranked.iter().take(3).map(|n| format!("`{n}`")).collect();
    error.hint(format!("there is {}", nearest.join(", ")))
}

/// Fails with what is needed and not given.
fn check_complete(bound: &[Bound<'_>]) -> Result<(), Error> {
    let mut missing: BTreeMap<Symbol, Vec<&str>> = BTreeMap::new();
    for one in bound {
        for symbol in one.missing() {
            let functions = missing.entry(symbol).or_default();
            functions.push(&one.forecast.function);
        }
    }
    // The name of a measure is the shorter example.
    let measure = missing.keys().find(|symbol| !symbol.is_mcv());
    let Some(first) = measure.or(missing.keys().next()) else {
        return Ok(());
    };
    let example = first.name().split(" @ ").next().unwrap_or_default();
    let example = format!("--at \"{example}=1000\"");
    let whose = match bound {
        [one] => format!("`{}`", one.forecast.function),
        _ => "these functions".to_owned(),
    };
    let mut text = format!("the memory of {whose} depends on what has no number yet:");
    for symbol in missing.keys().take(SHOWN) {
        let cause = symbol.cause().map(|cause| format!(" ({})", cause.reason));
        text.push_str(&format!("\n  {symbol}{}", cause.unwrap_or_default()));
    }
    if let Some(more @ 1..) = missing.len().checked_sub(SHOWN) {
        text.push_str(&format!("\n  and {more} more"));
    }
    Err(Error::new(text).hint(format!(
        "give each a number, as in {example}, or all others the same with --default 1000"
    )))
}

#[cfg(test)]
#[path = "given_tests.rs"]
mod tests;
