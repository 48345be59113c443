//! A range of sizes.

use super::number;

/// Sizes past this ratio are spaced by a factor.
const GEOMETRIC: f64 = 10.0;

/// More sizes than this are refused.
const MOST: usize = 1000;

/// How many sizes there are where they are evenly spaced and no number was given.
const EVEN: usize = 11;

/// Past this many sizes of the form 1, 2, 5, 10, … only the powers of ten are taken.
const NICE: usize = 24;

/// A name with the numbers it takes one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// The name.
    pub name: String,
    /// The numbers, rising.
    pub sizes: Vec<i64>,
    /// Whether they are spaced by a factor.
    pub geometric: bool,
}

impl Sweep {
    /// Reads `n=10..1e6`, `n=10..1e6:20` or `n=1,2,5`.
    ///
    /// # Errors
    /// If it is none of these.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, range) = text
            .rsplit_once('=')
            .filter(|(name, _)| !name.trim().is_empty())
            .ok_or_else(|| format!("`{text}` is not of the form NAME=FIRST..LAST"))?;
        let sizes = match range.split_once("..") {
            Some((first, rest)) => {
                let (last, points) = match rest.split_once(':') {
                    Some((last, points)) => (last, Some(count(points.trim())?)),
                    None => (rest, None),
                };
                range_of(number(first.trim())?, number(last.trim())?, points)?
            }
            None => {
                let sizes: Result<Vec<i64>, String> =
                    range.split(',').map(|size| number(size.trim())).collect();
                let mut sizes = sizes?;
                sizes.sort_unstable();
                sizes.dedup();
                sizes
            }
        };
        if sizes.len() > MOST {
            return Err(format!("more than {MOST} sizes"));
        }
        Ok(Self {
            name: name.trim().to_owned(),
            geometric: is_geometric(&sizes),
            sizes,
        })
    }

    /// The largest size.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.sizes.last().copied().unwrap_or_default()
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(points) if (2..=MOST).contains(&points) => Ok(points),
        _ => Err(format!(
            "`{text}` is not a number of sizes from 2 to {MOST}"
        )),
    }
}

fn is_geometric(sizes: &[i64]) -> bool {
    match sizes {
        [first, .., last] if *first > 0 => *last as f64 / *first as f64 > GEOMETRIC,
        _ => false,
    }
}

fn range_of(first: i64, last: i64, points: Option<usize>) -> Result<Vec<i64>, String> {
    if first > last {
        return Err(format!("{first} is larger than {last}"));
    }
    let geometric = is_geometric(&[first, last]);
    let mut sizes = match points {
        None if geometric => nice(first, last),
        points => spaced(first, last, points.unwrap_or(EVEN), geometric),
    };
    sizes.dedup();
    Ok(sizes)
}

/// The ends, and the numbers 1, 2, 5, 10, … between them.
fn nice(first: i64, last: i64) -> Vec<i64> {
    let between = |steps: &'static [i64]| {
        let powers = (0..19).map(|power| 10_i64.pow(power));
        let all = powers.flat_map(move |power| {
            steps
                .iter()
                .filter_map(move |step| power.checked_mul(*step))
        });
        let inner = all.filter(|&size| first < size && size < last);
        let mut sizes = vec![first];
        sizes.extend(inner);
        sizes.push(last);
        sizes
    };
    let fine = between(&[1, 2, 5]);
    if fine.len() > NICE {
        between(&[1])
    } else {
        fine
    }
}

fn spaced(first: i64, last: i64, points: usize, geometric: bool) -> Vec<i64> {
    let steps = points.saturating_sub(1).max(1);
    let (from, to) = (first as f64, last as f64);
    let inner = (1..steps).map(|step| {
        let part = step as f64 / steps as f64;
        let size = if geometric {
            from * (to / from).powf(part)
        } else {
            from + (to - from) * part
        };
        // Rounding keeps within the ends.
        (size.round() as i64).clamp(first, last)
    });
    let mut sizes = vec![first];
    sizes.extend(inner);
    sizes.push(last);
    sizes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sizes(text: &str) -> Vec<i64> {
        Sweep::parse(text).unwrap().sizes
    }

    #[test]
    fn wide_ranges_are_spaced_by_a_factor() {
        assert_eq!(sizes("n=10..1e3"), [10, 20, 50, 100, 200, 500, 1000]);
        assert_eq!(sizes("n=7..100"), [7, 10, 20, 50, 100]);
        assert_eq!(sizes("n=10..1e3:3"), [10, 100, 1000]);
        assert_eq!(
            sizes("n=1..1e9"),
            (0..10).map(|p| 10_i64.pow(p)).collect::<Vec<_>>()
        );
        assert!(Sweep::parse("n=10..1e3").unwrap().geometric);
    }

    #[test]
    fn narrow_ranges_are_spaced_evenly_and_have_each_size_once() {
        assert_eq!(
            sizes("n=0..100"),
            (0..=10).map(|i| i * 10).collect::<Vec<_>>()
        );
        assert_eq!(sizes("n=1..3"), [1, 2, 3]);
        assert_eq!(sizes("n=5..5"), [5]);
        assert_eq!(sizes("n=100..200:3"), [100, 150, 200]);
        assert!(!Sweep::parse("n=100..200").unwrap().geometric);
    }

    #[test]
    fn sizes_can_be_listed_in_any_order() {
        assert_eq!(sizes("len(xs)=5, 1, 2,5"), [1, 2, 5]);
        assert_eq!(Sweep::parse("len(xs) = 1").unwrap().name, "len(xs)");
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "n",
            "=1..2",
            "n=2..1",
            "n=1..",
            "n=a..b",
            "n=1..9:1",
            "n=1..9:9999",
        ] {
            assert!(Sweep::parse(text).is_err(), "{text}");
        }
    }
}
