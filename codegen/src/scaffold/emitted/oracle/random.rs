//! Random values that are the same in every run with the same seed.

/// Texts that something on the way from a value to the wire and back may take for something else.
const AWKWARD: [&str; 40] = [
    "a",
    " ",
    "a b",
    " a",
    "a ",
    "%",
    "%41",
    "%2F",
    "/",
    "a/b",
    "//",
    "+",
    "a+b",
    "&",
    "=",
    "a&b=c",
    ",",
    "a,b",
    ";",
    "a;b",
    "\"",
    "'",
    "\\",
    "é",
    "日本語",
    "🦀",
    "..",
    ".",
    "?",
    "#",
    "{id}",
    "[0]",
    "null",
    "true",
    "0",
    "-1",
    "1e3",
    "|",
    "~:@!$()*",
    "<&>",
];

/// Texts with characters that only JSON and forms can hold.
const CONTROL: [&str; 5] = ["\n", "a\r\nb", "\t", "\u{0}\u{1f}", "\u{7f}\u{85}\u{2028}"];

/// A generator of random numbers (splitmix64, whose constants these are).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator of its own for a part of a run, so that what one part takes changes no other.
    pub fn of(seed: u64, name: &str, index: u64) -> Self {
        let bytes = name.bytes().chain(index.to_le_bytes());
        // FNV-1a.
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ hash)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another; 0 below 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end.max(1)).unwrap_or(0)
    }

    /// A number from one to another, both included.
    pub fn between(&mut self, least: i128, most: i128) -> i128 {
        let count = most.saturating_sub(least).saturating_add(1).max(1);
        let number = (i128::from(self.next()) << 32) ^ i128::from(self.next());
        least + number.rem_euclid(count)
    }

    /// True once in `times`.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of some values.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// A text of a length, in characters.
    pub fn text(&mut self, least: usize, most: usize, with_control: bool) -> String {
        let mut text = String::new();
        if least == 0 && most > 0 && self.one_in(8) {
            return text;
        }
        let wanted = match most - least.min(most) {
            0 => least,
            more => least + self.below(more.min(12) + 1),
        };
        while text.is_empty() && most > 0 || text.chars().count() < wanted {
            let control = with_control && self.one_in(10);
            let pieces: &[&str] = if control { &CONTROL } else { &AWKWARD };
            text += self.pick(pieces).unwrap_or(&"a");
        }
        match text.chars().count() > most {
            true => text.chars().take(most).collect(),
            false => text,
        }
    }

    /// Some bytes, each as the character of its number.
    pub fn bytes(&mut self) -> String {
        let length = *self.pick(&[0, 1, 7, 300]).unwrap_or(&1);
        let bytes = (0..length).map(|_| u8::try_from(self.below(256)).unwrap_or(0));
        bytes.map(char::from).collect()
    }
}
