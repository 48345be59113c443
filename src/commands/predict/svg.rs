//! Plots as SVG: text that any browser draws, in light and in dark.

use std::fmt::Write as _;

use super::plot::{Plot, Series};
use crate::commands::forecast::Metric;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 56.0;

/// Colours that differ in lightness too, and can be read on white and on black.
const STYLE: &str = "\
    text { font: 13px system-ui, sans-serif; fill: #333; } \
    .title { font-size: 15px; font-weight: 600; } \
    .axis { stroke: #333; } .grid { stroke: #ddd; } \
    polyline { fill: none; stroke-width: 2; } \
    .total { stroke: #0b6bb8; } .peak { stroke: #d1540a; stroke-dasharray: 8 3; } \
    .retained { stroke: #2e8540; stroke-dasharray: 2 4; stroke-linecap: round; } \
    .back { fill: #fff; } \
    @media (prefers-color-scheme: dark) { \
    text { fill: #ddd; } .axis { stroke: #ccc; } .grid { stroke: #3a3a3a; } \
    .total { stroke: #5db1f2; } .peak { stroke: #ff9a52; } .retained { stroke: #6fcf83; } \
    .back { fill: #1b1b1b; } }";

/// The drawing as a document.
pub(super) fn draw(plot: &Plot) -> String {
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\">\n\
         <title>{title}: bytes over {name}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"back\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"26\">{title}</text>\n",
        title = escaped(&plot.title),
        name = escaped(&plot.name),
    );
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    for (value, label) in &plot.y.ticks {
        let y = vertical(plot.y.place(*value));
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>\n\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 4.0,
            escaped(label)
        );
    }
    for (value, label) in &plot.x.ticks {
        let x = horizontal(plot.x.place(*value));
        let _ = writeln!(
            text,
            "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>\n\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            bottom + 18.0,
            escaped(label)
        );
    }
    let _ = writeln!(
        text,
        "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{bottom}\" x2=\"{right}\" y2=\"{bottom}\"/>\n\
         <line class=\"axis\" x1=\"{LEFT}\" y1=\"{TOP}\" x2=\"{LEFT}\" y2=\"{bottom}\"/>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        f64::midpoint(LEFT, right),
        HEIGHT - 12.0,
        escaped(&plot.name)
    );
    // What is drawn later lies above: the smallest figure.
    for (number, series) in plot.series.iter().enumerate() {
        text.push_str(&line(plot, series));
        text.push_str(&legend(series, number));
    }
    text.push_str("</svg>\n");
    text
}

fn line(plot: &Plot, series: &Series) -> String {
    let points: Vec<String> = series
        .points
        .iter()
        .map(|(size, bytes)| {
            let (x, y) = (plot.x.place(*size), plot.y.place(*bytes));
            format!("{:.1},{:.1}", horizontal(x), vertical(y))
        })
        .collect();
    format!(
        "<polyline class=\"{}\" points=\"{}\"/>\n",
        series.metric.text(),
        points.join(" ")
    )
}

fn legend(series: &Series, number: usize) -> String {
    let x = LEFT + 200.0 * number as f64;
    format!(
        "<polyline class=\"{}\" points=\"{x},46 {},46\"/>\n<text x=\"{}\" y=\"50\">{}</text>\n",
        Metric::text(series.metric),
        x + 28.0,
        x + 36.0,
        escaped(&series.label)
    )
}

fn horizontal(place: f64) -> f64 {
    LEFT + place * (WIDTH - LEFT - RIGHT)
}

fn vertical(place: f64) -> f64 {
    HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM)
}

/// A text as XML has it. What no XML may contain is shown as its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ if character.is_control() => escaped.extend(character.escape_unicode()),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn texts_are_valid_xml() {
        assert_eq!(
            escaped("a<b> & \"c\"\u{1}"),
            "a&lt;b&gt; &amp; &quot;c&quot;\\u{1}"
        );
    }
}
