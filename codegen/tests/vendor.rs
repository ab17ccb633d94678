//! What a page becomes under `upstream/`.

mod common;

use common::spec::{DOCUMENT, Spec, page};
use manis_codegen::command::{self, Exit};
use manis_codegen::progress::Progress;
use manis_codegen::vendor::sha256;
use serde_json::{Value, json};

fn json(spec: &Spec, name: &str) -> Value {
    serde_json::from_str(&spec.read(name)).unwrap()
}

#[test]
fn document_is_byte_for_byte_the_block() {
    let odd = DOCUMENT.replace("title: Pets\n", "title: \"Pets\"  # é\r\n\n");
    let spec = Spec::empty();
    let input = spec.write("pets.md", page(&odd));
    spec.vendor(&[&input]).unwrap();
    assert_eq!(spec.read("spec/upstream/pets.yaml"), odd);
}

#[test]
fn page_is_kept_byte_for_byte() {
    let odd =
        format!("\u{feff}{}", page(DOCUMENT).replace("# Update a pet\n", "# Update a pet  \r\n"));
    let spec = Spec::empty();
    let input = spec.write("pets.md", &odd);
    spec.vendor(&[&input]).unwrap();
    assert_eq!(spec.read("spec/upstream/pets.md"), odd);
}

#[test]
fn page_that_was_edited_is_told() {
    let spec = Spec::vendored();
    spec.write("spec/upstream/pets.md", page(DOCUMENT).replace("Update a pet", "Update a cat"));
    let (_, printed) = spec.codegen(|_| ()).unwrap();
    assert!(printed.contains("pets.md is not what was vendored"), "{printed}");
}

#[test]
fn page_without_provenance_is_told() {
    let spec = Spec::vendored();
    std::fs::remove_file(spec.path("spec/upstream/pets.provenance.json")).unwrap();
    let error = spec.refused(|spec| spec.codegen(|_| ()));
    assert!(error.to_string().contains("vendor it again"), "{error}");
}

#[test]
fn document_without_a_page_beside_the_page_it_was_in() {
    let spec = Spec::vendored();
    let input = spec.write("pets.yaml", DOCUMENT);
    let error = spec.refused(|spec| spec.vendor(&[&input]));
    assert!(error.to_string().contains("pets.md"), "{error}");
}

#[test]
fn retrieved_on_the_day_of_the_file() {
    let spec = Spec::empty();
    let input = spec.write("pets.md", page(DOCUMENT));
    let day = std::time::Duration::from_hours(24) * 365;
    let file = std::fs::File::options().write(true).open(&input).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + day).unwrap();
    spec.vendor(&[&input]).unwrap();
    assert_eq!(json(&spec, "spec/upstream/pets.provenance.json")["retrieved"], "1971-01-01");
}

#[test]
fn retrieved_on_the_day_that_is_given() {
    let spec = Spec::vendored();
    let input = spec.path("pets.md");
    let day = "2024-02-29".parse().ok();
    let vendored =
        command::vendor(&spec.folder(), &[input], day, &Progress::default(), &mut Vec::new());
    assert_eq!(vendored.unwrap(), Exit::Success);
    assert_eq!(json(&spec, "spec/upstream/pets.provenance.json")["retrieved"], "2024-02-29");
    // The same bytes again are no other retrieval.
    spec.vendor(&[&spec.path("pets.md")]).unwrap();
    assert_eq!(json(&spec, "spec/upstream/pets.provenance.json")["retrieved"], "2024-02-29");
}

#[test]
fn same_page_again_changes_nothing() {
    let spec = Spec::vendored();
    let before = spec.files();
    let printed = spec.vendor(&[&spec.path("pets.md")]).unwrap();
    assert_eq!(printed, "nothing changed\n");
    assert!(before == spec.files());
}

#[test]
fn files_of_a_page() {
    let spec = Spec::empty();
    let input = spec.write("Update pet (v1).md", page(DOCUMENT));
    let printed = spec.vendor(&[&input]).unwrap();
    insta::assert_snapshot!(printed, @"
    wrote spec/upstream/Update-pet--v1-.examples.json
    wrote spec/upstream/Update-pet--v1-.md
    wrote spec/upstream/Update-pet--v1-.provenance.json
    wrote spec/upstream/Update-pet--v1-.yaml
    next: cargo xtask codegen, then review the diff
    ");
}

#[test]
fn provenance_has_address_title_request_and_hashes() {
    let spec = Spec::vendored();
    let page = page(DOCUMENT);
    let mut provenance = json(&spec, "spec/upstream/pets.provenance.json");
    assert!(provenance["retrieved"].take().is_string());
    assert_eq!(
        provenance,
        json!({
            "retrieved": null,
            "reference": "https://docs.example.com/pets/update",
            "title": "Update a pet",
            "request": { "method": "PUT", "url": "https://api.example.com/pets/%7BpetId%7D" },
            "sha256": { "page": sha256(&page), "document": sha256(DOCUMENT) },
        })
    );
}

#[test]
fn hash_is_sha256() {
    // The example of FIPS 180-2.
    assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn examples_are_kept_as_json() {
    let spec = Spec::vendored();
    assert_eq!(
        json(&spec, "spec/upstream/pets.examples.json"),
        json!([{
            "name": "200: a dog",
            "status": 200,
            "request": { "json": { "name": "Rex" } },
            "response": { "json": { "name": "Rex", "nick": null } },
        }])
    );
}

#[test]
fn page_without_examples_has_no_examples_file() {
    let spec = Spec::empty();
    let (head, _) = page(DOCUMENT).split_once("## Examples").map(own).unwrap();
    let input = spec.write("pets.md", head);
    spec.vendor(&[&input]).unwrap();
    assert_eq!(spec.names("spec/upstream/"), ["pets.md", "pets.provenance.json", "pets.yaml"]);
}

fn own((head, tail): (&str, &str)) -> (String, String) {
    (head.to_owned(), tail.to_owned())
}

#[test]
fn page_that_lost_its_examples_does_not_keep_the_old_ones() {
    let spec = Spec::vendored();
    let (head, _) = page(DOCUMENT).split_once("## Examples").map(own).unwrap();
    let input = spec.write("pets.md", head);
    spec.vendor(&[&input]).unwrap();
    assert_eq!(json(&spec, "spec/upstream/pets.examples.json"), json!([]));
}

#[test]
fn edit_of_the_page_replaces_document_and_provenance() {
    let spec = Spec::vendored();
    let edited = page(DOCUMENT).replace("version: 1.0.0", "version: 1.1.0");
    let printed = spec.vendor(&[&spec.write("pets.md", edited)]).unwrap();
    assert!(!printed.contains("examples"), "{printed}");
    assert!(spec.read("spec/upstream/pets.yaml").contains("version: 1.1.0"));
    assert!(
        spec.read("spec/upstream/pets.provenance.json")
            .contains(&sha256(&spec.read("spec/upstream/pets.yaml")))
    );
}

#[test]
fn plain_openapi_files_keep_their_bytes_and_ending() {
    let json_text = "{\"openapi\": \"3.0.3\",   \"paths\": {}}";
    for (name, text) in [("pets.yaml", DOCUMENT), ("pets.yml", DOCUMENT), ("pets.json", json_text)]
    {
        let spec = Spec::empty();
        let input = spec.write(name, text);
        spec.vendor(&[&input]).unwrap();
        let provenance = "pets.provenance.json".to_owned();
        let mut expected = [name.to_owned(), provenance];
        expected.sort();
        assert_eq!(spec.names("spec/upstream/"), expected);
        assert_eq!(spec.read(&format!("spec/upstream/{name}")), text);
        let hashes = &json(&spec, "spec/upstream/pets.provenance.json")["sha256"];
        assert_eq!(hashes, &json!({ "page": sha256(text), "document": sha256(text) }));
    }
}

#[test]
fn page_with_a_json_document_becomes_a_json_file() {
    let spec = Spec::empty();
    let document = "{\"openapi\": \"3.1.0\", \"paths\": {}}\n";
    let text = page(document).replace("```yaml", "```json");
    spec.vendor(&[&spec.write("pets.md", text)]).unwrap();
    assert_eq!(spec.read("spec/upstream/pets.json"), document);
}

#[test]
fn several_inputs_at_once() {
    let spec = Spec::empty();
    let page = spec.write("pets.md", page(DOCUMENT));
    let plain = spec.write("dogs.json", "{\"openapi\": \"3.1.0\", \"paths\": {}}");
    spec.vendor(&[&page, &plain]).unwrap();
    assert_eq!(
        spec.names("spec/upstream/"),
        [
            "dogs.json",
            "dogs.provenance.json",
            "pets.examples.json",
            "pets.md",
            "pets.provenance.json",
            "pets.yaml"
        ]
    );
}

#[test]
fn name_that_reads_as_the_examples_of_another() {
    let spec = Spec::empty();
    let input = spec.write(".pets.examples.json", "{\"openapi\": \"3.1.0\", \"paths\": {}}");
    spec.vendor(&[&input]).unwrap();
    assert_eq!(
        spec.names("spec/upstream/"),
        ["pets-examples.json", "pets-examples.provenance.json"]
    );
}

#[test]
fn page_that_is_added_later_renames_nothing() {
    let toys = DOCUMENT.replace("name:\n          type: string", "name:\n          type: integer");
    let toys = toys.replace("/pets/%7BpetId%7D", "/toys").replace("update_pet", "update_toy");
    let spec = Spec::vendored();
    // Before `pets` by its name, after it by its round.
    let input = spec.write("a-toy.yaml", &toys);
    spec.vendor(&[&input]).unwrap();
    let pages = manis_codegen::vendor::load(&spec.folder()).unwrap();
    assert_eq!(pages.iter().map(|page| &page.slug).collect::<Vec<_>>(), ["pets", "a-toy"]);
    let merged = manis_codegen::normalize::run(&pages).unwrap().document;
    let name = |schema: &str| merged["components"]["schemas"][schema]["properties"]["name"].clone();
    assert_eq!(name("Pet"), json!({"type": "string"}));
    assert_eq!(name("Pet_2"), json!({"type": "integer"}));
}

#[test]
fn page_that_has_moved_is_still_the_same() {
    let spec = Spec::vendored();
    let moved = page(DOCUMENT).replace("docs.example.com/pets", "docs.example.com/v2/pets");
    let moved = spec.write("pets.md", moved);
    spec.vendor(&[&moved]).unwrap();
    assert!(spec.read("spec/upstream/pets.provenance.json").contains("/v2/pets/update"));
}

#[test]
fn page_that_is_refreshed_keeps_its_round() {
    let spec = Spec::vendored();
    spec.vendor(&[&spec.write("toys.yaml", DOCUMENT)]).unwrap();
    spec.vendor(&[&spec.write("toys.yaml", DOCUMENT), &spec.write("cats.yaml", DOCUMENT)]).unwrap();
    let round =
        |name: &str| json(&spec, &format!("spec/upstream/{name}.provenance.json"))["round"].clone();
    assert_eq!((round("pets"), round("toys"), round("cats")), (json!(null), json!(1), json!(2)));
}
