//! Documents that are changed at random places, by a seed, so that each can be made again; and a run of the
//! pipeline with one. `examples/mutate.rs` runs as many as are asked for.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use manis_codegen::document::pointer;
use manis_codegen::vendor::{Provenance, Upstream};
use manis_codegen::{pipeline, syntax};
use serde_json::{Map, Value, json};

/// Random numbers that are the same for the same seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Texts that mean something, or should not: to JSON Pointer, templates, Rust, HTTP, Unicode and OpenAPI.
const TEXTS: [&str; 64] = [
    "",
    " ",
    "/",
    "//",
    "{",
    "}",
    "{}",
    "{a}{a}",
    "/{a}/{a}",
    "..",
    "-",
    "~",
    "~1",
    "%",
    "%7B",
    "%7Bid%7D",
    "%ff",
    "#",
    "#/",
    "#/components/schemas/",
    "#/paths",
    "http://",
    "\r",
    "\n\n",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{2063}",
    "\u{fdd0}1",
    "日本",
    "🦀",
    "é",
    "self",
    "crate",
    "type",
    "r#fn",
    "Self",
    "_",
    "'\"`*/",
    "```\nx\n```",
    "200  CONTENT",
    "2XX",
    "99",
    "default",
    "null",
    "1",
    "1e999",
    "$ref",
    "x-",
    "allOf",
    "oneOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "enum",
    "const",
    "pattern",
    "format",
    "discriminator",
    "nullable",
    "*/*",
    "application/json",
    "multipart/form-data",
];

fn text(random: &mut Random) -> String {
    match random.below(20) {
        0 => "long_".repeat(60),
        _ => (*random.one(&TEXTS)).to_owned(),
    }
}

/// A value of any type.
fn value(random: &mut Random, document: &Value, places: &[String]) -> Value {
    match random.below(16) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!([-1, 0, 1, 40, 1_000_000, i64::MAX][random.below(6)]),
        3 => json!([0.5, -0.0, 1e300][random.below(3)]),
        4 | 5 => Value::String(text(random)),
        6 => json!([]),
        7 => json!({}),
        8 => json!([null, text(random)]),
        9 => json!({ text(random): text(random) }),
        10 => json!({ "$ref": text(random) }),
        11 => json!({ "$ref": format!("#{}", random.one(places)) }),
        12 => json!({ "type": ["object", "null"], "properties": { text(random): {} } }),
        13 => json!({ *random.one(&["allOf", "oneOf", "anyOf", "enum"]): [{}, text(random)] }),
        // What stands elsewhere, which may have this place inside.
        _ => document.pointer(random.one(places).as_str()).cloned().unwrap_or_default(),
    }
}

/// Pointers of everything below a value.
fn places(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![(String::new(), value)];
    while let Some((at, value)) = left.pop() {
        match value {
            Value::Object(fields) => {
                left.extend(fields.iter().map(|(key, value)| (pointer::join(&at, key), value)));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                left.extend(items.map(|(index, item)| (format!("{at}/{index}"), item)));
            }
            _ => {}
        }
        if !at.is_empty() {
            found.push(at);
        }
    }
    found
}

/// Changes a document at one to three places, and says how.
pub fn mutate(document: &Value, seed: u64) -> (Value, String) {
    let mut random = Random(seed);
    let (mut mutant, mut done) = (document.clone(), Vec::new());
    for _ in 0..=random.below(3) {
        let places = places(&mutant);
        if !places.is_empty() {
            let at = random.one(&places).clone();
            let note = change(&mut mutant, &at, &places, &mut random);
            done.push(format!("{note} at {at}"));
        }
    }
    (mutant, done.join(", "))
}

fn rename(fields: &mut Map<String, Value>, key: &str, name: &str) {
    let renamed = |(field, value): (String, Value)| match field == key {
        true => (name.to_owned(), value),
        false => (field, value),
    };
    *fields = std::mem::take(fields).into_iter().map(renamed).collect();
}

fn change(mutant: &mut Value, at: &str, places: &[String], random: &mut Random) -> &'static str {
    let new = value(random, mutant, places);
    let (name, kind) = (text(random), random.below(8));
    let Some((parent, key)) = at.rsplit_once('/') else { return "nothing" };
    let key = pointer::unescape(key);
    let index = || key.parse::<usize>().unwrap();
    match (mutant.pointer_mut(parent), kind) {
        (Some(Value::Object(fields)), 0) => {
            fields.shift_remove(&key);
            "removed"
        }
        (Some(Value::Object(fields)), 1) => {
            let value = fields[&key].clone();
            fields.insert(name, value);
            "copied"
        }
        (Some(Value::Object(fields)), 2 | 3) => {
            rename(fields, &key, &name);
            "renamed"
        }
        (Some(Value::Array(items)), 0) => {
            items.remove(index());
            "removed"
        }
        (Some(Value::Array(items)), 1..=3) => {
            items.push(items[index()].clone());
            "doubled"
        }
        (Some(Value::Object(fields)), _) => {
            fields[&key] = new;
            "replaced"
        }
        (Some(Value::Array(items)), _) => {
            items[index()] = new;
            "replaced"
        }
        _ => "nothing",
    }
}

/// How a run ended that should have ended well, or with an error.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// With a result.
    Well,
    /// With an error.
    Refused,
    /// With a panic.
    Panic,
    /// Not within the time.
    Hang,
}

/// Runs something that may panic, or not come back: then its thread goes on alone.
pub fn run<T, E>(time: Duration, what: impl FnOnce() -> Result<T, E> + Send + 'static) -> End {
    let (sender, receiver) = mpsc::channel();
    // As large as a process's own, which is the one that a command runs on.
    let thread = thread::Builder::new().stack_size(8 << 20);
    let run = move || sender.send(if what().is_ok() { End::Well } else { End::Refused });
    let Ok(_) = thread.spawn(run) else { return End::Hang };
    match receiver.recv_timeout(time) {
        Ok(end) => end,
        Err(mpsc::RecvTimeoutError::Disconnected) => End::Panic,
        Err(mpsc::RecvTimeoutError::Timeout) => End::Hang,
    }
}

fn page(slug: &str, document: &Value) -> Upstream {
    Upstream {
        page: None,
        slug: slug.to_owned(),
        file: Path::new("/pets/spec/upstream/page.yaml").to_owned(),
        text: String::new(),
        document: document.clone(),
        provenance: Provenance::default(),
        examples: Vec::new(),
    }
}

/// Through everything before the generator.
pub fn lower(document: &Value, time: Duration) -> End {
    let page = page("page", document);
    run(time, move || pipeline::lowered(&[page]))
}

/// The same, as two pages of which the other is changed once more.
pub fn merge(document: &Value, time: Duration) -> End {
    let seed = document.to_string().len() as u64;
    let pages = [page("one", document), page("other", &mutate(document, seed).0)];
    run(time, move || pipeline::lowered(&pages))
}

/// The same, with an overlay that is changed at random as well: its targets are places of the document.
pub fn overlay(document: &Value, time: Duration) -> End {
    let mut random = Random(document.to_string().len() as u64);
    let places = places(document);
    if places.is_empty() {
        return lower(document, time);
    }
    let actions: Vec<_> =
        (0..=random.below(3)).map(|_| action(document, &places, &mut random)).collect();
    let overlay = json!({
        "overlay": "1.1.0",
        "info": { "title": "Corrections", "version": "1" },
        "actions": actions,
    });
    let overlay = if random.below(4) == 0 { mutate(&overlay, random.0).0 } else { overlay };
    let (document, text) = (document.clone(), syntax::yaml::print(&overlay));
    run(time, move || -> manis_codegen::Result<()> {
        let overlay = manis_codegen::overlay::parse(&text)?;
        let (patched, _) = manis_codegen::overlay::examine(&document, &overlay)?;
        // Most are refused, for nothing was recorded of their targets.
        let run = manis_codegen::overlay::run(&document, &overlay);
        manis_codegen::lower::run(&run.unwrap_or(patched).document)?;
        Ok(())
    })
}

fn action(document: &Value, places: &[String], random: &mut Random) -> Value {
    let steps = random.one(places).split('/').skip(1).map(pointer::unescape);
    let target: String = steps
        .map(|step| match step.parse::<usize>() {
            Ok(index) => format!("[{index}]"),
            Err(_) => format!("['{}']", step.replace('\'', "\\'")),
        })
        .collect();
    let mut action = json!({ "target": format!("${target}"), "description": text(random) });
    match random.below(3) {
        0 => action["remove"] = json!(true),
        _ => action["update"] = value(random, document, places),
    }
    action
}

/// Through everything, as files.
pub fn refine(document: &Value, time: Duration) -> End {
    let text = syntax::json::print(document);
    run(time, move || -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let spec = folder.path().join("spec");
        std::fs::create_dir_all(spec.join("upstream"))?;
        std::fs::write(spec.join("upstream/page.json"), text)?;
        std::fs::write(spec.join("generate.yaml"), "mock: crate\nredact: true\n")?;
        pipeline::run(&spec)?;
        Ok(())
    })
}
