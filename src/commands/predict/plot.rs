//! What a plot shows, and where on it: shared by the drawings on terminals and in files.

use super::Prediction;
use crate::commands::forecast::{Amount, Metric};
use crate::commands::units;

/// Bytes over sizes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plot {
    /// The function.
    pub(super) title: String,
    /// What the sizes are of.
    pub(super) name: String,
    /// The sizes.
    pub(super) x: Axis,
    /// The bytes.
    pub(super) y: Axis,
    /// The lines; metrics that are the same share one.
    pub(super) series: Vec<Series>,
}

/// One line of a plot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// The metrics.
    pub(super) label: String,
    /// The metric that decides how it looks.
    pub(super) metric: Metric,
    /// Sizes and bytes.
    pub(super) points: Vec<(f64, f64)>,
}

/// One axis with its ticks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    from: f64,
    to: f64,
    logarithmic: bool,
    /// Where the ticks are, and what they say.
    pub(super) ticks: Vec<(f64, String)>,
}

impl Plot {
    /// The plot of a sweep; none if there is nothing to draw.
    pub(super) fn of(prediction: &Prediction) -> Option<Self> {
        let sweep = prediction.sweep.as_ref()?;
        let mut series: Vec<Series> = Vec::new();
        for metric in Metric::ALL {
            let points: Vec<(f64, f64)> = sweep
                .points
                .iter()
                .filter_map(|point| {
                    let bytes = point.bytes(metric).map(Amount::to_f64)?;
                    // There is no place for nothing on a logarithmic axis.
                    let drawn = bytes.is_finite() && (bytes > 0.0 || !sweep.geometric);
                    drawn.then_some((point.value as f64, bytes))
                })
                .collect();
            match series.iter_mut().find(|known| known.points == points) {
                _ if points.is_empty() => {}
                Some(known) => known.label = format!("{}, {}", known.label, metric.text()),
                None => series.push(Series {
                    label: metric.text().to_owned(),
                    metric,
                    points,
                }),
            }
        }
        let all = || series.iter().flat_map(|line| &line.points);
        let x = Axis::of(all().map(|p| p.0), sweep.geometric, false, count_ticks)?;
        let y = Axis::of(all().map(|p| p.1), sweep.geometric, true, byte_ticks)?;
        Some(Self {
            title: prediction.function.clone(),
            name: sweep.name.clone(),
            x,
            y,
            series,
        })
    }
}

impl Axis {
    fn of(
        values: impl Iterator<Item = f64>,
        logarithmic: bool,
        from_nothing: bool,
        ticks: fn(f64, f64, bool) -> Vec<(f64, String)>,
    ) -> Option<Self> {
        let ends = values.fold(None, |ends: Option<(f64, f64)>, value| {
            let (low, high) = ends.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        });
        let (low, high) = ends?;
        let (from, to) = match (logarithmic, low < high) {
            (true, true) => (low, high),
            // What is always the same is drawn in the middle.
            (true, false) => (low / 2.0, high * 2.0),
            // Sizes start where they do, bytes at nothing.
            (false, true) if !from_nothing => (low, high),
            (false, _) => (low.min(0.0), if high > 0.0 { high } else { 1.0 }),
        };
        Some(Self {
            from,
            to,
            logarithmic,
            ticks: ticks(from, to, logarithmic),
        })
    }

    /// Where a value is, from zero to one.
    pub(super) fn place(&self, value: f64) -> f64 {
        let map = |value: f64| {
            if self.logarithmic {
                value.log2()
            } else {
                value
            }
        };
        let (from, to) = (map(self.from), map(self.to));
        ((map(value) - from) / (to - from)).clamp(0.0, 1.0)
    }
}

impl Series {
    /// The bytes at a place of the axis, between the points beside it.
    pub(super) fn height(&self, place: f64, x: &Axis, y: &Axis) -> Option<f64> {
        let at = |point: &(f64, f64)| (x.place(point.0), y.place(point.1));
        let next = self.points.iter().position(|point| at(point).0 >= place)?;
        let (right, top) = at(self.points.get(next)?);
        let Some(before) = next.checked_sub(1).and_then(|i| self.points.get(i)) else {
            // Left of the first point there is nothing.
            return (right <= place).then_some(top);
        };
        let (left, bottom) = at(before);
        let part = if right > left {
            (place - left) / (right - left)
        } else {
            0.0
        };
        Some(bottom + (top - bottom) * part)
    }
}

/// The most ticks of an axis.
const TICKS: usize = 7;

/// Ticks of numbers: 1, 2, 5, 10, … or powers of ten.
fn count_ticks(from: f64, to: f64, logarithmic: bool) -> Vec<(f64, String)> {
    let values = if logarithmic {
        powers(10.0, from, to)
    } else {
        even(from, to, 1.0)
    };
    values
        .into_iter()
        .map(|value| (value, count(value)))
        .collect()
}

/// Ticks of bytes: powers of two, or even steps in their unit.
fn byte_ticks(from: f64, to: f64, logarithmic: bool) -> Vec<(f64, String)> {
    let values = if logarithmic {
        powers(2.0, from, to)
    } else {
        let unit = 1024_f64.powi(to.log(1024.0).floor().clamp(0.0, 6.0) as i32);
        even(from, to, unit)
    };
    let label = |value: f64| units::size(value).replace(".0 ", " ");
    values
        .into_iter()
        .map(|value| (value, label(value)))
        .collect()
}

fn count(value: f64) -> String {
    if value < 1e7 {
        units::grouped(&format!("{value:.0}"))
    } else {
        format!("{value:e}")
    }
}

/// Powers of the base between the ends: all, or every second, fifth, tenth … one.
fn powers(base: f64, from: f64, to: f64) -> Vec<f64> {
    let first = from.log(base).ceil() as i32;
    let last = (to.log(base) + 1e-9).floor() as i32;
    let fits = |step: &i32| (last - first) / step < i32::try_from(TICKS).unwrap_or(i32::MAX);
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
    let step = steps.into_iter().find(fits).unwrap_or(1000);
    let exponents = (first..=last).filter(|exponent| exponent.rem_euclid(step) == 0);
    exponents.map(|exponent| base.powi(exponent)).collect()
}

/// Multiples of one, two or five times a power of ten of the unit.
fn even(from: f64, to: f64, unit: f64) -> Vec<f64> {
    let rough = ((to - from) / unit / 5.0).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let step = (step * unit).max(if unit > 1.0 { 0.0 } else { 1.0 });
    let first = (from / step).ceil();
    let values = (0..=TICKS * 2).map(|number| (first + number as f64) * step);
    values
        .take_while(|value| *value <= to * 1.000_001)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: Vec<(f64, String)>) -> Vec<String> {
        ticks.into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn logarithmic_ticks_are_powers() {
        assert_eq!(
            labels(count_ticks(10.0, 1e4, true)),
            ["10", "100", "1,000", "10,000"]
        );
        let wide = labels(byte_ticks(136.0, 8e6, true));
        assert_eq!(wide, ["1 KiB", "32 KiB", "1 MiB"]);
        assert!(labels(byte_ticks(1.0, 1e300, true)).len() <= TICKS);
    }

    #[test]
    fn even_ticks_are_round_in_their_unit() {
        assert_eq!(
            labels(count_ticks(0.0, 100.0, false)),
            ["0", "20", "40", "60", "80", "100"]
        );
        let bytes = labels(byte_ticks(0.0, 2.5 * 1024.0, false));
        assert_eq!(
            bytes,
            ["0 B", "512 B", "1 KiB", "1.5 KiB", "2 KiB", "2.5 KiB"]
        );
    }

    #[test]
    fn places_go_from_one_end_to_the_other() {
        let axis = Axis::of([10.0, 1000.0].into_iter(), true, false, count_ticks);
        let places = axis.map(|axis| [10.0, 100.0, 1000.0].map(|value| axis.place(value)));
        let places = places.unwrap_or_default();
        assert!((places[0], places[2]) == (0.0, 1.0) && (places[1] - 0.5).abs() < 1e-9);
    }
}
