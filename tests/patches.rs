//! Each action of the overlay is proven needed and enough: it is dropped, and everything that it says is
//! altered, and each time something other than a snapshot must notice. That is the audit, which holds the
//! document against the page's own tables and examples, or, where the page says nothing, one of the
//! expectations below. That codegen fails is no proof: it may be another action of the patch that no longer
//! fits, or a schema that no longer is as its twin. So an altered document is judged on its own.

#[path = "patches/expectations.rs"]
mod expectations;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, thread};

use manis_codegen::document::pointer;
use manis_codegen::pipeline::{self, Outcome};
use manis_codegen::progress::Progress;
use manis_codegen::syntax::yaml;
use manis_codegen::{audit, lower, normalize, overlay, vendor};
use serde_json::{Value, json};

use expectations::{Expectation, OF_THE_CLIENT, OF_THE_LOWERED, OF_THE_PATCHED};

/// One way in which an action is not as it is written.
struct Alteration {
    /// The action's index in the overlay.
    action: usize,
    /// What is other about it; nothing, if it is dropped.
    what: Option<String>,
    /// The overlay's actions from the patch on that it belongs to.
    actions: Vec<Value>,
}

/// An alteration, and what noticed it; nothing if nothing did.
type Fate = (&'static Alteration, BTreeSet<String>);

/// The vendor's document after normalize, the overlay's actions, and what the client is made of.
struct Original {
    normalized: Value,
    actions: Vec<Value>,
    /// The document before each action's patch.
    before: Vec<Value>,
    findings: BTreeMap<String, String>,
}

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")
}

static ORIGINAL: LazyLock<Original> = LazyLock::new(|| {
    let pages = vendor::load(&spec()).unwrap();
    let normalized = normalize::run(&pages).unwrap().document;
    let text = fs::read_to_string(spec().join("overlay.yaml")).unwrap();
    let actions = yaml::parse(&text).unwrap()["actions"].as_array().unwrap().clone();
    let before = |index| applied(&normalized, &actions[..start_of_patch(&actions, index)]);
    let before = (0..actions.len()).map(before).collect();
    let patched = applied(&normalized, &actions);
    let findings = Spec::of(&patched).findings().unwrap();
    Original { normalized, actions, before, findings }
});

/// The index of the first action of a patch.
fn start_of_patch(actions: &[Value], index: usize) -> usize {
    let is_of_it = |other: &Value| other["x-patch"] == actions[index]["x-patch"];
    actions.iter().position(is_of_it).unwrap()
}

/// The document that actions make, whether or not all of them fit.
fn applied(document: &Value, actions: &[Value]) -> Value {
    let info = json!({ "title": "Altered", "version": "1" });
    let overlay = json!({ "overlay": "1.1.0", "info": info, "actions": actions });
    match overlay::parse(&yaml::print(&overlay)) {
        _ if actions.is_empty() => document.clone(),
        Ok(overlay) => overlay::examine(document, &overlay).unwrap().0.document,
        Err(error) => panic!("{error}"),
    }
}

/// A spec folder in which the vendor says already what a patched document says: no overlay is needed, so that
/// an alteration is judged by what it makes, not by what else no longer fits.
struct Spec(tempfile::TempDir);

impl Spec {
    fn of(document: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("upstream")).unwrap();
        for file in ["update-customer-info.examples.json", "update-customer-info.provenance.json"] {
            let file = Path::new("upstream").join(file);
            fs::copy(spec().join(&file), folder.path().join(&file)).unwrap();
        }
        let page = folder.path().join("upstream/update-customer-info.yaml");
        fs::write(page, yaml::print(document)).unwrap();
        fs::copy(spec().join("generate.yaml"), folder.path().join("generate.yaml")).unwrap();
        Self(folder)
    }

    /// What the audit finds, by the ids of the findings.
    fn findings(&self) -> manis_codegen::Result<BTreeMap<String, String>> {
        let left = audit::run(self.0.path())?.left.into_iter().map(|left| left.finding);
        Ok(left.map(|it| (it.id, it.document + " / " + &it.documentation)).collect())
    }

    fn outcome(&self) -> manis_codegen::Result<Outcome> {
        pipeline::run_alone(self.0.path(), &Progress::default())
    }
}

/// Every alteration of every action.
fn alterations() -> Vec<Alteration> {
    let all = &ORIGINAL.actions;
    let mut alterations = Vec::new();
    for (index, action) in all.iter().enumerate() {
        let mut add = |what: Option<String>, altered: Option<Value>| {
            let (before, after) = (&all[start_of_patch(all, index)..index], &all[index + 1..]);
            let actions = [before, altered.as_slice(), after].concat();
            alterations.push(Alteration { action: index, what, actions });
        };
        add(None, None);
        for (what, target) in narrowed(action["target"].as_str().unwrap()) {
            let mut altered = action.clone();
            altered["target"] = json!(target);
            add(Some(what), Some(altered));
        }
        let mut places = Vec::new();
        below(&action["update"], "", &mut places);
        for at in places {
            let value = action["update"].pointer(&at).unwrap();
            if !holds_one_thing(value) {
                let mut altered = action.clone();
                remove(&mut altered["update"], &at);
                add(Some(format!("{at} left out")), Some(altered));
            }
            if let Some(other) = other(&at, value) {
                let mut altered = action.clone();
                let what = format!("{at} is {other}");
                *altered["update"].pointer_mut(&at).unwrap() = other;
                add(Some(what), Some(altered));
            }
        }
    }
    alterations
}

/// A target without one of the alternatives of its last step, a filter or a list of names.
fn narrowed(target: &str) -> Vec<(String, String)> {
    let Some((head, list)) = target.strip_suffix(']').and_then(|target| target.rsplit_once('['))
    else {
        return Vec::new();
    };
    let (mark, separator, list) = match list.strip_prefix('?') {
        Some(filter) => ("?", " || ", filter),
        None => ("", ",", list),
    };
    let alternatives: Vec<_> = list.split(separator).collect();
    let without = |index: usize| {
        let others = [&alternatives[..index], &alternatives[index + 1..]].concat();
        let target = format!("{head}[{mark}{}]", others.join(separator));
        (format!("target without {}", alternatives[index]), target)
    };
    let is_one = alternatives.len() < 2;
    (0..alternatives.len()).filter(|_| !is_one).map(without).collect()
}

/// Whether leaving it out is as leaving out what it holds.
fn holds_one_thing(value: &Value) -> bool {
    let mut inside = Vec::new();
    below(value, "", &mut inside);
    inside.iter().filter(|at| at.matches('/').count() == 1).count() == 1
}

/// JSON Pointers of everything inside a value but documentation, which no code depends on.
fn below(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<_> = match value {
        Value::Object(fields) => fields.iter().map(|(key, child)| (key.clone(), child)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect()
        }
        _ => return,
    };
    for (key, child) in
        children.iter().filter(|(key, child)| key != "description" || !child.is_string())
    {
        let place = pointer::join(at, key);
        found.push(place.clone());
        below(child, &place, found);
    }
}

fn remove(value: &mut Value, at: &str) {
    let (holder, key) = at.rsplit_once('/').unwrap();
    match value.pointer_mut(holder).unwrap() {
        Value::Object(fields) => drop(fields.shift_remove(&pointer::unescape(key)).unwrap()),
        Value::Array(items) => drop(items.remove(key.parse().unwrap())),
        _ => unreachable!("{at} is in a list or an object"),
    }
}

/// Another value of the same type, and of the same kind where the key has few values that mean something.
fn other(at: &str, value: &Value) -> Option<Value> {
    let key = at.rsplit('/').next().unwrap();
    Some(match value {
        Value::String(text) => json!(match (key, &**text) {
            ("type", "string") => "integer",
            ("type", "integer" | "object") => "string",
            ("format", "date") => "date-time",
            ("format", "date-time") => "date",
            ("format", "uuid") => "email",
            ("format", _) => "uuid",
            ("$ref", "#/components/schemas/Problem") => "#/components/schemas/CustomerType",
            ("$ref", _) => "#/components/schemas/UpdateCustomerInfoResponse",
            (_, text) => return Some(json!(format!("{text}x"))),
        }),
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => json!(number.as_u64().unwrap() + 1),
        Value::Array(items) if items.is_empty() => json!([{ "token": [] }]),
        _ => return None,
    })
}

/// What notices an alteration: the first of these that does.
fn guards(it: &Alteration) -> BTreeSet<String> {
    let document = applied(&ORIGINAL.before[it.action], &it.actions);
    let spec = Spec::of(&document);
    let of_audit = || Some(unlike(&spec.findings().ok()?));
    let of_lowered = || Some(unmet(&OF_THE_LOWERED, &lower::run(&document).ok()?.document));
    let of_client = || Some(unmet(&OF_THE_CLIENT, &spec.outcome().ok()?));
    let mut guards = of_audit().unwrap_or_default();
    if guards.is_empty() {
        guards = unmet(&OF_THE_PATCHED, &document);
    }
    if guards.is_empty() {
        guards = of_lowered().unwrap_or_default();
    }
    if guards.is_empty() {
        guards = of_client().unwrap_or_default();
    }
    guards
}

fn unmet<T>(expectations: &[Expectation<T>], made: &T) -> BTreeSet<String> {
    let unmet = expectations.iter().filter(|(_, is_met)| !is_met(made));
    unmet.map(|(what, _)| format!("not \"{what}\"")).collect()
}

/// The kinds of the findings that are new, gone, or say something else than without an alteration.
fn unlike(findings: &BTreeMap<String, String>) -> BTreeSet<String> {
    let ids = findings.keys().chain(ORIGINAL.findings.keys());
    let unlike = ids.filter(|id| findings.get(*id) != ORIGINAL.findings.get(*id));
    unlike.map(|id| format!("audit {}", id.split(':').next().unwrap())).collect()
}

static ALTERATIONS: LazyLock<Vec<Alteration>> = LazyLock::new(alterations);

static FATES: LazyLock<Vec<Fate>> = LazyLock::new(|| {
    let fates = |some: &'static [Alteration]| -> Vec<Fate> {
        some.iter().map(|it| (it, guards(it))).collect()
    };
    let (first, second) = ALTERATIONS.split_at(ALTERATIONS.len() / 2);
    thread::scope(|scope| {
        let second = scope.spawn(|| fates(second));
        [fates(first), second.join().unwrap()].concat()
    })
});

/// The name of an action: its patch, and its index within it.
fn name(action: usize) -> String {
    let patch = |index: usize| ORIGINAL.actions[index]["x-patch"].as_str().unwrap();
    let earlier = (0..action).filter(|index| patch(*index) == patch(action)).count();
    format!("{} {earlier}", patch(action))
}

#[test]
fn an_alteration_of_an_action_is_noticed() {
    let unnoticed = FATES
        .iter()
        .filter(|(_, guards)| guards.is_empty())
        .map(|(it, _)| format!("{}: {}", name(it.action), it.what.as_deref().unwrap_or("dropped")));
    let unnoticed: Vec<_> = unnoticed.collect();
    assert!(unnoticed.is_empty(), "nothing notices {unnoticed:#?}");
}

/// Dropping one action alone leaves half of a correction, which may be worse than none.
#[test]
fn a_patch_with_an_action_dropped_is_noticed() {
    let count = |patch: &Value| {
        ORIGINAL.actions.iter().filter(|action| action["x-patch"] == *patch).count()
    };
    let is_of_several = |it: &Alteration| count(&ORIGINAL.actions[it.action]["x-patch"]) > 1;
    let dropped = FATES.iter().filter(|(it, _)| it.what.is_none() && is_of_several(it));
    let dropped: Vec<_> = dropped.collect();
    assert!(dropped.len() > 20, "{} actions are of patches with several", dropped.len());
    let unnoticed = dropped.into_iter().filter(|(_, guards)| guards.is_empty());
    let unnoticed: Vec<_> = unnoticed.map(|(it, _)| name(it.action)).collect();
    assert!(unnoticed.is_empty(), "half a patch, and nothing notices: without {unnoticed:?}");
}

#[test]
fn what_guards_each_action() {
    let mut text = String::new();
    for (index, action) in ORIGINAL.actions.iter().enumerate() {
        let fates = FATES.iter().filter(|(it, _)| it.action == index);
        let (dropped, altered): (Vec<_>, Vec<_>) = fates.partition(|(it, _)| it.what.is_none());
        writeln!(text, "{}\n    dropped: {}", name(index), listed(&dropped)).unwrap();
        if !altered.is_empty() {
            let count = altered.len();
            writeln!(text, "    altered in {count} ways: {}", listed(&altered)).unwrap();
        }
        if documentation(&action["update"]) > 0 {
            let count = documentation(&action["update"]);
            writeln!(text, "    documentation: {count} texts").unwrap();
        }
    }
    insta::assert_snapshot!("what_guards_each_action", text);
}

fn listed(fates: &[&Fate]) -> String {
    let guards: BTreeSet<_> = fates.iter().flat_map(|(_, guards)| guards).cloned().collect();
    guards.into_iter().collect::<Vec<_>>().join("; ")
}

/// How many descriptions a value has.
fn documentation(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            let own = fields.get("description").is_some_and(Value::is_string);
            usize::from(own) + fields.values().map(documentation).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(documentation).sum(),
        _ => 0,
    }
}

/// An expectation that is never met notices everything.
#[test]
fn every_expectation_is_met_by_the_overlay_as_it_is() {
    let made = pipeline::run(&spec()).unwrap();
    let documents = &made.documents;
    let unmet = [
        unmet(&OF_THE_PATCHED, &documents.patched),
        unmet(&OF_THE_LOWERED, &documents.lowered),
        unmet(&OF_THE_CLIENT, &made),
    ];
    assert!(unmet.iter().all(BTreeSet::is_empty), "{unmet:?}");
}

/// An expectation that no alteration leaves unmet proves no action.
#[test]
fn every_expectation_notices_something() {
    let guards = FATES.iter().flat_map(|(_, guards)| guards);
    let noticed: BTreeSet<_> = guards.filter(|guard| guard.starts_with("not ")).collect();
    let count = OF_THE_PATCHED.len() + OF_THE_LOWERED.len() + OF_THE_CLIENT.len();
    assert_eq!(noticed.len(), count, "{noticed:#?}");
}

/// What is judged here is what the audit judges.
#[test]
fn the_document_without_an_overlay_has_the_findings_of_the_patched_one() {
    let left = audit::run(&spec()).unwrap().left;
    let left: BTreeSet<_> = left.into_iter().map(|left| left.finding.id).collect();
    assert_eq!(left, ORIGINAL.findings.keys().cloned().collect());
}
