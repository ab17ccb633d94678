//! Reading and writing YAML. The only module that names `serde_yaml`, so that its successor is a
//! change of this file.

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Yaml;

/// YAML that does not parse, or that has no JSON counterpart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The parser's words.
    pub message: String,
    /// The line of the fault, counted from 1, where the parser knows it.
    pub line: Option<usize>,
}

impl SyntaxError {
    fn without_line(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: None }
    }
}

/// Parses one YAML document into the JSON data model that OpenAPI is defined on.
///
/// Keys that are numbers or booleans (`200:`) become their text, as OpenAPI means them.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let mut yaml: Yaml = serde_yaml::from_str(text).map_err(|error| SyntaxError {
        message: error.to_string(),
        line: error.location().map(|at| at.line()),
    })?;
    yaml.apply_merge().map_err(|error| SyntaxError::without_line(error.to_string()))?;
    to_json(yaml)
}

/// Writes a document as YAML, in the order of its keys.
pub fn print(value: &Value) -> String {
    // The JSON data model has no value that YAML cannot express.
    serde_yaml::to_string(value).unwrap_or_default()
}

fn to_json(yaml: Yaml) -> Result<Value, SyntaxError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(flag),
        Yaml::Number(number) => Value::Number(to_number(&number)?),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => items.into_iter().map(to_json).collect::<Result<_, _>>()?,
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = to_key(&key)?;
                if map.contains_key(&key) {
                    return Err(SyntaxError::without_line(format!("duplicate key `{key}`")));
                }
                map.insert(key, to_json(value)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => to_json(tagged.value)?,
    })
}

fn to_number(number: &serde_yaml::Number) -> Result<Number, SyntaxError> {
    let float = || number.as_f64().and_then(Number::from_f64);
    (number.as_u64().map(Number::from))
        .or_else(|| number.as_i64().map(Number::from))
        .or_else(float)
        .ok_or_else(|| SyntaxError::without_line(format!("`{number}` is not a JSON number")))
}

fn to_key(key: &Yaml) -> Result<String, SyntaxError> {
    match key {
        Yaml::String(text) => Ok(text.clone()),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(flag) => Ok(flag.to_string()),
        Yaml::Null => Ok("null".to_owned()),
        _ => Err(SyntaxError::without_line("a key that is a list or a mapping")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn status_codes_as_numbers_become_text() {
        assert_eq!(parse("200: a\n"), Ok(json!({"200": "a"})));
    }

    #[test]
    fn merge_keys_are_applied() {
        let text = "base: &b {x: 1}\nuse: {<<: *b, y: 2}\n";
        assert_eq!(parse(text).unwrap()["use"], json!({"x": 1, "y": 2}));
    }

    #[test]
    fn a_syntax_error_knows_its_line() {
        assert_eq!(parse("a: 1\nb: [\n").unwrap_err().line, Some(3));
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        assert!(parse("a: 1\na: 2\n").unwrap_err().message.contains("duplicate"));
    }

    #[test]
    fn not_a_number_is_refused() {
        assert!(parse("a: .nan\n").unwrap_err().message.contains("JSON number"));
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let previous = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{previous}]\n"));
        }
        assert!(parse(&bomb).unwrap_err().message.contains("repetition limit"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
