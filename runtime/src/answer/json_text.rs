//! JSON as text, of which a part is left out.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One step down a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Name(String),
    Index(usize),
}

/// JSON text without what is at a path; none if that is the whole of it.
///
/// The text is edited, not a tree of values: numbers keep the digits that they were sent with.
pub(crate) fn remove(body: &[u8], steps: &[Step]) -> Option<Vec<u8>> {
    let (step, deeper) = steps.split_first()?;
    match step {
        Step::Name(name) => {
            let mut fields = serde_json::from_slice::<Fields>(body).ok()?.0;
            // Of a name that is there twice, all go.
            fields.retain_mut(|(field, value)| field != name || keep(value, deeper));
            written(
                '{',
                '}',
                fields.iter().map(|(name, value)| {
                    format!("{}:{value}", serde_json::Value::from(name.as_str()))
                }),
            )
        }
        Step::Index(index) => {
            let items = serde_json::from_slice::<Vec<&RawValue>>(body).ok()?;
            let mut items: Vec<_> = items.into_iter().map(|item| item.get().to_owned()).collect();
            let mut keep_it = true;
            if let Some(item) = items.get_mut(*index) {
                keep_it = keep(item, deeper);
            }
            if !keep_it {
                items.remove(*index);
            }
            written('[', ']', items.into_iter())
        }
    }
}

/// Edits a value; whether anything is left of it.
fn keep(value: &mut String, steps: &[Step]) -> bool {
    match remove(value.as_bytes(), steps).map(String::from_utf8) {
        Some(Ok(without)) => {
            *value = without;
            true
        }
        _ => false,
    }
}

fn written(open: char, close: char, parts: impl Iterator<Item = String>) -> Option<Vec<u8>> {
    let inside = parts.collect::<Vec<_>>().join(",");
    Some(format!("{open}{inside}{close}").into_bytes())
}

/// The fields of an object in their order, each value as it is written.
struct Fields(Vec<(String, String)>);

impl<'j> Deserialize<'j> for Fields {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object).map(Self)
    }
}

struct Object;

impl<'j> Visitor<'j> for Object {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            fields.push((name, value.get().to_owned()));
        }
        Ok(fields)
    }
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

        /// The text without what is at a path: blanks go from what holds it, and from nothing else.
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
            r#""\u0041 \/ \ud83d""#,
            r#""},{\"a\":[""#,
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
            let removed = removed.map(|text| String::from_utf8(text).unwrap());
            prop_assert_eq!(removed, json.without(&path));
        }
    }
}
