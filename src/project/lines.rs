//! From offsets in a text to lines and columns.

/// Where each line of a text starts. Lines end as Python says: `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// Finds the lines of a source that is not decoded yet, in an encoding that extends ASCII.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// How many lines there are; a text that ends in a line break has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte offset, counted from 1.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The line and the column in bytes of a byte offset, both counted from 1.
    #[must_use]
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        (line, offset - self.start(line) + 1)
    }

    /// The line and the column in characters of a byte offset into `text`, both counted from 1.
    #[must_use]
    pub fn position_in(&self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        let from = self.start(line) as usize;
        let to = (offset as usize).min(text.len());
        let before = text.as_bytes().get(from..to).unwrap_or_default();
        // A character starts at each byte that continues no other.
        let characters = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        (line, u32::try_from(characters + 1).unwrap_or(u32::MAX))
    }

    /// The byte offset at which a line, counted from 1, starts; the last one's for any later line.
    #[must_use]
    pub fn start(&self, line: u32) -> u32 {
        let at = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_break_counts_once() {
        let lines = LineIndex::new("a\nb\r\nc\rd");
        assert_eq!(lines.count(), 4);
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(lines.position(2), (2, 1));
        assert_eq!(lines.position(3), (2, 2));
        assert_eq!(lines.position(5), (3, 1));
        assert_eq!(lines.position(7), (4, 1));
    }

    #[test]
    fn columns_in_characters_differ_from_those_in_bytes() {
        let text = "x\nüü = 1";
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(7), (2, 6));
        assert_eq!(lines.position_in(text, 7), (2, 4));
    }

    #[test]
    fn offsets_past_the_end_stay_on_the_last_line() {
        let lines = LineIndex::new("");
        assert_eq!(lines.position(10), (1, 11));
        assert_eq!(lines.position_in("", 10), (1, 1));
    }
}
