//! The formats of `struct`: how many bytes they take.

/// The bytes that values take which are packed by a format; nothing for a format that is none.
pub(super) fn packed(format: &str) -> Option<u64> {
    let (is_native, codes) = match format.as_bytes().first() {
        Some(b'<' | b'>' | b'!' | b'=') => (false, format.get(1..)?),
        Some(b'@') => (true, format.get(1..)?),
        _ => (true, format),
    };
    let mut bytes = 0_u64;
    let mut count: Option<u64> = None;
    for code in codes.chars() {
        if let Some(digit) = code.to_digit(10) {
            let known = count.unwrap_or(0).checked_mul(10)?;
            count = Some(known.checked_add(u64::from(digit))?);
            continue;
        }
        if code.is_whitespace() {
            continue;
        }
        let size = size_of(code, is_native)?;
        let times = count.take().unwrap_or(1);
        if is_native && size > 0 && !matches!(code, 's' | 'p') {
            bytes = bytes.checked_next_multiple_of(size)?;
        }
        bytes = bytes.checked_add(size.checked_mul(times)?)?;
    }
    Some(bytes)
}

fn size_of(code: char, is_native: bool) -> Option<u64> {
    Some(match code {
        'x' | 'c' | 'b' | 'B' | '?' | 's' | 'p' => 1,
        'h' | 'H' | 'e' => 2,
        'i' | 'I' | 'f' => 4,
        'l' | 'L' if !is_native => 4,
        'l' | 'L' | 'q' | 'Q' | 'd' => 8,
        'n' | 'N' | 'P' if is_native => 8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn formats_take_what_struct_says() {
        let sizes = [
            ("<Id", 12),
            ("@Id", 16),
            ("3s2H", 8),
            ("!Q", 8),
            (">10x", 10),
            ("", 0),
        ];
        for (format, bytes) in sizes {
            assert_eq!(packed(format), Some(bytes), "{format}");
        }
        assert_eq!(packed("<P"), None);
    }
}
