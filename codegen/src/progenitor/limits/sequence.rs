//! Patterns that are a sequence of kinds of characters, each so many times: `^[A-Z]{2}[0-9]+$`. The runtime reads
//! those from left to right.

use std::iter::Peekable;
use std::str::Chars;

/// Characters of some ranges, the least and the most of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) ranges: Vec<(char, char)>,
    pub(super) least: usize,
    pub(super) most: usize,
}

/// The parts of a pattern that is known to be one; none where it is more than a sequence, or where to take as many
/// characters as there are is not the only way to match.
pub(super) fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut rest = pattern.strip_prefix('^')?.chars().peekable();
    let mut parts = Vec::new();
    loop {
        if rest.next_if_eq(&'$').is_some() {
            return (rest.next().is_none() && is_decided(&parts)).then_some(parts);
        }
        let ranges = ranges(&mut rest)?;
        let (least, most) = times(&mut rest)?;
        parts.push(Part { ranges, least, most });
    }
}

/// Whether what follows a part of a varying number begins with other characters.
fn is_decided(parts: &[Part]) -> bool {
    parts.iter().enumerate().all(|(index, part)| {
        let rest = parts.get(index + 1..).unwrap_or_default();
        let until = rest.iter().position(|next| next.least > 0).map_or(rest.len(), |at| at + 1);
        let mut next = rest.iter().take(until);
        part.least == part.most || !next.any(|next| overlap(&part.ranges, &next.ranges))
    })
}

fn overlap(one: &[(char, char)], other: &[(char, char)]) -> bool {
    one.iter().any(|(first, last)| other.iter().any(|(from, to)| first <= to && from <= last))
}

/// The characters that stand next.
fn ranges(rest: &mut Peekable<Chars<'_>>) -> Option<Vec<(char, char)>> {
    match rest.next()? {
        '[' => class(rest),
        '\\' => escaped(rest.next()?),
        '^' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | ']' | '{' | '}' | '|' => None,
        plain => Some(vec![(plain, plain)]),
    }
}

/// What a character behind a backslash stands for.
fn escaped(c: char) -> Option<Vec<(char, char)>> {
    match c {
        'd' => Some(vec![('0', '9')]),
        'w' => Some(vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        _ => c.is_ascii_punctuation().then(|| vec![(c, c)]),
    }
}

/// The rest of `[…]`.
fn class(rest: &mut Peekable<Chars<'_>>) -> Option<Vec<(char, char)>> {
    if rest.peek() == Some(&'^') {
        return None;
    }
    let mut ranges = Vec::new();
    loop {
        let first = match rest.next()? {
            ']' => return (!ranges.is_empty()).then_some(ranges),
            '\\' => escaped(rest.next()?)?,
            plain => vec![(plain, plain)],
        };
        let mut ahead = rest.clone();
        let is_range = ahead.next() == Some('-') && ahead.peek().is_some_and(|next| *next != ']');
        match (is_range, first.as_slice()) {
            (true, [(first, last)]) if first == last => {
                rest.next();
                let last = match rest.next()? {
                    '\\' => escaped(rest.next()?)?,
                    plain => vec![(plain, plain)],
                };
                let [(last, end)] = last.as_slice() else { return None };
                ranges.push((*first, *last));
                // `a-\d` is no range.
                if last != end {
                    return None;
                }
            }
            (true, _) => return None,
            (false, _) => ranges.extend(first),
        }
    }
}

/// How many times.
fn times(rest: &mut Peekable<Chars<'_>>) -> Option<(usize, usize)> {
    let times = match rest.peek() {
        Some('*') => (0, usize::MAX),
        Some('+') => (1, usize::MAX),
        Some('?') => (0, 1),
        Some('{') => {
            rest.next();
            let text: String = std::iter::from_fn(|| rest.next_if(|c| *c != '}')).collect();
            match text.split_once(',') {
                None => (text.parse().ok()?, text.parse().ok()?),
                Some((least, "")) => (least.parse().ok()?, usize::MAX),
                Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
            }
        }
        _ => return Some((1, 1)),
    };
    // The end of the number, or the sign; behind it, `?` would ask for as few as there can be.
    rest.next();
    (rest.peek() != Some(&'?')).then_some(times)
}

#[cfg(test)]
mod tests {
    use openapi_client_runtime::generated::Pattern;
    use proptest::prelude::*;

    use super::*;

    /// As the runtime matches, to which generated code hands statics.
    fn matches(parts: &[Part], text: &str) -> bool {
        let parts = parts.iter().map(|Part { ranges, least, most }| {
            let ranges: &'static [_] = ranges.clone().leak();
            (ranges, *least, *most)
        });
        Pattern::new(parts.collect::<Vec<_>>().leak()).find(text).is_some()
    }

    #[test]
    fn what_is_more_than_a_sequence_is_none() {
        for pattern in [
            "a",
            "^a",
            "a$",
            "^(a)$",
            "^a|b$",
            "^a?a$",
            "^[a-z]+[a-c]$",
            "^.$",
            "^[^a]$",
            r"^\s$",
            r"^\$",
            "^a+?$",
            "^a*b?a$",
            r"^[\d-a]$",
            "^[]$",
        ] {
            assert_eq!(parts(pattern), None, "{pattern}");
        }
        for pattern in
            ["^$", "^[A-Z]{2}$", r"^\d{4}-\d{2}$", "^[a-z_-]+$", r"^\+[0-9]{1,3}$", "^a*b+c{2,}$"]
        {
            assert!(parts(pattern).is_some(), "{pattern}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..Default::default() })]

        #[test]
        fn a_sequence_matches_what_the_pattern_matches(
            pattern in r"\^(([a-c]|\\d|\\w|\\-|\[([a-c]|[a-b]-c|\\d|\\w|_|\\-){1,3}-?\])(\*|\+|\?|\{[0-2]\}|\{1,[1-3]\}|\{1,\})?){0,4}\$",
            texts in prop::collection::vec("[a-d1_-]{0,6}\n?", 8),
        ) {
            let Ok(regex) = regress::Regex::with_flags(&pattern, "u") else { return Ok(()) };
            let Some(parts) = parts(&pattern) else { return Ok(()) };
            for text in texts {
                prop_assert_eq!(matches(&parts, &text), regex.find(&text).is_some(), "{} {:?}", pattern, text);
            }
        }
    }
}
