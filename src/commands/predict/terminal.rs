//! Plots drawn with characters.

use std::fmt::Write as _;

use super::plot::Plot;
use crate::commands::forecast::Metric;
use crate::commands::wrap::width;

/// How many lines the drawing has between its axes.
const ROWS: usize = 16;

/// The drawing as lines of at most `columns` characters.
pub(super) fn draw(plot: &Plot, columns: usize) -> String {
    let labels: Vec<&str> = plot.y.ticks.iter().map(|tick| tick.1.as_str()).collect();
    let margin = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let across = columns.saturating_sub(margin + 2).clamp(20, 100);
    let mut cells = vec![vec![' '; across]; ROWS];
    for series in plot.series.iter().rev() {
        for column in 0..across {
            let place = column as f64 / (across - 1) as f64;
            let Some(height) = series.height(place, &plot.x, &plot.y) else {
                continue;
            };
            let row = ((1.0 - height) * (ROWS - 1) as f64).round() as usize;
            if let Some(cell) = cells.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = mark(series.metric);
            }
        }
    }
    let mut text = format!("{}: bytes over {}\n", plot.title, plot.name);
    for (row, line) in cells.iter().enumerate() {
        let tick = plot.y.ticks.iter().find(|tick| {
            let place = (1.0 - plot.y.place(tick.0)) * (ROWS - 1) as f64;
            place.round() as usize == row
        });
        let (label, edge) = tick.map_or(("", '│'), |tick| (tick.1.as_str(), '┤'));
        let line: String = line.iter().collect();
        // Writing to a string does not fail.
        let _ = writeln!(text, "{label:>margin$} {edge}{}", line.trim_end());
    }
    text.push_str(&below(plot, margin, across));
    let legend: Vec<String> = plot
        .series
        .iter()
        .map(|series| format!("{} {}", mark(series.metric), series.label))
        .collect();
    let _ = writeln!(text, "{:margin$}  {}", "", legend.join("   "));
    text
}

/// The axis of the sizes with its labels.
fn below(plot: &Plot, margin: usize, across: usize) -> String {
    let mut axis = vec!['─'; across];
    let mut labels = String::new();
    for (value, label) in &plot.x.ticks {
        let column = (plot.x.place(*value) * (across - 1) as f64).round() as usize;
        let start = column
            .saturating_sub(width(label) / 2)
            .min(across.saturating_sub(width(label)));
        // A label that would touch the one before is left out, with its tick.
        if !labels.is_empty() && start < width(&labels) + 2 {
            continue;
        }
        if let Some(cell) = axis.get_mut(column) {
            *cell = '┬';
        }
        let _ = write!(labels, "{:gap$}{label}", "", gap = start - width(&labels));
    }
    let axis: String = axis.into_iter().collect();
    format!("{:margin$} └{axis}\n{:margin$}  {labels}\n", "", "")
}

/// What the line of a metric is drawn with: told apart without colour.
fn mark(metric: Metric) -> char {
    match metric {
        Metric::Total => '█',
        Metric::Peak => '▒',
        Metric::Retained => '·',
    }
}
