//! The shapes in which pages come.

mod common;

use common::spec::{DOCUMENT, Spec, page};
use manis_codegen::error::Problem;
use serde_json::{Value, json};

/// What becomes of a page: its document, and where it came from.
#[track_caller]
fn vendored(name: &str, text: &str) -> (String, Value) {
    let spec = Spec::empty();
    spec.vendor(&[&spec.write(name, text)]).unwrap();
    let upstream = manis_codegen::vendor::load(&spec.folder()).unwrap().remove(0);
    (upstream.text, serde_json::to_value(upstream.provenance).unwrap())
}

fn without_reference() -> String {
    page(DOCUMENT).replace("Reference: https://docs.example.com/pets/update\n\n", "")
}

#[test]
fn the_version_after_info() {
    let (version, rest) = DOCUMENT.split_once('\n').unwrap();
    let document = rest.replacen("paths:", &format!("{version}\npaths:"), 1);
    assert!(document.starts_with("info:"));
    assert_eq!(vendored("pets.md", &page(&document)).0, document);
}

#[test]
fn json_with_info_first() {
    let document = "{\"info\": {}, \"openapi\": \"3.1.0\", \"paths\": {}}\n";
    let text = page(document).replace("```yaml", "```json");
    assert_eq!(vendored("pets.md", &text).0, document);
}

#[test]
fn example_that_mentions_the_word_deeper() {
    let example = "```json\n{\"files\": {\"openapi\": \"3.1.0\"}}\n```\n\n\
                   ```yaml\nfiles:\n  openapi: 3.1.0\n```\n";
    let text = format!("{}\n{example}", page(DOCUMENT));
    assert_eq!(vendored("pets.md", &text).0, DOCUMENT);
}

#[test]
fn json_that_does_not_parse_before_the_version() {
    let spec = Spec::empty();
    let document = "{\"info\":\n {], \"openapi\": \"3.1.0\"}\n";
    let input = spec.write("pets.md", page(document).replace("```yaml", "```json"));
    let error = spec.refused(|spec| spec.vendor(&[&input]));
    assert!(matches!(&*error.problem, Problem::Syntax { .. }), "{error}");
    assert_eq!(error.place.line, Some(9));
}

#[test]
fn fences_of_any_length() {
    for fence in ["````", "~~~", "~~~~~~"] {
        let (head, tail) = without_reference().split_once("```yaml").map(own).unwrap();
        let tail = tail.replacen("```", fence, 1);
        let text = format!("{head}{fence}yaml{tail}");
        assert_eq!(vendored("pets.md", &text).0, DOCUMENT, "{fence}");
    }
}

fn own((head, tail): (&str, &str)) -> (String, String) {
    (head.to_owned(), tail.to_owned())
}

#[test]
fn longer_fence_that_a_shorter_one_does_not_close() {
    let spec = Spec::empty();
    let input = spec.write("pets.md", "# Pets\n\n````yaml\nopenapi: 3.1.0\n```\n");
    let error = spec.refused(|spec| spec.vendor(&[&input]));
    assert!(matches!(&*error.problem, Problem::UnclosedBlock), "{error}");
}

#[test]
fn info_strings_of_other_sites() {
    for info in ["yaml title=\"pets.yaml\"", "yaml PUT /pets/{petId}", "openapi", "", "json5"] {
        let text = page(DOCUMENT).replacen("```yaml", &format!("```{info}"), 1);
        assert_eq!(vendored("pets.md", &text).0, DOCUMENT, "{info}");
    }
}

#[test]
fn json5_that_yaml_takes_becomes_a_yaml_file() {
    let spec = Spec::empty();
    let document = "{openapi: '3.1.0', paths: {}}\n";
    let text = page(document).replacen("```yaml", "```json5", 1);
    spec.vendor(&[&spec.write("pets.md", text)]).unwrap();
    assert_eq!(spec.read("spec/upstream/pets.yaml"), document);
}

#[test]
fn code_that_writes_a_document_is_none() {
    let code = "```sh\ncat > pets.yaml <<END\nopenapi: 3.1.0\nEND\n```\n";
    assert_eq!(vendored("pets.md", &format!("{}\n{code}", page(DOCUMENT))).0, DOCUMENT);
}

#[test]
fn address_in_front_matter() {
    for key in ["url", "source"] {
        let head = format!("---\ntitle: Of the site\n{key}: https://h/pets\n---\n\n");
        let (_, provenance) = vendored("pets.md", &(head + &without_reference()));
        assert_eq!(provenance["reference"], "https://h/pets", "{key}");
        assert_eq!(provenance["title"], "Update a pet");
    }
}

#[test]
fn title_in_front_matter_where_there_is_no_heading() {
    let text = format!("---\ntitle: Pets\n---\n\n```yaml\n{DOCUMENT}```\n");
    assert_eq!(vendored("pets.md", &text).1["title"], "Pets");
}

#[test]
fn title_in_front_matter_that_reads_as_a_number() {
    let text = format!("---\ntitle: 1.10\n---\n\n```yaml\n{DOCUMENT}```\n");
    assert_eq!(vendored("pets.md", &text).1["title"], "1.10");
}

#[test]
fn address_in_a_line() {
    for line in ["Source: https://h/pets", "# Source: https://h/pets"] {
        let (_, provenance) = vendored("pets.md", &format!("{line}\n\n{}", without_reference()));
        let told = (&provenance["reference"], &provenance["title"]);
        assert_eq!(told, (&json!("https://h/pets"), &json!("Update a pet")), "{line}");
    }
}

#[test]
fn address_in_the_line_below_the_title() {
    let text = without_reference().replacen(
        "# Update a pet\n",
        "# Update a pet\nSource: https://h/pets\n",
        1,
    );
    assert_eq!(vendored("pets.md", &text).1["reference"], "https://h/pets");
}

#[test]
fn address_in_a_comment_of_a_document() {
    let document = format!("# Source: https://h/pets.yaml\n{DOCUMENT}");
    let (text, provenance) = vendored("pets.yaml", &document);
    assert_eq!((text, &provenance["reference"]), (document, &json!("https://h/pets.yaml")));
}

#[test]
fn line_reference_goes_before_all_others() {
    let text = format!("---\nurl: https://h/a\n---\n\nSource: https://h/b\n\n{}", page(DOCUMENT));
    let reference = vendored("pets.md", &text).1["reference"].clone();
    assert_eq!(reference, "https://docs.example.com/pets/update");
}
