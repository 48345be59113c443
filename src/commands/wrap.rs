//! Breaks names and formulas where a reader would.

use tabled::grid::util::string::get_string_width;

/// What a text is, which decides where it may be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Never broken.
    Fixed,
    /// A dotted name or a path: broken before a dot, after a slash.
    Name,
    /// A formula: broken before an operator, outermost first.
    Formula,
    /// Prose: broken at spaces.
    Prose,
}

/// How many columns of the terminal `text` takes.
pub(crate) fn width(text: &str) -> usize {
    get_string_width(text)
}

/// Breaks `text` into lines of at most `limit` columns. Later lines are indented.
pub(crate) fn wrap(text: &str, limit: usize, kind: Kind) -> Vec<String> {
    if kind == Kind::Fixed || width(text) <= limit {
        return vec![text.to_owned()];
    }
    let indent = if kind == Kind::Prose { 0 } else { 2 };
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let room = limit.saturating_sub(if lines.is_empty() { 0 } else { indent });
        let at = break_at(rest, room.max(1), kind);
        let (line, next) = rest.split_at(at);
        let line = line.trim_end();
        lines.push(if lines.is_empty() {
            line.to_owned()
        } else {
            format!("{:indent$}{line}", "")
        });
        rest = next.trim_start();
        if rest.is_empty() {
            return lines;
        }
    }
}

/// Prose for a screen of so many columns; without limit, as it is.
pub(crate) fn prose(text: &str, columns: Option<usize>) -> String {
    let limit = columns.unwrap_or(usize::MAX);
    wrap(text, limit, Kind::Prose).join("\n")
}

/// The byte where the line that starts `text` ends, at most `room` columns in.
fn break_at(text: &str, room: usize, kind: Kind) -> usize {
    if width(text) <= room {
        return text.len();
    }
    let mut best: Option<(u32, usize)> = None;
    let (mut column, mut depth, mut fits) = (0, 0_u32, 0);
    for (byte, character) in text.char_indices() {
        if byte > 0 {
            let cost = cost(text.split_at(byte), depth, kind);
            // Of two equal places the later one; a line should not be nearly empty.
            if let Some(cost) = cost {
                let cost = if column * 3 < room { cost + 40 } else { cost };
                if best.is_none_or(|(least, _)| cost <= least) {
                    best = Some((cost, byte));
                }
            }
        }
        depth = match character {
            '(' | '[' | '⌊' | '⌈' => depth + 1,
            ')' | ']' | '⌋' | '⌉' => depth.saturating_sub(1),
            _ => depth,
        };
        column += width(character.encode_utf8(&mut [0; 4]));
        // A space at the end of a line takes no room.
        if column > room && character != ' ' {
            break;
        }
        fits = byte + character.len_utf8();
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    best.map_or(fits.max(first), |(_, byte)| byte)
}

/// How bad it is to break between two parts, or `None` if it is not done.
fn cost((left, right): (&str, &str), depth: u32, kind: Kind) -> Option<u32> {
    let deep = depth.min(9) * 4;
    match kind {
        Kind::Fixed => None,
        Kind::Prose => left.ends_with(' ').then_some(0),
        Kind::Name if left.ends_with('/') || right.starts_with('.') => Some(0),
        Kind::Name => (left.ends_with('_') && !right.starts_with('_')).then_some(20),
        Kind::Formula if left.ends_with(' ') => {
            let operator = ["+ ", "- ", "− "];
            if left.ends_with(", ") {
                Some(deep)
            } else if operator.iter().any(|sign| right.starts_with(sign)) {
                Some(deep + 1)
            } else {
                Some(deep + 3)
            }
        }
        Kind::Formula if right.starts_with('·') => Some(deep + 4),
        Kind::Formula => (left.ends_with('(')).then_some(deep + 7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_before_dots() {
        assert_eq!(
            wrap("shop.orders.OrderStore.load_all_of_them", 20, Kind::Name),
            ["shop.orders", "  .OrderStore", "  .load_all_of_them"]
        );
    }

    #[test]
    fn paths_break_after_slashes() {
        assert_eq!(
            wrap("shop/handlers/orders.py:112", 16, Kind::Name),
            ["shop/handlers/", "  orders.py:112"]
        );
    }

    #[test]
    fn formulas_break_before_outer_operators() {
        assert_eq!(
            wrap(
                "56 + 8·max(n + 1, m + 2) + 104·len(rows)",
                30,
                Kind::Formula
            ),
            ["56 + 8·max(n + 1, m + 2)", "  + 104·len(rows)"]
        );
    }

    #[test]
    fn a_formula_without_outer_operators_breaks_inside() {
        let lines = wrap(
            "max(8·len(rows) + 56, 8·len(columns) + 88)",
            24,
            Kind::Formula,
        );
        assert_eq!(
            lines,
            ["max(8·len(rows) + 56, ", "  8·len(columns) + 88)"].map(str::trim_end)
        );
    }

    #[test]
    fn what_has_no_place_to_break_is_cut_and_loses_nothing() {
        let text = "x".repeat(50);
        let lines = wrap(&text, 12, Kind::Formula);
        assert!(lines.iter().all(|line| width(line) <= 12));
        let joined: String = lines.iter().map(|line| line.trim()).collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn no_room_at_all_still_ends() {
        assert_eq!(wrap("äöü", 1, Kind::Name).concat().replace(' ', ""), "äöü");
        assert_eq!(
            wrap("äöü", 0, Kind::Formula).concat().replace(' ', ""),
            "äöü"
        );
    }
}
