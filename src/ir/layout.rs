//! Format specifications: how wide they make what they format.

/// How a value is laid out in text: what `:>12.2f` asks for, as far as lengths go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// The least width.
    pub width: u32,
    /// The characters that a number gets on top of its own: a point and digits after it.
    pub more: u32,
    /// Up to how many characters stand for one of a number's own.
    pub times: u32,
    /// Whether what is laid out like this is a number.
    pub is_number: bool,
    /// Whether the part is the least width of the part before, and is not written itself.
    pub is_width: bool,
}

impl Layout {
    /// Of a part without a specification.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            times: 1,
            ..Self::default()
        }
    }

    /// Of a part that is the least width of the one before.
    #[must_use]
    pub fn of_width() -> Self {
        Self {
            is_width: true,
            ..Self::plain()
        }
    }

    /// Reads a specification, which is laxer than Python is.
    #[must_use]
    pub fn parse(spec: &str) -> Self {
        let mut layout = Self::plain();
        let mut letters = spec.chars().peekable();
        let is_align = |letter: &char| "<>=^".contains(*letter);
        let mut ahead = letters.clone();
        ahead.next();
        if ahead.next().is_some_and(|second| is_align(&second)) {
            letters.next();
            letters.next();
        } else {
            letters.next_if(is_align);
        }
        let marks = |letter: &char| "+- z#".contains(*letter);
        while letters.next_if(marks).is_some() {
            layout.more = layout.more.saturating_add(1);
        }
        layout.width = digits(&mut letters).unwrap_or(0);
        if letters
            .next_if(|letter| matches!(letter, ',' | '_'))
            .is_some()
        {
            layout.times = 2;
        }
        if letters.next_if_eq(&'.').is_some() {
            let precision = digits(&mut letters).unwrap_or(0);
            layout.more = layout.more.saturating_add(precision).saturating_add(1);
        }
        let letter = letters.next();
        layout.is_number = letter.is_some_and(|letter| "bdeEfFgGnoxX%".contains(letter));
        match letter {
            Some('b') => layout.times = 4,
            Some('e' | 'E' | 'g' | 'G' | '%') => layout.more = layout.more.saturating_add(6),
            Some('x' | 'X' | 'o') => layout.more = layout.more.saturating_add(2),
            Some('f' | 'F') if layout.more == 0 => layout.more = 7,
            _ => {}
        }
        layout
    }
}

fn digits(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<u32> {
    let mut number = None;
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        let known = number.unwrap_or(0_u32).saturating_mul(10);
        number = Some(known.saturating_add(digit.to_digit(10).unwrap_or(0)));
    }
    number
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn a_specification_has_a_width_and_digits() {
        let of = |spec| {
            let layout = Layout::parse(spec);
            (layout.width, layout.more, layout.times)
        };
        assert_eq!(of("<28"), (28, 0, 1));
        assert_eq!(of(">12.2f"), (12, 3, 1));
        assert_eq!(of("*^+7,"), (7, 1, 2));
        assert_eq!(of("08b"), (8, 0, 4));
        assert_eq!(of(""), (0, 0, 1));
    }
}
