//! JSON as text, of which parts are found and left out.
//!
//! The bytes are read, not a tree of values: numbers keep the digits that they were sent with, and one text
//! that is not in UTF-8 does not spoil the others. What comes in must be JSON but for that, as
//! [`serde::de::IgnoredAny`] judges it; of anything else, the answers mean nothing. Nothing recurses into the
//! text, which may be nested as deep as it is long.

use std::ops::Range;

/// One step down a body.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Name(String),
    Index(usize),
}

/// A field of an object, or an item of a list.
pub(crate) struct Part {
    /// Where its name is, in quotes; none of an item.
    name: Option<Range<usize>>,
    pub value: Range<usize>,
}

impl Part {
    fn start(&self) -> usize {
        self.name.as_ref().map_or(self.value.start, |name| name.start)
    }

    /// Its name; none of an item, and where the name is no text that there is.
    pub(crate) fn name(&self, json: &[u8]) -> Option<String> {
        serde_json::from_slice(json.get(self.name.clone()?)?).ok()
    }

    pub(crate) fn is_item(&self) -> bool {
        self.name.is_none()
    }

    fn is(&self, step: &Step, number: usize, json: &[u8]) -> bool {
        match step {
            Step::Name(name) => self.name(json).is_some_and(|it| it == *name),
            Step::Index(index) => self.is_item() && *index == number,
        }
    }
}

/// The parts of the object or list that begins at a place, or after blanks there; none of anything else.
pub(crate) fn parts(json: &[u8], at: usize) -> Option<Vec<Part>> {
    let mut at = past_blanks(json, at);
    let is_object = match json.get(at)? {
        b'{' => true,
        b'[' => false,
        _ => return None,
    };
    let mut parts = Vec::new();
    loop {
        // Past the bracket, or past a comma.
        at = past_blanks(json, at + 1);
        if matches!(json.get(at)?, b'}' | b']') {
            return Some(parts);
        }
        let name = is_object.then(|| at..past_value(json, at));
        if let Some(name) = &name {
            at = past_blanks(json, past_blanks(json, name.end) + 1);
        }
        let value = at..past_value(json, at);
        at = past_blanks(json, value.end);
        parts.push(Part { name, value });
        if *json.get(at)? != b',' {
            return Some(parts);
        }
    }
}

fn past_blanks(json: &[u8], at: usize) -> usize {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    at + json.get(at..).unwrap_or_default().iter().take_while(is_blank).count()
}

/// Past the value that begins at a place.
fn past_value(json: &[u8], at: usize) -> usize {
    let (mut at, mut depth) = (at, 0_usize);
    loop {
        match json.get(at) {
            None => return json.len(),
            Some(b'"') => at = past_text(json, at),
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
            }
            Some(b'}' | b']') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            Some(_) if depth > 0 => at += 1,
            Some(_) => {
                let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                let rest = json.get(at..).unwrap_or_default();
                return at + rest.iter().take_while(is_part).count();
            }
        }
        if depth == 0 {
            return at;
        }
    }
}

/// Past the text whose quote is at a place.
fn past_text(json: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        match json.get(at) {
            None => return json.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// JSON text without what is at a path; none if that is the whole of it.
pub(crate) fn remove(json: &[u8], steps: &[Step]) -> Option<Vec<u8>> {
    let mut cuts = Vec::new();
    cut(json, 0, steps, &mut cuts).then(|| without(json, cuts))
}

/// JSON text without the fields of the object at a path whose names are no text that there is; none if all
/// are.
pub(crate) fn remove_unnamed(json: &[u8], steps: &[Step]) -> Option<Vec<u8>> {
    let parts = parts(json, find(json, steps)?.start)?;
    let is_unnamed = |part: &Part| part.name.is_some() && part.name(json).is_none();
    let cuts = cuts_of(&parts, &parts.iter().map(is_unnamed).collect::<Vec<_>>());
    (!cuts.is_empty()).then(|| without(json, cuts))
}

/// What is at a path.
pub(crate) fn find(json: &[u8], steps: &[Step]) -> Option<Range<usize>> {
    let mut found = 0..json.len();
    for step in steps {
        // Of a name that is there twice, the last one counts.
        let mut parts = parts(json, found.start)?.into_iter().enumerate().rev();
        found = parts.find(|(number, part)| part.is(step, *number, json))?.1.value;
    }
    Some(found)
}

/// The items of the list at a path.
pub(crate) fn items(json: &[u8], steps: &[Step]) -> Option<Vec<Range<usize>>> {
    let parts = parts(json, find(json, steps)?.start)?;
    Some(parts.into_iter().map(|part| part.value).collect())
}

/// Whether something can be cut out: where nothing is left of it, what holds it can.
fn cut(json: &[u8], at: usize, steps: &[Step], cuts: &mut Vec<Range<usize>>) -> bool {
    let Some((step, deeper)) = steps.split_first() else { return false };
    let opens = match step {
        Step::Name(_) => b'{',
        Step::Index(_) => b'[',
    };
    let is_there = json.get(past_blanks(json, at)) == Some(&opens);
    let Some(parts) = parts(json, at).filter(|_| is_there) else { return false };
    // Of a name that is there twice, all go.
    let goes = parts.iter().enumerate().map(|(number, part)| {
        part.is(step, number, json) && !cut(json, part.value.start, deeper, cuts)
    });
    let goes: Vec<_> = goes.collect();
    cuts.extend(cuts_of(&parts, &goes));
    true
}

/// What to cut so that some parts go, each with one comma.
fn cuts_of(parts: &[Part], goes: &[bool]) -> Vec<Range<usize>> {
    let first_kept = goes.iter().position(|goes| !goes);
    let cuts = parts.iter().enumerate().filter(|(number, _)| goes.get(*number) == Some(&true));
    let cuts =
        cuts.map(|(number, part)| match number.checked_sub(1).and_then(|it| parts.get(it)) {
            Some(before) if first_kept.is_some_and(|kept| kept < number) => {
                before.value.end..part.value.end
            }
            _ => part.start()..parts.get(number + 1).map_or(part.value.end, Part::start),
        });
    cuts.collect()
}

fn without(json: &[u8], mut cuts: Vec<Range<usize>>) -> Vec<u8> {
    cuts.sort_by_key(|cut| cut.start);
    let (mut left, mut at) = (Vec::with_capacity(json.len()), 0);
    for cut in cuts {
        left.extend_from_slice(json.get(at..cut.start).unwrap_or_default());
        at = cut.end;
    }
    left.extend_from_slice(json.get(at..).unwrap_or_default());
    left
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// JSON, with the blanks and digits that it was written with.
    #[derive(Clone, Debug)]
    pub(crate) enum Json {
        Plain(&'static str),
        List(Vec<Json>),
        Object(Vec<(&'static str, Json)>),
    }

    impl Json {
        pub(crate) fn text(&self) -> String {
            let joined = |parts: Vec<String>| parts.join(" ,\t");
            match self {
                Self::Plain(text) => (*text).to_owned(),
                Self::List(items) => {
                    format!("[ {} ]", joined(items.iter().map(Self::text).collect()))
                }
                Self::Object(fields) => {
                    let field =
                        |(name, value): &(&str, Self)| format!("\"{name}\" : {}", value.text());
                    format!("{{ {}\n}}", joined(fields.iter().map(field).collect()))
                }
            }
        }

        /// The text without what is at a path.
        fn without(&self, steps: &[Step]) -> Option<String> {
            let (step, deeper) = steps.split_first()?;
            match (self, step) {
                (Self::Object(fields), Step::Name(name)) => {
                    let left = fields.iter().filter_map(|(field, value)| {
                        let value =
                            if field == name { value.without(deeper)? } else { value.text() };
                        Some(format!("\"{field}\":{value}"))
                    });
                    Some(format!("{{{}}}", left.collect::<Vec<_>>().join(",")))
                }
                (Self::List(items), Step::Index(index)) => {
                    let left = items.iter().enumerate().filter_map(|(at, item)| {
                        if at == *index { item.without(deeper) } else { Some(item.text()) }
                    });
                    Some(format!("[{}]", left.collect::<Vec<_>>().join(",")))
                }
                _ => None,
            }
        }
    }

    pub(crate) fn json() -> impl Strategy<Value = Json> {
        let plain = prop::sample::select(vec![
            "1.10000000000000000000001",
            "-0",
            "1e999",
            "123456789012345678901234567890",
            r#""\u0041\/\ud83d\\""#,
            r#""},{\"a\":[""#,
            r#""\\""#,
            "\"ü\"",
            "true",
            "null",
        ]);
        plain.prop_map(Json::Plain).prop_recursive(4, 32, 4, |inner| {
            let name = prop::sample::select(vec!["a", "b", "c", "ü", ""]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Json::List),
                prop::collection::vec((name, inner), 1..4).prop_map(Json::Object),
            ]
        })
    }

    fn path() -> impl Strategy<Value = Vec<Step>> {
        let name = prop::sample::select(vec!["a", "b", "c", "ü", ""]);
        let step = prop_oneof![
            name.prop_map(|name| Step::Name(name.to_owned())),
            (0..3_usize).prop_map(Step::Index),
        ];
        prop::collection::vec(step, 0..5)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn what_is_not_removed_keeps_its_text(json in json(), path in path()) {
            let removed = remove(json.text().as_bytes(), &path);
            // No text has blanks; how many there are around values is of no matter.
            let dense = |text: String| text.replace([' ', '\t', '\n'], "");
            let removed = removed.map(|text| dense(String::from_utf8(text).unwrap()));
            prop_assert_eq!(removed, json.without(&path).map(dense));
        }
    }

    fn removed(json: &[u8], steps: &[Step]) -> Vec<u8> {
        remove(json, steps).unwrap()
    }

    #[test]
    fn a_part_goes_with_one_comma_wherever_it_is() {
        let json = br#"{ "a" : 1 , "b" : 2 , "c" : 3 }"#;
        let name = |name: &str| [Step::Name(name.to_owned())];
        assert_eq!(removed(json, &name("a")), br#"{ "b" : 2 , "c" : 3 }"#);
        assert_eq!(removed(json, &name("b")), br#"{ "a" : 1 , "c" : 3 }"#);
        assert_eq!(removed(json, &name("c")), br#"{ "a" : 1 , "b" : 2 }"#);
        assert_eq!(removed(br#"{"a":1,"b":2,"a":[3]}"#, &name("a")), br#"{"b":2}"#);
        assert_eq!(removed(br#"{"a":1,"a":[3]}"#, &name("a")), b"{}");
        assert_eq!(removed(b"[[1]]", &[Step::Index(0)]), b"[]");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_in_the_way_of_nothing() {
        let json = b"{\"\xe9\":1,\"a\":2,\"b\":\"\xff\\\"\"}";
        assert_eq!(
            removed(json, &[Step::Name("a".to_owned())]),
            b"{\"\xe9\":1,\"b\":\"\xff\\\"\"}"
        );
        assert_eq!(remove_unnamed(json, &[]).unwrap(), b"{\"a\":2,\"b\":\"\xff\\\"\"}");
        assert_eq!(remove_unnamed(br#"{"a":1}"#, &[]), None);
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(removed(deep.as_bytes(), &[Step::Index(0)]), b"[]");
    }
}
