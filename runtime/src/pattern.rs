//! Patterns that are read from left to right: most of those that documents have. The others are for `regress`, which
//! takes longer to build than all of this crate.

/// Characters of some kinds, each kind so many times: what `^[A-Z]{2}[0-9]+$` says.
///
/// Where a number may vary, what follows begins with other characters, so as many as there are is the only way to
/// match.
#[derive(Clone, Copy, Debug)]
pub struct Pattern(&'static [Part]);

/// Ranges of characters, the least and the most of them.
pub type Part = (&'static [(char, char)], usize, usize);

impl Pattern {
    /// The parts, from the first to the last character of a text.
    pub const fn new(parts: &'static [Part]) -> Self {
        Self(parts)
    }

    /// Something if the whole text matches. Called as the regular expression that stands here otherwise.
    pub fn find(&self, text: &str) -> Option<()> {
        let mut rest = text.chars().peekable();
        for (ranges, least, most) in self.0 {
            let is_one = |c: &char| ranges.iter().any(|(first, last)| (first..=last).contains(&c));
            let mut count = 0;
            while count < *most && rest.next_if(is_one).is_some() {
                count += 1;
            }
            if count < *least {
                return None;
            }
        }
        rest.next().is_none().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `^[A-Z]{2}-[0-9]*$`.
    const PATTERN: Pattern = Pattern::new(&[
        (&[('A', 'Z')], 2, 2),
        (&[('-', '-')], 1, 1),
        (&[('0', '9')], 0, usize::MAX),
    ]);

    #[test]
    fn a_text_matches_as_a_whole() {
        for (text, matches) in [
            ("GB-", true),
            ("GB-1234", true),
            ("G-1", false),
            ("GBR-1", false),
            ("GB-1\n", false),
            ("", false),
        ] {
            assert_eq!(PATTERN.find(text).is_some(), matches, "{text:?}");
        }
    }
}
