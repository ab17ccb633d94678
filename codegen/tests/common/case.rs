//! A case is a YAML file: what goes in, and in its expected fields what must come out. The file's
//! name is the test's. With `BLESS=1` in the environment, fields that differ are rewritten.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use manis_codegen::syntax::yaml;
use serde_json::{Map, Value, json};

/// What a case ends with.
pub type Outcome<T = ()> = datatest_stable::Result<T>;

/// A file with what goes in and what must come out.
pub struct Case {
    file: PathBuf,
    text: String,
    value: Value,
}

/// The harness prints errors for programmers, which would put a diff on one line.
#[derive(thiserror::Error)]
#[error("{0}")]
struct Mismatch(String);

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What came out, under the name that the case has for it.
pub struct Field {
    name: &'static str,
    /// `None`: the case must not have the field.
    found: Option<Value>,
    /// What a case that lacks the field expects.
    default: Option<Value>,
}

impl Field {
    /// A field that the case must have.
    pub fn new(name: &'static str, found: impl Into<Value>) -> Self {
        Self { name, found: Some(found.into()), default: None }
    }

    /// A list, which a case may leave out where it is empty.
    pub fn list(name: &'static str, found: impl Into<Value>) -> Self {
        Self { default: Some(json!([])), ..Self::new(name, found) }
    }

    /// A field that the case must not have.
    pub fn none(name: &'static str) -> Self {
        Self { name, found: None, default: None }
    }

    /// Whether a case says what was found. The order of keys counts, for people read it in diffs.
    fn is_in(&self, case: &Value) -> bool {
        let stated = case.get(self.name);
        match (&self.found, stated.or(self.default.as_ref())) {
            (Some(found), Some(expected)) => yaml::print(found) == yaml::print(expected),
            (None, _) => stated.is_none(),
            (Some(_), None) => false,
        }
    }
}

impl Case {
    /// A case as the harness hands it over.
    pub fn read(path: &Path, text: String) -> Outcome<Self> {
        let value = yaml::parse(&text).map_err(|error| error.message)?;
        // The harness names files as seen from the package.
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        Ok(Self { file, text, value })
    }

    pub fn get(&self, field: &str) -> Option<&Value> {
        self.value.get(field)
    }

    /// A field that goes in, and must be there.
    pub fn input(&self, field: &str) -> Outcome<&Value> {
        Ok(self.get(field).ok_or_else(|| format!("the case has no `{field}`"))?)
    }

    /// The items of a list; none where the field is absent.
    pub fn list(&self, field: &str) -> Outcome<&[Value]> {
        match self.get(field) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(format!("`{field}` is no list").into()),
        }
    }

    /// Compares every field with what was found, or rewrites those that differ.
    pub fn expect(&self, fields: &[Field]) -> Outcome {
        let differing: Vec<_> = fields.iter().filter(|field| !field.is_in(&self.value)).collect();
        if differing.is_empty() {
            return Ok(());
        }
        if env::var("BLESS").is_ok_and(|bless| bless == "1") {
            return Ok(fs::write(&self.file, blessed(&self.text, fields)?)?);
        }
        let diffs: String = differing.iter().map(|field| self.diff(field)).collect();
        Err(Mismatch(format!("{diffs}BLESS=1 rewrites the case with what was found")).into())
    }

    fn diff(&self, field: &Field) -> String {
        let expected = self.get(field.name).or(field.default.as_ref());
        let print = |value: Option<&Value>| value.map(yaml::print).unwrap_or_default();
        let (expected, found) = (print(expected), print(field.found.as_ref()));
        let diff = similar::TextDiff::from_lines(&expected, &found);
        let mut diff = diff.unified_diff();
        format!("`{}` differs:\n{}", field.name, diff.header("expected", "found"))
    }
}

/// The text of a case with what was found. Fields that say so already, all others and the comments
/// between them stay as they are written.
pub fn blessed(text: &str, fields: &[Field]) -> Outcome<String> {
    let case = yaml::parse(text).map_err(|error| error.message)?;
    let mut new = text.to_owned();
    if !new.is_empty() && !new.ends_with('\n') {
        new.push('\n');
    }
    for (index, field) in fields.iter().enumerate() {
        if let Some(found) = field.found.as_ref().filter(|_| !field.is_in(&case)) {
            let printed = yaml::print(&json!({ field.name: found }));
            let (start, end) = block(&new, field.name).unwrap_or_else(|| {
                let at = place(&new, fields, index);
                (at, at)
            });
            new.replace_range(start..end, &printed);
        }
    }
    for field in fields.iter().filter(|field| field.found.is_none()) {
        if let Some((start, end)) = block(&new, field.name) {
            new.replace_range(start..end, "");
        }
    }
    check(&case, &new, fields)?;
    Ok(new)
}

/// Replacing is textual, so what came of it is read once more before it is written.
fn check(case: &Value, new: &str, fields: &[Field]) -> Outcome {
    let new = yaml::parse(new).map_err(|error| error.message)?;
    let others = |case: &Value| -> Map<String, Value> {
        let entries = case.as_object().into_iter().flatten();
        let others = entries.filter(|(key, _)| fields.iter().all(|field| field.name != *key));
        others.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    if others(case) != others(&new) || !fields.iter().all(|field| field.is_in(&new)) {
        return Err("the case is written in a way that cannot be blessed: edit it by hand".into());
    }
    Ok(())
}

/// Where a field that the text lacks belongs: among the others in their order, or at the end.
fn place(text: &str, fields: &[Field], index: usize) -> usize {
    let (before, after) = fields.split_at(index);
    let before = before.iter().rev().find_map(|field| block(text, field.name));
    let after = || after.iter().find_map(|field| block(text, field.name));
    before.map(|(_, end)| end).or_else(|| after().map(|(start, _)| start)).unwrap_or(text.len())
}

/// The bytes from a key at the start of a line to the end of its value.
fn block(text: &str, key: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    let mut found = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_key = line.strip_prefix(key).and_then(|rest| rest.strip_prefix(':'));
        match &mut found {
            None if is_key.is_some_and(|rest| rest.starts_with([' ', '\n'])) => {
                found = Some((start, at));
            }
            None => {}
            Some((_, end)) if belongs_to_the_value(line) => *end = at,
            // What comes after them decides whether they are inside.
            Some(_) if line.trim().is_empty() || line.starts_with('#') => {}
            Some(_) => break,
        }
    }
    found
}

/// The items of a list may stand below the key without indentation.
fn belongs_to_the_value(line: &str) -> bool {
    let is_item = line.trim_end() == "-" || line.starts_with("- ");
    is_item || (line.starts_with(' ') && !line.trim().is_empty())
}
