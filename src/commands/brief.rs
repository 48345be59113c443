//! Formulas and growth classes as tables have them: where an unknown comes from takes more room than
//! there is.

use crate::algebra::{Growth, Symbol};

/// A formula in a table about a function of the file `own`: of unknowns, the line without that file, and
/// other files without their folders.
pub(super) fn formula(text: &str, own: &str) -> String {
    let text = text.replace(&format!(" @ {own}:"), " @ ");
    let mut parts = text.split(" @ ");
    let mut brief = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let path = part.split(':').next().unwrap_or_default();
        let is_path = path.len() < part.len() && !path.contains(['[', ']', '·']);
        let folder = path.rfind(['/', '\\']).filter(|_| is_path);
        brief.push_str(" @ ");
        brief.push_str(folder.and_then(|at| part.get(at + 1..)).unwrap_or(part));
    }
    brief
}

/// A growth class with its unknowns by their quantities alone.
#[must_use]
pub fn brief_growth(growth: &Growth) -> String {
    let unknowns = growth.symbols().into_iter().filter(Symbol::is_mcv);
    unknowns.fold(growth.to_string(), |text, unknown| {
        let quantity = unknown.name().split(" @ ").next().unwrap_or_default();
        let quantity = quantity.split(" of ").next().unwrap_or(quantity);
        text.replace(unknown.name(), quantity)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_unknowns_lose_what_is_known() {
        let text = "8·n + [fetch(...) @ shop/app.py:3]·[len(x) of lib.f @ lib/db/io.py:9]";
        assert_eq!(
            formula(text, "shop/app.py"),
            "8·n + [fetch(...) @ 3]·[len(x) of lib.f @ io.py:9]"
        );
    }
}
