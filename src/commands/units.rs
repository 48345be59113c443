//! Numbers as people read them.

/// The units of memory, each 1024 of the one before.
const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// Bytes in the unit that suits them: `512 B`, `1.2 MiB`.
pub(crate) fn size(bytes: f64) -> String {
    let mut value = bytes;
    let mut unit = 0;
    // What would be rounded to 1024 is one of the next unit.
    while value >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if value >= 1e6 {
        format!("{value:.1e} {name}")
    } else if unit == 0 || value >= 999.95 {
        format!("{value:.0} {name}")
    } else {
        format!("{value:.1} {name}")
    }
}

/// Digits in groups of three: `1,234,567`.
pub(crate) fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A part of one: `97.3 %`; of nothing, nothing.
pub(crate) fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.0005 {
        return "<0.1 %".to_owned();
    }
    if share >= 0.9995 {
        return "100 %".to_owned();
    }
    format!("{:.1} %", share * 100.0)
}

/// `part` of `whole`, as a number from zero to one.
pub(crate) fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 && part.is_finite() && whole.is_finite() {
        part / whole
    } else {
        0.0
    }
}

/// The first part of `text` where it has more than `limit` characters.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(limit.saturating_sub(2)).collect();
            format!("{} …", kept.trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_that_suits_them() {
        for (bytes, text) in [
            (0.0, "0 B"),
            (1023.0, "1023 B"),
            (1024.0, "1.0 KiB"),
            (1_046_016.0, "1022 KiB"),
            (1_048_575.0, "1.0 MiB"),
            (1_258_291.2, "1.2 MiB"),
            (1e30, "8.7e11 EiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn digits_are_grouped_from_the_right() {
        let texts = ["1", "123", "1234", "1234567", "-123", "-1234"];
        assert_eq!(
            texts.map(grouped),
            ["1", "123", "1,234", "1,234,567", "-123", "-1,234"]
        );
    }

    #[test]
    fn shares_of_nothing_are_none() {
        assert_eq!(percent(share(1.0, 3.0)), "33.3 %");
        assert_eq!(percent(share(1.0, 1e9)), "<0.1 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(share(0.0, 0.0)), "0.0 %");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shortened("return rows", 11), "return rows");
        assert_eq!(shortened("return rows", 9), "return …");
    }
}
