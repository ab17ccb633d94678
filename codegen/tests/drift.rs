//! What `drift` prints, where its two sides come from, and what it must not report.

mod common;

use std::path::Path;
use std::process::Command;

use common::spec::{DOCUMENT, Spec};
use manis_codegen::command::{self, DriftOptions, Exit, Old};
use manis_codegen::document::pointer;
use manis_codegen::drift::{self, Bump, Drift, Format, Side};
use manis_codegen::syntax::yaml;
use manis_codegen::{Error, Result};
use serde_json::{Map, Value};

/// Of an OpenAPI file with this text, against the pets.
fn compare(file: &str, text: &str) -> Drift {
    let spec = Spec::empty();
    let old = Side::read(&spec.write("pets.yaml", DOCUMENT)).unwrap();
    drift::compare(&old, &Side::read(&spec.write(file, text)).unwrap())
}

#[track_caller]
fn assert_nothing(drift: &Drift) {
    assert_eq!(drift.headline(), "none: no change on the wire, in Rust or in the documentation");
    assert!(drift.is_empty());
}

#[test]
fn a_document_and_itself() {
    assert_nothing(&compare("new/pets.yaml", DOCUMENT));
}

#[test]
fn another_indentation() {
    let document = yaml::parse(DOCUMENT).unwrap();
    assert_nothing(&compare("new/pets.yaml", &serde_json::to_string_pretty(&document).unwrap()));
}

#[test]
fn json_in_place_of_yaml() {
    let document = yaml::parse(DOCUMENT).unwrap();
    assert_nothing(&compare("new/pets.json", &document.to_string()));
}

#[test]
fn another_order_of_keys() {
    fn reversed(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields = fields.iter().rev();
                Value::Object(
                    fields
                        .map(|(key, value)| (key.clone(), reversed(value)))
                        .collect::<Map<_, _>>(),
                )
            }
            Value::Array(items) => items.iter().map(reversed).collect(),
            plain => plain.clone(),
        }
    }
    let document = yaml::print(&reversed(&yaml::parse(DOCUMENT).unwrap()));
    assert_nothing(&compare("new/pets.yaml", &document));
}

#[test]
fn the_same_said_in_3_0() {
    let text = DOCUMENT.replace("3.1.0", "3.0.3").replace(
        "          type:\n            - string\n            - 'null'",
        "          type: string\n          nullable: true",
    );
    let drift = compare("new/pets.yaml", &text);
    assert_eq!((drift.verdict.bump, drift.wire.len()), (Bump::None, 0));
    // The document has changed all the same, and what makes it mean the same is said.
    let by: Vec<_> = drift.equivalent.iter().map(|change| &*change.by).collect();
    // The version alone would leave a list of types, which is read as meant in 3.0 as well.
    assert_eq!(by, ["lower later-keyword", "lower nullable"]);
}

/// A page with a new field, a changed value in an example and a new sentence, and an overlay with
/// an action that the vendor has made unnecessary.
fn changed(spec: &Spec) {
    let document = DOCUMENT
        .replace("        nick:", "        breed:\n          type: string\n        nick:")
        .replace(
            "operationId: update_pet\n",
            "operationId: update_pet\n      description: Breeds are new.\n",
        );
    spec.write("spec/upstream/pets.yaml", document);
    let examples = spec.read("spec/upstream/pets.examples.json").replace("Rex", "Max");
    spec.write("spec/upstream/pets.examples.json", examples);
    let overlay = "overlay: 1.1.0\ninfo: {title: Corrections, version: '1'}\nactions:\n\
                   - target: $.info\n  x-patch: title\n  description: One.\n  update: {title: Pets}\n";
    spec.write("spec/overlay.yaml", overlay);
}

fn run(old: Old, new: &Path, format: Format) -> Result<(Exit, String)> {
    let mut out = Vec::new();
    let exit =
        command::drift(&DriftOptions { old, new: new.to_owned(), format, accept: None }, &mut out)?;
    Ok((exit, String::from_utf8(out).unwrap()))
}

#[track_caller]
fn printed(format: Format) -> String {
    let (old, new) = (Spec::vendored(), Spec::vendored());
    changed(&new);
    let old_side = Old::Path(old.path("spec"));
    let (exit, text) = run(old_side, &new.path("spec"), format).unwrap();
    assert_eq!(exit, Exit::Findings);
    let names = [(old.path("spec"), "OLD"), (new.path("spec"), "NEW")];
    names.iter().fold(text, |text, (path, name)| text.replace(&path.display().to_string(), name))
}

#[test]
fn text_for_a_terminal() {
    let text = printed(Format::Text);
    // The terminal's codes are in it; whoever prints takes them out where there is no terminal.
    assert!(text.contains('\u{1b}'));
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn markdown_for_a_review() {
    insta::assert_snapshot!(printed(Format::Markdown));
}

#[test]
fn json_for_scripts() {
    insta::assert_snapshot!(printed(Format::Json));
}

#[test]
fn nothing_changed_is_success() {
    let spec = Spec::vendored();
    let old = Old::Path(spec.path("spec"));
    assert_eq!(run(old, &spec.path("spec"), Format::Text).unwrap().0, Exit::Success);
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
    let run = Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).output();
    let output = run.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn committed() -> Spec {
    let spec = Spec::vendored();
    git(&spec.path(""), &["init", "-q"]);
    git(&spec.path(""), &["add", "."]);
    git(&spec.path(""), &["commit", "-q", "-m", "First"]);
    spec
}

fn since(spec: &Spec, revision: &str) -> Result<(Exit, String)> {
    let old = Old::Revision { spec: spec.path("spec"), revision: revision.to_owned() };
    run(old, &spec.path("spec"), Format::Text)
}

#[test]
fn a_revision_that_has_the_same() {
    let (exit, _) = since(&committed(), "HEAD").unwrap();
    assert_eq!(exit, Exit::Success);
}

#[test]
fn a_revision_that_has_another() {
    let spec = committed();
    changed(&spec);
    let (exit, text) = since(&spec, "HEAD").unwrap();
    assert_eq!(exit, Exit::Findings);
    assert!(text.contains("`breed` added, optional"), "{text}");
}

#[track_caller]
fn refused(result: Result<(Exit, String)>, spec: &Spec) -> String {
    let error: Error = result.unwrap_err();
    error.to_string().replace(&spec.path("").display().to_string(), "")
}

#[test]
fn a_revision_that_git_does_not_know() {
    let spec = committed();
    insta::assert_snapshot!(refused(since(&spec, "no-such-branch"), &spec));
}

#[test]
fn a_revision_that_looks_like_an_option() {
    let spec = committed();
    insta::assert_snapshot!(refused(since(&spec, "--help"), &spec));
}

#[test]
fn a_revision_without_the_folder() {
    let spec = committed();
    std::fs::rename(spec.path("spec"), spec.path("other")).unwrap();
    let old = Old::Revision { spec: spec.path("other"), revision: "HEAD".to_owned() };
    let result = run(old, &spec.path("other"), Format::Text);
    insta::assert_snapshot!(refused(result, &spec));
}

#[test]
fn a_folder_outside_a_repository() {
    let spec = Spec::vendored();
    let error = refused(since(&spec, "HEAD"), &spec);
    assert!(error.contains("not a git repository"), "{error}");
}

#[test]
fn a_side_that_is_not_there() {
    let spec = Spec::vendored();
    let old = Old::Path(spec.path("nowhere"));
    let error = refused(run(old, &spec.path("spec"), Format::Text), &spec);
    assert!(error.contains("nowhere") && error.contains("cannot read"), "{error}");
}

#[test]
fn the_action_that_became_stale_is_named() {
    let spec = Spec::vendored();
    changed(&spec);
    let side = Side::read(&spec.path("spec")).unwrap();
    let drift = drift::compare(&side, &side);
    let stale: Vec<_> = drift.stale.iter().map(|stale| stale.place.as_str()).collect();
    assert_eq!((drift.verdict.bump, stale), (Bump::Review, vec!["overlay.yaml #/actions/0"]));
    assert!(!drift.is_empty());
}

#[test]
fn the_rule_that_has_nothing_left_to_mend_is_named() {
    let text = DOCUMENT.replace("%7BpetId%7D", "{petId}");
    let drift = compare("new/pets.yaml", &text);
    let stale: Vec<_> = drift.stale.iter().map(|stale| stale.patch.as_str()).collect();
    assert_eq!(stale, ["N1 path-template"]);
}

#[test]
fn codegen_ends_with_the_verdict_against_the_last_commit() {
    let spec = committed();
    changed(&spec);
    std::fs::remove_file(spec.path("spec/overlay.yaml")).unwrap();
    let (_, printed) = spec.codegen(|_| {}).unwrap();
    let last = "since the last commit: minor: 2 changes compatible on the wire, 1 change compatible in Rust";
    assert!(printed.contains(last), "{printed}");
}

#[test]
fn codegen_says_nothing_of_what_is_as_it_was_committed() {
    let (_, printed) = committed().codegen(|_| {}).unwrap();
    assert!(!printed.contains("since the last commit"), "{printed}");
}

/// Two specs, of which only the second has a second page.
fn with_a_second_page() -> (Spec, Spec) {
    let (old, new) = (Spec::vendored(), Spec::vendored());
    let page = include_str!("fixtures/example-pages/create-order.md");
    new.vendor(&[&new.write("create-order.md", page)]).unwrap();
    (old, new)
}

#[test]
fn page_that_is_added_is_one_line_and_its_operations() {
    let (old, new) = with_a_second_page();
    let (_, text) = run(Old::Path(old.folder()), &new.folder(), Format::Text).unwrap();
    let text = anstream::adapter::strip_str(&text).to_string();
    let (shown, rust) = text.split_once("\nin Rust\n").unwrap();
    insta::assert_snapshot!(shown.split_once('\n').unwrap().1, @r"

    pages
      page added: create-order (POST /v1/orders)

    on the wire
      operation  operation-added     POST /v1/orders added: `create-order`
          #/paths -> #/paths//v1/orders/post
    ");
    assert!(!rust.contains("examples") && !rust.contains("the page says"), "{rust}");
}

#[test]
fn pages_in_json() {
    let (old, new) = with_a_second_page();
    let json = |old: &Spec, new: &Spec| -> serde_json::Value {
        let (_, text) = run(Old::Path(old.folder()), &new.folder(), Format::Json).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let operations = serde_json::json!([{ "method": "POST", "path": "/v1/orders", "operationId": "create-order" }]);
    let (added, removed) = (json(&old, &new), json(&new, &old));
    for (mut drift, class, change) in
        [(added, "compatible", "added"), (removed, "breaking", "removed")]
    {
        assert!(drift["pages"][0]["fingerprint"].is_string());
        drift["pages"][0].as_object_mut().unwrap().shift_remove("fingerprint");
        let page = serde_json::json!({
            "class": class, "change": change, "page": "create-order", "operations": operations,
        });
        assert_eq!(drift["pages"], serde_json::json!([page]));
        assert_eq!(
            (&drift["examples"], &drift["page"]),
            (&serde_json::json!([]), &serde_json::json!([]))
        );
    }
}

#[test]
fn pages_in_markdown() {
    let (old, new) = with_a_second_page();
    let (_, text) = run(Old::Path(new.folder()), &old.folder(), Format::Markdown).unwrap();
    let line = "## Pages\n\n- breaking: page removed: create-order (POST /v1/orders)\n";
    assert!(text.contains(line), "{text}");
}

/// Codegen stops: what came is told all the same.
#[test]
fn page_that_is_added_where_codegen_stops() {
    let (old, new) = with_a_second_page();
    new.write("spec/overlay.yaml", "overlay: 2.0.0\n");
    let mut out = Vec::new();
    let options = DriftOptions {
        old: Old::Path(old.folder()),
        new: new.folder(),
        format: Format::Text,
        accept: None,
    };
    command::drift(&options, &mut out).unwrap_err();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("page added: create-order (POST /v1/orders)"), "{text}");
}

/// A patch that came with a page stands over nothing that was there before.
#[test]
fn patch_of_a_page_that_is_added_covers_no_change() {
    let (old, new) = with_a_second_page();
    let action = "overlay: 1.1.0\ninfo: {title: Corrections, version: '1'}\nactions:\n\
                  - target: $.paths['/v1/orders'].post\n  x-patch: summary\n  description: One.\n  \
                  update: {operationId: order}\n";
    new.overlay(action);
    let (_, text) = run(Old::Path(old.folder()), &new.folder(), Format::Text).unwrap();
    assert!(text.contains("added: `order`") && !text.contains("covered"), "{text}");
}

/// Every leaf below a value.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| leaves(value, &pointer::join(at, key), found));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| leaves(item, &format!("{at}/{index}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

#[test]
fn each_change_of_a_leaf_is_in_the_report() {
    let base = yaml::parse(include_str!("fixtures/drift-base.yaml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let side = |name: &str, document: &Value| {
        let file = folder.path().join(name);
        std::fs::write(&file, yaml::print(document)).unwrap();
        Side::read(&file)
    };
    let old = side("old.yaml", &base).unwrap();
    let (mut places, mut looked_at) = (Vec::new(), 0);
    leaves(&base, "", &mut places);
    for place in places {
        let mut changed = base.clone();
        let leaf = changed.pointer_mut(&place).unwrap();
        *leaf = match &*leaf {
            Value::Bool(flag) => (!flag).into(),
            Value::String(text) => format!("{text}X").into(),
            other => (number(other) + 1.0).into(),
        };
        // What is no document any more is an error with its place.
        let Ok(new) = side("new.yaml", &changed) else { continue };
        let drift = drift::compare(&old, &new);
        assert!(!drift.is_empty() || !drift.equivalent.is_empty(), "{place}");
        looked_at += 1;
    }
    assert!(looked_at > 80, "{looked_at}");
}

fn number(value: &Value) -> f64 {
    manis_codegen::syntax::json::print(value).trim().parse().unwrap()
}
