//! Random values of a schema. What is made is only likely to be valid: the validator is asked, and what it
//! refuses is made again.

use serde_json::{Map, Number, Value, json};

use super::document::{Document, Way};
use super::merge::{self, flat};
use super::pattern;
use super::random::Random;

/// What a value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// JSON, which can say anything.
    Json,
    /// A form, whose fields have no `null`; a binary text is a file.
    Form,
    /// The text of a query or a path.
    Parameter,
    /// The text of a header or a cookie, which has no control characters and no comma in a list.
    Header,
}

/// Which optional parts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    None,
    All,
    Some,
}

/// Makes values up.
pub struct Generator<'g> {
    pub document: &'g Document,
    pub random: &'g mut Random,
    pub used: Use,
    pub parts: Parts,
    /// How many values may still be made: lists of lists multiply.
    pub left: usize,
}

/// How many values one value is made of at most.
pub const MOST_VALUES: usize = 10_000;
/// When so many are left, objects have only the fields that they need, and lists only the items.
const FEW_VALUES: usize = 9_000;
/// Below this, objects have only the fields that they need.
const DEEP: usize = 5;
/// Below this there is nothing.
const DEEPEST: usize = 24;

/// What must have more items, fields or characters than this has no value here: it would be made in memory,
/// some hundred times over.
const MOST: usize = 5_000;

type Schema = Map<String, Value>;

impl Generator<'_> {
    /// A value that may be one of the schema.
    pub fn value(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let schema = flat(self.document, schema, self.random)?;
        if let Some(value) = schema.get("const") {
            return Some(value.clone());
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            return self.random.pick(values).cloned();
        }
        match self.ty(&schema)?.as_str() {
            "null" => Some(Value::Null),
            "boolean" => Some(self.random.one_in(2).into()),
            "integer" => self.integer(&schema),
            "number" => self.number(&schema),
            "string" => self.text(&schema).map(Value::String),
            "array" => self.list(&schema, depth),
            "object" => self.object(&schema, depth),
            _ => None,
        }
    }

    /// Whether the value is deep or large enough as it is.
    fn is_enough(&self, depth: usize) -> bool {
        depth > DEEP || self.left < FEW_VALUES
    }

    fn ty(&mut self, schema: &Schema) -> Option<String> {
        let mut types = match schema.get("type") {
            Some(types) => merge::types(types),
            None => implied(schema, self.used),
        };
        if self.used != Use::Json {
            types.retain(|ty| ty != "null");
        } else if types.len() > 1 && !self.random.one_in(4) {
            // One of the others, mostly.
            types.retain(|ty| ty != "null");
        }
        self.random.pick(&types).cloned()
    }

    fn integer(&mut self, schema: &Schema) -> Option<Value> {
        let (least, most) = match schema.get("format").and_then(Value::as_str) {
            Some("int8") => (i8::MIN.into(), i8::MAX.into()),
            Some("uint8") => (0, u8::MAX.into()),
            Some("int16") => (i16::MIN.into(), i16::MAX.into()),
            Some("uint16") => (0, u16::MAX.into()),
            Some("int32") => (i32::MIN.into(), i32::MAX.into()),
            Some("uint32") => (0, u32::MAX.into()),
            Some("uint64" | "uint") => (0, u64::MAX.into()),
            _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
        };
        let bound = |key: &str| whole(schema.get(key)?);
        let least = bound("minimum").unwrap_or(least).max(least);
        let least = bound("exclusiveMinimum").map_or(least, |bound| least.max(bound + 1));
        let most = bound("maximum").unwrap_or(most).min(most);
        let most = bound("exclusiveMaximum").map_or(most, |bound| most.min(bound - 1));
        let near = [least, most, 0, 1, -1, self.random.between(least, most.max(least))];
        let near: Vec<_> = near.into_iter().filter(|it| (least..=most).contains(it)).collect();
        let mut number = *self.random.pick(&near)?;
        if let Some(step) = schema.get("multipleOf").and_then(whole).filter(|step| *step > 0) {
            number -= number.rem_euclid(step);
            number = if number < least { number + step } else { number };
        }
        let number = i64::try_from(number).map(Number::from);
        number.or_else(|_| u64::try_from(most).map(Number::from)).ok().map(Value::Number)
    }

    fn number(&mut self, schema: &Schema) -> Option<Value> {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let least = bound("minimum").or(bound("exclusiveMinimum")).unwrap_or(f64::NEG_INFINITY);
        let most = bound("maximum").or(bound("exclusiveMaximum")).unwrap_or(f64::INFINITY);
        if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0) {
            let first = if least.is_finite() { (least / step).ceil() } else { 0.0 };
            let times = f64::from(u16::try_from(self.random.below(50)).unwrap_or(0));
            return Number::from_f64((first + times) * step).map(Value::Number);
        }
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        let between =
            f64::from(u32::try_from(self.random.below(1 << 24)).unwrap_or(0)) / 16_777_216.0;
        let inside = match (least.is_finite(), most.is_finite()) {
            (true, true) => least + (most - least) * between,
            (true, false) => least + between * 1000.0,
            (false, true) => most - between * 1000.0,
            (false, false) => (between - 0.5) * 1e6,
        };
        let extreme = [1e-9, 1e21, -1e21, 1e300];
        let extreme = if format.is_empty() || format == "double" { &extreme[..] } else { &[] };
        let all = [least, most, 0.0, 1.0, -1.0, 0.1, 12.34, inside, inside];
        let all = all.into_iter().chain(extreme.iter().copied());
        let all: Vec<_> = all.filter(|it| it.is_finite() && *it >= least && *it <= most).collect();
        let number = *self.random.pick(&all)?;
        #[allow(clippy::cast_possible_truncation)]
        let number = match format {
            "float" => f64::from(number as f32),
            "decimal" => (number * 100.0).round() / 100.0,
            _ => number,
        };
        Number::from_f64(number).map(Value::Number)
    }

    fn text(&mut self, schema: &Schema) -> Option<String> {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        let bound = |key: &str| bound(key).and_then(|bound| usize::try_from(bound).ok());
        let (least, most) = (bound("minLength").unwrap_or(0), bound("maxLength").unwrap_or(200));
        if least > MOST {
            return None;
        }
        let is_decimal = schema.get("format").and_then(Value::as_str) == Some("decimal");
        let pattern = schema.get("pattern").and_then(Value::as_str).filter(|_| !is_decimal);
        if let Some(pattern) = pattern {
            return pattern::text(pattern, self.random);
        }
        if is_binary(schema) && self.used == Use::Form {
            return Some(self.random.bytes());
        }
        let is_base64 = schema.get("contentEncoding").and_then(Value::as_str) == Some("base64");
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        if let Some(text) = formatted(if is_base64 { "byte" } else { format }, self.random) {
            return Some(text);
        }
        let text = self.random.text(least, most, !matches!(self.used, Use::Header));
        Some(match self.used {
            // What a header cannot hold: blanks around it, and in a list the comma.
            Use::Header => {
                let text = text.replace(',', "_");
                let text = text.trim();
                let padded = "x".repeat(least.saturating_sub(text.chars().count()));
                format!("{text}{padded}")
            }
            _ => text,
        })
    }

    fn list(&mut self, schema: &Schema, depth: usize) -> Option<Value> {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        let bound = |key: &str| bound(key).and_then(|bound| usize::try_from(bound).ok());
        let (least, most) =
            (bound("minItems").unwrap_or(0), bound("maxItems").unwrap_or(usize::MAX));
        if least > MOST {
            return None;
        }
        let long = if depth < 2 && self.random.one_in(12) { 60 } else { 2 };
        let extra = match self.is_enough(depth) {
            true => 0,
            false => *self.random.pick(&[0, 1, 2, long]).unwrap_or(&0),
        };
        let length = least.saturating_add(extra).min(most);
        let any = json!({});
        let first =
            schema.get("prefixItems").and_then(Value::as_array).cloned().unwrap_or_default();
        let items = schema.get("items").unwrap_or(&any);
        let length = if items == &json!(false) { length.min(first.len()) } else { length };
        let is_set = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut list = Vec::new();
        for index in 0..length {
            let mut item = self.value(first.get(index).unwrap_or(items), depth + 1)?;
            for _ in 0..8 {
                if !is_set || !list.contains(&item) {
                    break;
                }
                item = self.value(items, depth + 1)?;
            }
            if !is_set || !list.contains(&item) {
                list.push(item);
            }
        }
        Some(Value::Array(list))
    }

    fn object(&mut self, schema: &Schema, depth: usize) -> Option<Value> {
        let required: Vec<_> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
        let other = if self.document.way == Way::Request { "readOnly" } else { "writeOnly" };
        let mut object = Map::new();
        for (name, property) in
            schema.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let is_required = required.iter().any(|it| it.as_str() == Some(name));
            let goes_other_way = self.says(property, other);
            let wanted = match self.parts {
                Parts::None => false,
                Parts::All => !self.is_enough(depth),
                Parts::Some => !self.is_enough(depth) && self.random.one_in(2),
            };
            if goes_other_way || !is_required && !wanted {
                continue;
            }
            match self.value(property, depth + 1) {
                Some(value) => drop(object.insert(name.clone(), value)),
                None if is_required => return None,
                None => {}
            }
        }
        self.add_undeclared(schema, &required, depth, &mut object)?;
        Some(Value::Object(object))
    }

    /// Fields that are required or described but have no name of their own. Those that nobody described are not
    /// made up.
    fn add_undeclared(
        &mut self,
        schema: &Schema,
        required: &[&Value],
        depth: usize,
        object: &mut Schema,
    ) -> Option<()> {
        let any = json!({});
        let rest = schema.get("additionalProperties").filter(|it| *it != &json!(false));
        for name in required.iter().filter_map(|name| name.as_str()) {
            let declared = schema.get("properties").and_then(|fields| fields.get(name));
            if !object.contains_key(name) && declared.is_none() {
                let value = self.value(rest.unwrap_or(&any), depth + 1)?;
                object.insert(name.to_owned(), value);
            }
        }
        let least = schema.get("minProperties").and_then(Value::as_u64).unwrap_or(0);
        let most = schema.get("maxProperties").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let patterns = schema.get("patternProperties").and_then(Value::as_object).cloned();
        let patterns: Vec<_> = patterns.into_iter().flatten().collect();
        let extra = match self.parts {
            Parts::None => 0,
            _ if self.is_enough(depth) => 0,
            _ => self.random.below(3),
        };
        let least = usize::try_from(least).ok().filter(|least| *least <= MOST)?;
        let wanted = extra.max(least.saturating_sub(object.len()));
        for _ in 0..wanted {
            let (name, of) = match (self.random.pick(&patterns).cloned(), rest) {
                (Some((pattern, of)), _) => (pattern::text(&pattern, self.random)?, of),
                (None, Some(rest)) => (self.name(schema)?, rest.clone()),
                (None, None) => break,
            };
            if object.len() < most && !object.contains_key(&name) {
                let value = self.value(&of, depth + 1);
                value.map(|value| object.insert(name, value));
            }
        }
        Some(())
    }

    /// The name of a field, which is none of the declared ones.
    fn name(&mut self, schema: &Schema) -> Option<String> {
        let names = schema.get("propertyNames").cloned().unwrap_or_else(|| json!({}));
        let names = json!({ "allOf": [{ "type": "string" }, names] });
        let mut name = self.value(&names, DEEP + 1)?.as_str()?.to_owned();
        let declared = schema.get("properties").and_then(Value::as_object);
        if self.used == Use::Form {
            name.retain(|c| c.is_ascii_alphanumeric());
        }
        if name.is_empty() || declared.is_some_and(|fields| fields.contains_key(&name)) {
            name += "other";
        }
        Some(name)
    }

    fn says(&self, schema: &Value, key: &str) -> bool {
        let says = |schema: &Value| schema.get(key) == Some(&Value::Bool(true));
        says(schema) || says(self.document.resolved(schema))
    }
}

/// Whether a text is the content of a file, in a form.
pub fn is_binary(schema: &Schema) -> bool {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    text("format") == Some("binary")
        || text("contentMediaType").is_some() && text("contentEncoding").is_none()
}

/// The types that a schema without `type` is about.
fn implied(schema: &Schema, used: Use) -> Vec<String> {
    let about = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    let all: [(&str, &[&str]); 4] = [
        (
            "object",
            &[
                "properties",
                "additionalProperties",
                "required",
                "patternProperties",
                "minProperties",
            ],
        ),
        ("array", &["items", "prefixItems", "minItems", "contains"]),
        ("string", &["pattern", "minLength", "maxLength", "format"]),
        ("number", &["minimum", "maximum", "multipleOf"]),
    ];
    let about: Vec<_> =
        all.iter().filter(|(_, keys)| about(keys)).map(|(ty, _)| (*ty).to_owned()).collect();
    match (about.is_empty(), used) {
        (false, _) => about,
        (true, Use::Json) => {
            ["string", "integer", "boolean", "array", "object", "null"].map(str::to_owned).to_vec()
        }
        (true, _) => vec!["string".to_owned()],
    }
}

fn whole(value: &Value) -> Option<i128> {
    #[allow(clippy::cast_possible_truncation)]
    let of_float = || value.as_f64().map(|it| it as i128);
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from)).or_else(of_float)
}

/// A text of a format that the validator or a type may check.
fn formatted(format: &str, random: &mut Random) -> Option<String> {
    let all: &[&str] = match format {
        "date-time" => &[
            "2024-02-29T23:59:59Z",
            "1999-12-31T00:00:00.123456+05:30",
            "2038-01-19T03:14:08-11:00",
            "0001-01-01T00:00:00Z",
        ],
        "date" => &["2024-02-29", "1970-01-01", "9999-12-31"],
        "time" => &["23:59:59Z", "00:00:00.5+01:00"],
        "duration" => &["P3Y6M4DT12H30M5S", "PT0S"],
        "uuid" => &["123e4567-e89b-12d3-a456-426614174000", "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF"],
        "email" | "idn-email" => &["a@example.com", "a+b.c%d@example.com"],
        "uri" | "iri" | "url" => &["https://example.com/a%20b?c=d&e=f#g", "urn:x:y"],
        "uri-reference" | "iri-reference" => &["../a?b=c", "#d"],
        "hostname" | "idn-hostname" => &["example.com", "a-b.example"],
        "ipv4" => &["127.0.0.1", "255.255.255.255"],
        "ipv6" => &["::1", "2001:db8:0:0:0:0:0:1"],
        "ip" => &["::1", "127.0.0.1"],
        "json-pointer" => &["/a/b~1c", ""],
        "byte" => &["", "AA==", "Zm9vYmFy", "+/+/"],
        "regex" => &["^a+$"],
        "decimal" => &["0.10", "12.34", "-1", "100000000000000.01"],
        _ => return None,
    };
    random.pick(all).map(|text| (*text).to_owned())
}
