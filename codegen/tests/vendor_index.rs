//! The vendor's list of all pages, and what is here of it.

mod common;

use common::spec::{DOCUMENT, Spec, page};
use manis_codegen::command::{self, Exit};
use manis_codegen::drift::{self, Drift, Format, IndexChange, Side};
use manis_codegen::error::Problem;
use manis_codegen::vendor::sha256;

const PETS: &str = "- [Update a pet](https://docs.example.com/pets/update.md): Of any kind\n";
const TOYS: &str = "- [List toys](https://docs.example.com/toys/list.md)\n";

fn llms(lines: &[&str]) -> String {
    format!("# Pets\n\n> All of it.\n\n## Docs\n\n{}", lines.concat())
}

/// Keeps an index that was retrieved on a day; the page was on 2024-01-10.
fn index(spec: &Spec, text: &str, day: &str) -> (Exit, String) {
    let (input, mut out) = (spec.write("llms.txt", text), Vec::new());
    let exit = command::index(&spec.folder(), &input, day.parse().ok(), &mut out).unwrap();
    (exit, String::from_utf8(out).unwrap().replace(&format!("{}/", spec.path("").display()), ""))
}

fn with_page() -> Spec {
    let spec = Spec::empty();
    let input = spec.write("pets.md", page(DOCUMENT));
    let day = "2024-01-10".parse().ok();
    command::vendor(&spec.folder(), &[input], day, &Default::default(), &mut Vec::new()).unwrap();
    spec
}

#[test]
fn index_is_kept_byte_for_byte_with_its_day() {
    let spec = with_page();
    let text = llms(&[PETS]).replace("\n\n", "\r\n\r\n");
    index(&spec, &text, "2024-01-05");
    assert_eq!(spec.read("spec/upstream/index.txt"), text);
    let provenance = spec.read("spec/upstream/index.txt.provenance.json");
    let provenance: serde_json::Value = serde_json::from_str(&provenance).unwrap();
    let expected = serde_json::json!({ "retrieved": "2024-01-05", "sha256": sha256(&text) });
    assert_eq!(provenance, expected);
}

#[test]
fn all_pages_are_covered() {
    let (exit, printed) = index(&with_page(), &llms(&[PETS]), "2024-01-10");
    assert_eq!(exit, Exit::Success);
    assert!(printed.contains("covered   https://docs.example.com/pets/update.md"), "{printed}");
    assert!(printed.contains("1 covered, 0 older, 0 missing, 0 vanished"), "{printed}");
}

#[test]
fn page_that_is_missing() {
    let (exit, printed) = index(&with_page(), &llms(&[PETS, TOYS]), "2024-01-10");
    assert_eq!(exit, Exit::Findings);
    let line = "missing   https://docs.example.com/toys/list.md (List toys)\n";
    assert!(printed.contains(line), "{printed}");
}

#[test]
fn page_that_has_vanished() {
    let (exit, printed) = index(&with_page(), &llms(&[TOYS]), "2024-01-10");
    assert_eq!(exit, Exit::Findings);
    assert!(printed.contains("vanished  https://docs.example.com/pets/update: pets"), "{printed}");
}

#[test]
fn page_that_is_older_than_the_index() {
    let (exit, printed) = index(&with_page(), &llms(&[PETS]), "2024-01-11");
    assert_eq!(exit, Exit::Findings);
    assert!(printed.contains("older     https://docs.example.com/pets/update.md"), "{printed}");
    assert!(printed.contains("0 covered, 1 older"), "{printed}");
}

#[test]
fn page_without_an_address_is_no_finding() {
    let spec = with_page();
    spec.vendor(&[&spec.write("cats.yaml", DOCUMENT)]).unwrap();
    let (exit, printed) = index(&spec, &llms(&[PETS]), "2024-01-10");
    assert_eq!(exit, Exit::Success);
    assert!(printed.contains("unknown   cats"), "{printed}");
}

#[test]
fn index_before_any_page() {
    let (exit, printed) = index(&Spec::empty(), &llms(&[PETS]), "2024-01-10");
    assert_eq!(exit, Exit::Findings);
    assert!(printed.contains("1 missing"), "{printed}");
}

#[test]
fn same_index_again_is_no_other_retrieval() {
    let spec = with_page();
    index(&spec, &llms(&[PETS]), "2024-01-10");
    let (_, printed) = index(&spec, &llms(&[PETS]), "no day");
    assert!(printed.starts_with("nothing changed\n"), "{printed}");
    assert!(printed.contains("by the index of 2024-01-10"), "{printed}");
}

#[test]
fn index_without_a_link_is_refused() {
    let spec = with_page();
    let input = spec.write("llms.txt", "# Pets\n\nNothing here.\n");
    let error = spec.refused(|spec| command::index(&spec.folder(), &input, None, &mut Vec::new()));
    assert!(matches!(&*error.problem, Problem::NoLinks), "{error}");
    assert_eq!((error.place.file, error.place.line), (Some(input), Some(1)));
}

#[test]
fn index_is_no_document() {
    let spec = with_page();
    index(&spec, &llms(&[PETS]), "2024-01-10");
    let pages = manis_codegen::vendor::load(&spec.folder()).unwrap();
    assert_eq!(pages.iter().map(|page| &*page.slug).collect::<Vec<_>>(), ["pets"]);
}

#[test]
fn page_of_the_name_of_the_index() {
    let spec = with_page();
    index(&spec, &llms(&[PETS]), "2024-01-10");
    let before = spec.read("spec/upstream/index.txt.provenance.json");
    spec.vendor(&[&spec.write("index.txt.yaml", DOCUMENT)]).unwrap();
    assert_eq!(spec.read("spec/upstream/index.txt.provenance.json"), before);
}

/// Of two folders that keep these indexes.
fn compare(old: Option<&str>, new: Option<&str>) -> Drift {
    let side = |text: Option<&str>| {
        let spec = with_page();
        if let Some(text) = text {
            index(&spec, text, "2024-01-10");
        }
        Side::read(&spec.folder()).unwrap()
    };
    drift::compare(&side(old), &side(new))
}

#[test]
fn drift_says_which_pages_are_new_in_the_index_and_which_are_gone() {
    let drift = compare(Some(&llms(&[PETS])), Some(&llms(&[TOYS])));
    let [IndexChange::Removed(pets), IndexChange::Added(toys)] = &drift.index[..] else {
        panic!("{:?}", drift.index)
    };
    assert_eq!((&*pets.title, &*toys.title), ("Update a pet", "List toys"));
    assert!(!drift.is_empty());
    let headline = "review, no change of the client: 2 in the list of pages";
    assert_eq!(drift.headline(), headline);
}

#[test]
fn drift_shows_the_index_in_every_format() {
    let drift = compare(Some(&llms(&[PETS])), Some(&llms(&[PETS, TOYS])));
    let line = "+ https://docs.example.com/toys/list.md (List toys)";
    for format in [Format::Text, Format::Markdown] {
        let report = drift.render(format);
        assert!(report.contains(line), "{report}");
    }
    let json: serde_json::Value = serde_json::from_str(&drift.render(Format::Json)).unwrap();
    assert_eq!(json["index"][0]["added"]["title"], "List toys");
}

#[test]
fn drift_of_equal_indexes_is_empty() {
    let drift = compare(Some(&llms(&[PETS])), Some(&llms(&[PETS])));
    assert!(drift.index.is_empty() && drift.is_empty());
}

#[test]
fn drift_says_that_an_index_is_kept_now() {
    assert_eq!(compare(None, Some(&llms(&[PETS]))).index, [IndexChange::Kept]);
    assert_eq!(compare(Some(&llms(&[PETS])), None).index, [IndexChange::Dropped]);
}
