//! What a regular expression says of the text that it matches: how long a match is at least, what groups
//! there are, and how deep the engine goes.

/// Deeper patterns are not read.
const MAX_DEPTH: u32 = 50;

/// A regular expression that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    /// No match is shorter.
    pub(super) least: u64,
    pub(super) groups: Vec<Group>,
    /// Whether more than a character is repeated, for each of which the engine keeps where it was.
    pub(super) repeats: bool,
}

/// A group that can be referred to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    name: Option<String>,
    /// The group around it.
    outer: Option<usize>,
    /// Whether it may be of text that is no part of the match.
    looks: bool,
}

/// What takes the place of a match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Template {
    /// How many characters stand for themselves.
    pub(super) plain: u64,
    /// The groups that it shows, by number or name.
    pub(super) shown: Vec<String>,
}

impl Pattern {
    /// Reads a pattern in the syntax of Python's `re`; nothing where it is not understood.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader {
            letters: text.chars().collect(),
            at: 0,
            outer: None,
            looks: false,
            found: Self::default(),
        };
        let least = reader.either(0)?;
        (reader.at == reader.letters.len()).then_some(Self {
            least,
            ..reader.found
        })
    }

    /// How many groups stand inside of each other at most, where there are any.
    pub(super) fn nesting(&self) -> u64 {
        let depth = |mut at: usize| {
            let mut depth = 1;
            while let Some(outer) = self.groups.get(at).and_then(|group| group.outer) {
                (at, depth) = (outer, depth + 1);
            }
            depth
        };
        let looks = self.groups.iter().filter(|group| group.looks).count() as u64;
        let deepest = (0..self.groups.len()).map(depth).max().unwrap_or(1);
        deepest.max(1) + looks
    }

    /// How often any text of a match is in one of the groups that a template shows, at most.
    pub(super) fn shows(&self, template: &Template) -> u64 {
        let find = |shown: &String| match shown.parse::<usize>() {
            Ok(number) => number.checked_sub(1),
            Err(_) => {
                let named = |group: &Group| group.name.as_ref() == Some(shown);
                self.groups.iter().position(named)
            }
        };
        let all: Vec<Option<usize>> = template.shown.iter().map(find).collect();
        let apart = |at: usize, own: usize| {
            let inside = |mut inner: usize, outer: usize| loop {
                match self.groups.get(inner).and_then(|group| group.outer) {
                    Some(next) if next == outer => return true,
                    Some(next) => inner = next,
                    None => return false,
                }
            };
            let others = all.iter().enumerate().filter(|(other, _)| *other != at);
            let mut others = others.map(|(_, other)| *other);
            let looks = self.groups.get(own).is_none_or(|group| group.looks);
            !looks
                && others.all(|other| {
                    other.is_some_and(|other| {
                        other != own && !inside(own, other) && !inside(other, own)
                    })
                })
        };
        let disjoint =
            (all.iter().enumerate()).all(|(at, own)| own.is_some_and(|own| apart(at, own)));
        match disjoint {
            true => 1.min(all.len() as u64),
            false => all.len() as u64,
        }
    }
}

impl Template {
    /// Reads what `re.sub` is given for a match; nothing where it is not understood.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut template = Self::default();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter != '\\' {
                template.plain += 1;
                continue;
            }
            match letters.next()? {
                'g' => {
                    letters.next_if_eq(&'<')?;
                    let name: String = letters.by_ref().take_while(|l| *l != '>').collect();
                    template.shown.push(name);
                }
                digit @ '1'..='9' => {
                    let second = letters.next_if(char::is_ascii_digit);
                    let third = second.and_then(|_| letters.next_if(char::is_ascii_digit));
                    match third {
                        // A character by its number.
                        Some(_) => template.plain += 1,
                        None => {
                            let number = [Some(digit), second];
                            template.shown.push(number.into_iter().flatten().collect());
                        }
                    }
                }
                _ => template.plain += 1,
            }
        }
        Some(template)
    }
}

/// A pattern while it is read.
struct Reader {
    letters: Vec<char>,
    at: usize,
    outer: Option<usize>,
    looks: bool,
    found: Pattern,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn take(&mut self, text: &str) -> bool {
        let wanted = text.chars();
        let found = self.letters.get(self.at..).unwrap_or_default();
        let is_there = found.len() >= text.chars().count()
            && found.iter().zip(wanted).all(|(own, wanted)| *own == wanted);
        if is_there {
            self.at += text.chars().count();
        }
        is_there
    }

    /// Everything up to `end`, which is taken too.
    fn until(&mut self, end: char) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                letter if letter == end => return Some(text),
                letter => text.push(letter),
            }
        }
    }

    /// `a|b`
    fn either(&mut self, depth: u32) -> Option<u64> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut least = self.sequence(depth)?;
        while self.take("|") {
            least = least.min(self.sequence(depth)?);
        }
        Some(least)
    }

    fn sequence(&mut self, depth: u32) -> Option<u64> {
        let mut least: u64 = 0;
        while let Some(letter) = self.peek() {
            if matches!(letter, '|' | ')') {
                break;
            }
            let is_group = letter == '(';
            let own = self.one(depth)?;
            let (fewest, most) = self.times();
            self.found.repeats |= is_group && most > 1;
            least = least
                .saturating_add(own.saturating_mul(fewest))
                .min(1 << 20);
        }
        Some(least)
    }

    /// A character, class, place or group.
    fn one(&mut self, depth: u32) -> Option<u64> {
        match self.next()? {
            '^' | '$' => Some(0),
            '[' => self.class(),
            '\\' => self.escape(),
            '(' => self.group(depth),
            _ => Some(1),
        }
    }

    fn class(&mut self) -> Option<u64> {
        self.take("^");
        let mut first = true;
        loop {
            match self.next()? {
                ']' if !first => return Some(1),
                '\\' => {
                    self.next()?;
                }
                _ => {}
            }
            first = false;
        }
    }

    fn escape(&mut self) -> Option<u64> {
        let digits = match self.next()? {
            'A' | 'Z' | 'b' | 'B' => return Some(0),
            // A group that was matched before may be empty.
            '1'..='9' => {
                let two = self.peek().is_some_and(|letter| letter.is_ascii_digit());
                self.at += usize::from(two);
                return Some(0);
            }
            'N' => {
                self.until('}')?;
                0
            }
            '0' => self.octal(),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        self.at += digits;
        Some(1)
    }

    /// How many digits come after `\0`.
    fn octal(&self) -> usize {
        let rest = self.letters.get(self.at..).unwrap_or_default();
        let digits = rest.iter().take(2);
        digits
            .take_while(|letter| ('0'..='7').contains(*letter))
            .count()
    }

    fn group(&mut self, depth: u32) -> Option<u64> {
        if !self.take("?") {
            return self.numbered(None, depth);
        }
        if self.take("P<") {
            let name = self.until('>')?;
            return self.numbered(Some(name), depth);
        }
        if self.take("P=") || self.take("#") {
            self.until(')')?;
            return Some(0);
        }
        if self.take("(") {
            self.until(')')?;
            self.inside(depth)?;
            return Some(0);
        }
        let looks = ["=", "!", "<=", "<!"].iter().any(|sign| self.take(sign));
        if looks {
            let before = std::mem::replace(&mut self.looks, true);
            self.inside(depth)?;
            self.looks = before;
            return Some(0);
        }
        if self.take(":") || self.take(">") {
            return self.inside(depth);
        }
        let flags: String = std::iter::from_fn(|| {
            let letter = self
                .peek()
                .filter(|l| l.is_ascii_alphabetic() || *l == '-')?;
            self.at += 1;
            Some(letter)
        })
        .collect();
        // Blanks of verbose patterns do not count.
        if flags.contains('x') {
            return None;
        }
        if self.take(")") {
            return Some(0);
        }
        self.take(":").then_some(())?;
        self.inside(depth)
    }

    fn numbered(&mut self, name: Option<String>, depth: u32) -> Option<u64> {
        let group = Group {
            name,
            outer: self.outer,
            looks: self.looks,
        };
        self.found.groups.push(group);
        let before = self.outer.replace(self.found.groups.len() - 1);
        let least = self.inside(depth)?;
        self.outer = before;
        Some(least)
    }

    fn inside(&mut self, depth: u32) -> Option<u64> {
        let least = self.either(depth + 1)?;
        self.take(")").then_some(least)
    }

    /// How often at least, and at most, what comes before is repeated.
    fn times(&mut self) -> (u64, u64) {
        let mut times = (1, 1);
        loop {
            let own = match self.peek() {
                Some('*') => (0, u64::MAX),
                Some('+') => (1, u64::MAX),
                Some('?') => (0, 1),
                Some('{') => match self.counted() {
                    Some(own) => own,
                    None => return times,
                },
                _ => return times,
            };
            self.at += 1;
            // Whether it takes as few as it can, or gives nothing back.
            if !self.take("?") {
                self.take("+");
            }
            times = (own.0.saturating_mul(times.0), own.1.max(times.1));
        }
    }

    /// `{m,n}`, up to the closing brace.
    fn counted(&mut self) -> Option<(u64, u64)> {
        let rest: String = self.letters.get(self.at + 1..)?.iter().collect();
        let (inside, _) = rest.split_once('}')?;
        let number = |text: &str| text.parse::<u64>().ok();
        let times = match inside.split_once(',') {
            None => (number(inside)?, number(inside)?),
            Some(("", most)) => (0, number(most)?),
            Some((fewest, "")) => (number(fewest)?, u64::MAX),
            Some((fewest, most)) => (number(fewest)?, number(most)?),
        };
        self.at += inside.chars().count() + 1;
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may fail")]

    use super::{Pattern, Template};

    fn least(text: &str) -> Option<u64> {
        Pattern::read(text).map(|pattern| pattern.least)
    }

    #[test]
    fn a_match_is_as_long_as_the_shortest_way_through_the_pattern() {
        assert_eq!(least("abc"), Some(3));
        assert_eq!(least("a*b+c?"), Some(1));
        assert_eq!(least(r"[^]\]x]{2,5}\d"), Some(3));
        assert_eq!(least("ab|c|"), Some(0));
        assert_eq!(least(r"(?:foo|ba)+?\b(?=xyz)"), Some(2));
        assert_eq!(least(r"^\s+|\s+$"), Some(1));
        assert_eq!(least(r"(['\x22])(?P<body>.*?)\1"), Some(1));
        assert_eq!(least("a{,3}{x"), Some(2));
        assert_eq!(least("(?i)ab"), Some(2));
    }

    #[test]
    fn what_is_not_understood_says_nothing() {
        assert_eq!(least("(?x) a b"), None);
        assert_eq!(least("(a"), None);
        assert_eq!(least("[a"), None);
        assert_eq!(least("a)"), None);
    }

    #[test]
    fn groups_are_counted_with_what_is_around_them() {
        let pattern = Pattern::read(r"((a)(b))(?P<c>c)?(?:d)*").unwrap();
        assert_eq!((pattern.groups.len(), pattern.nesting()), (4, 2));
        assert!(pattern.repeats);
        let shows = |text: &str| pattern.shows(&Template::read(text).unwrap());
        assert_eq!(shows("-"), 0);
        assert_eq!(shows(r"\2_\3\g<c>"), 1);
        assert_eq!(shows(r"\1\2"), 2);
        assert_eq!(shows(r"\2\2"), 2);
    }

    #[test]
    fn a_template_has_characters_and_groups() {
        let template = Template::read(r"a\1-\g<name>\\\n").unwrap();
        assert_eq!(template.plain, 4);
        assert_eq!(template.shown, ["1", "name"]);
    }
}
