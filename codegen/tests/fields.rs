//! What comes of each field that an OpenAPI object may have: the documents with and without it are generated, and
//! compared. The cases are data, `fixtures/fields.yaml`; the table is `document::structure`'s.

mod common;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use common::docs;
use common::spec::Spec;
use manis_codegen::document::pointer;
use manis_codegen::document::structure::{self, Role};
use manis_codegen::syntax::yaml;
use manis_codegen::{drift, pipeline, vendor};
use serde_json::{Value, json};
use syn::visit_mut::VisitMut;

/// What a reader can see of a generated client.
struct Seen {
    code: String,
    documented: String,
    told: BTreeSet<String>,
    spec: Spec,
    scaffolded: OnceCell<BTreeMap<String, String>>,
}

struct WithoutDocumentation;

impl VisitMut for WithoutDocumentation {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}

impl Seen {
    fn of(document: &Value) -> Result<Self, String> {
        let spec = Spec::of(&yaml::print(document));
        let outcome = pipeline::run(&spec.folder()).map_err(|error| error.to_string())?;
        // Comments, such as the hash of the document, are not parsed.
        let mut file = syn::parse_file(&outcome.client).unwrap();
        let documented = prettyplease::unparse(&file);
        WithoutDocumentation.visit_file_mut(&mut file);
        let told = outcome.changes.iter().map(|it| format!("{} {} {}", it.rule, it.place, it.note));
        let left_out = outcome.left_out.iter().map(|it| format!("{} {}", it.place, it.reason));
        let told = told.chain(left_out).chain(outcome.warnings.iter().cloned()).collect();
        Ok(Self {
            code: prettyplease::unparse(&file),
            documented,
            told,
            spec,
            scaffolded: OnceCell::new(),
        })
    }

    /// What a field does that makes this of another.
    fn role(&self, without: &Self) -> Role {
        if self.code != without.code || self.told != without.told {
            Role::Client
        } else if self.documented != without.documented {
            Role::Documentation
        } else if self.scaffolded() != without.scaffolded() {
            Role::Crate
        } else {
            Role::Annotation
        }
    }

    /// What a crate of `--out` has beside the client, but for what holds the document itself.
    fn scaffolded(&self) -> &BTreeMap<String, String> {
        self.scaffolded.get_or_init(|| self.scaffold())
    }

    fn scaffold(&self) -> BTreeMap<String, String> {
        self.spec.codegen(|it| it.out = Some(self.spec.path("out"))).unwrap();
        let files = self.spec.names("out/").into_iter().filter(|name| {
            let is_document = name == "tests/oracle/document.json" || name.starts_with("spec/");
            !is_document
                && !name.starts_with("src/generated")
                && !name.starts_with("tests/snapshots/")
        });
        files
            .map(|name| (self.spec.read(&format!("out/{name}")), name))
            .map(|(text, name)| (name, text))
            .collect()
    }
}

/// Sets what is at a pointer; objects on the way to it are made.
fn set(document: &mut Value, at: &str, value: Value) {
    let mut place = document;
    for step in at.split('/').skip(1) {
        let step = pointer::unescape(step);
        place = match place {
            Value::Array(items) => {
                let index: usize = step.parse().unwrap();
                if index == items.len() {
                    items.push(json!({}));
                }
                &mut items[index]
            }
            Value::Object(fields) => fields.entry(step).or_insert(Value::Null),
            // A place that does not end in an index is an object's.
            other => {
                *other = json!({ step.as_str(): null });
                &mut other[step.as_str()]
            }
        };
    }
    *place = value;
}

/// The documents with and without a field.
fn documents(base: &Value, object: &Value, field: &str, case: &Value) -> [Value; 2] {
    let at = case.get("at").unwrap_or(&object["at"]).as_str().unwrap();
    let mut without = base.clone();
    for from in [object, case] {
        for (place, value) in from.get("elsewhere").and_then(Value::as_object).into_iter().flatten()
        {
            set(&mut without, place, value.clone());
        }
    }
    if at == "/tags/0" {
        without["tags"] = json!([]);
    }
    let mut fields = without.pointer(at).and_then(Value::as_object).cloned().unwrap_or_default();
    for from in [object, case] {
        fields.extend(from.get("with").and_then(Value::as_object).cloned().unwrap_or_default());
    }
    if let Some(other) = case.get("without").and_then(Value::as_str) {
        fields.shift_remove(other);
    }
    let is_discriminator = object.get("key").is_some();
    set(&mut without, at, Value::Object(fields));
    let mut with = without.clone();
    let at = if is_discriminator { format!("{at}/discriminator") } else { at.to_owned() };
    let at = pointer::join(&at, field);
    set(&mut with, &at, case["value"].clone());
    if let Some(was) = case.get("was") {
        set(&mut without, &at, was.clone());
    }
    [without, with]
}

/// Fields that drift says nothing of, as no client of the case is another: what nothing refers to, what says what is so
/// anyway, and the ids of operations, which are compared as names in Rust.
const NO_CHANGE: [&str; 12] = [
    "Components.pathItems",
    "Document.jsonSchemaDialect",
    "Document.openapi",
    "Header.$ref",
    "Header.allowEmptyValue",
    "Header.allowReserved",
    "Header.explode",
    "Header.style",
    "MediaType.encoding",
    "Operation.operationId",
    "Schema.$defs",
    "Schema.definitions",
];

/// Whether drift tells that one document became the other.
fn is_told(old: &Seen, new: &Seen) -> bool {
    let [old, new] = [old, new].map(|side| vendor::load(&side.spec.folder()).unwrap());
    let seen = drift::visibility(&old, &new, None).unwrap();
    !seen.wire.is_empty() || seen.unjudged > 0 || seen.texts > 0
}

/// What the table says of an object's fields, and is not so.
fn check(base: &Value, kind: &str, fields: &[(&str, Role)], object: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, Result<Seen, String>> = BTreeMap::new();
    for (field, role) in fields {
        let Some(case) = object.get(*field) else {
            wrong.push(format!("{kind}.{field} has no case"));
            continue;
        };
        let [without, with] = documents(base, object, field, case);
        assert_ne!(without, with, "{kind}.{field}");
        let without = seen.entry(without.to_string()).or_insert_with(|| Seen::of(&without));
        match (without, Seen::of(&with)) {
            (Ok(without), Ok(with)) if with.role(without) == *role => {
                let name = format!("{kind}.{field}");
                for (old, new) in [(&*without, &with), (&with, &*without)] {
                    match (is_told(old, new), NO_CHANGE.contains(&name.as_str())) {
                        (true, false) | (false, true) => {}
                        (true, true) => wrong.push(format!("{name} is told by drift: no row")),
                        (false, false) => wrong.push(format!("{name}: drift says nothing")),
                    }
                }
            }
            (Ok(without), Ok(with)) => {
                let is = with.role(without);
                let told = with.told.symmetric_difference(&without.told).cloned();
                let told = told.collect::<Vec<_>>().join("; ");
                wrong.push(format!(
                    "{kind}.{field} is of {is:?} ({told}), and the table says {role:?}"
                ));
            }
            (Err(error), _) => wrong.push(format!("{kind}.{field}, without it: {error}")),
            (_, Err(error)) => wrong.push(format!("{kind}.{field}, with it: {error}")),
        }
    }
    let known = |key: &str| {
        ["at", "with", "elsewhere", "key"].contains(&key) || fields.iter().any(|it| it.0 == key)
    };
    let others = object.as_object().unwrap().keys().filter(|key| !known(key));
    wrong.extend(others.map(|field| format!("{kind}.{field} is in no table")));
    wrong
}

#[test]
fn each_field_does_what_its_table_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fields.yaml");
    let file = yaml::parse(&fs::read_to_string(file).unwrap()).unwrap();
    let mut objects: BTreeMap<String, Vec<(&str, Role)>> = BTreeMap::new();
    for (kind, field, role) in structure::fields() {
        objects.entry(format!("{kind:?}")).or_default().push((field, role));
    }
    let (base, cases) = (&file["base"], &file["cases"]);
    let named: Vec<_> = cases.as_object().unwrap().keys().cloned().collect();
    assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), objects.keys().cloned().collect());
    // Every field costs a run of the pipeline or two.
    let objects = Mutex::new(objects.into_iter());
    let next = || objects.lock().unwrap().next();
    let run = || {
        let mut wrong = Vec::new();
        while let Some((kind, fields)) = next() {
            wrong.extend(check(base, &kind, &fields, &cases[&kind]));
        }
        wrong
    };
    let wrong: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = (0..2).map(|_| scope.spawn(run)).collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A row for each object that has fields without effect.
fn table() -> String {
    let mut table = "| object | fields without effect |\n|---|---|\n".to_owned();
    let all: Vec<_> = structure::fields().collect();
    for of_object in all.chunk_by(|one, next| one.0 == next.0) {
        let without = of_object.iter().filter(|(_, _, role)| *role == Role::Annotation);
        let names: Vec<_> = without.map(|(_, name, _)| format!("`{name}`")).collect();
        if !names.is_empty() {
            table += &format!("| {:?} | {} |\n", of_object[0].0, names.join(", "));
        }
    }
    table
}

#[test]
fn fields_without_effect_are_documented() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pages-of-other-vendors.md");
    docs::renew(&file, "fields without effect", &table());
}
