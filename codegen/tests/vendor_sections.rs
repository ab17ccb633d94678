//! A file that holds several pages, a heading each.

mod common;

use common::spec::{Spec, page};
use manis_codegen::command::{self, Exit};
use manis_codegen::error::Problem;
use manis_codegen::progress::Progress;
use manis_codegen::vendor::sha256;
use serde_json::{Value, json};

/// A section with prose and a one-operation document.
fn section(heading: &str, route: &str) -> String {
    format!(
        "{heading}\n\nWhat it does.\n\n```yaml\nopenapi: 3.1.0\npaths:\n  {route}:\n    get:\n      \
         responses: {{'200': {{description: Done.}}}}\n```\n\n"
    )
}

fn site() -> String {
    let intro = "# Pet shop\n\nAll of it.\n\n";
    format!("{intro}{}{}", section("## List pets", "/pets"), section("## List toys", "/toys"))
}

fn provenance(spec: &Spec, slug: &str) -> Value {
    let text = spec.read(&format!("spec/upstream/{slug}.provenance.json"));
    serde_json::from_str(&text).unwrap()
}

/// A folder into which a site was vendored.
fn vendored(text: &str) -> Spec {
    let spec = Spec::empty();
    add(&spec, text);
    spec
}

fn add(spec: &Spec, text: &str) -> String {
    spec.vendor(&[&spec.write("site.md", text)]).unwrap()
}

/// The slugs, each with the route of its document.
fn routes(spec: &Spec) -> Vec<(String, String)> {
    let pages = manis_codegen::vendor::load(&spec.folder()).unwrap();
    let mut routes: Vec<_> = pages
        .into_iter()
        .map(|page| {
            (page.slug, page.document["paths"].as_object().unwrap().keys().next().unwrap().clone())
        })
        .collect();
    routes.sort();
    routes
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(slug, route)| ((*slug).to_owned(), (*route).to_owned())).collect()
}

#[test]
fn each_section_is_a_page() {
    let spec = vendored(&site());
    assert_eq!(routes(&spec), named(&[("site-list-pets", "/pets"), ("site-list-toys", "/toys")]));
    assert_eq!(provenance(&spec, "site-list-toys")["title"], "List toys");
}

#[test]
fn the_parts_are_the_whole_file() {
    let text = site().replace("\n\nWhat", "\r\n\r\nWhat") + "\n## Questions\n\nAsk us.";
    let spec = vendored(&text);
    let part = |slug: &str| spec.read(&format!("spec/upstream/{slug}.md"));
    assert!(part("site-list-pets").starts_with("# Pet shop\n"));
    assert!(part("site-list-toys").ends_with("Ask us."));
    assert_eq!(part("site-list-pets") + &part("site-list-toys"), text);
}

#[test]
fn provenance_names_the_file_and_the_part() {
    let spec = vendored(&site());
    let [page, document] = ["md", "yaml"]
        .map(|ending| sha256(&spec.read(&format!("spec/upstream/site-list-toys.{ending}"))));
    let hashes = json!({ "file": sha256(&site()), "page": page, "document": document });
    assert_eq!(provenance(&spec, "site-list-toys")["sha256"], hashes);
}

#[test]
fn titles_of_the_first_level_with_sections_of_their_own() {
    let section = |title: &str, route: &str| {
        section(&format!("# {title}\n\n## OpenAPI"), route)
            + "## Examples\n\n### 200: one\n\n**Response**\n\n```json\n[]\n```\n\n"
    };
    let spec = vendored(&(section("List pets", "/pets") + &section("List toys", "/toys")));
    assert_eq!(routes(&spec), named(&[("site-list-pets", "/pets"), ("site-list-toys", "/toys")]));
    for slug in ["site-list-pets", "site-list-toys"] {
        let examples = spec.read(&format!("spec/upstream/{slug}.examples.json"));
        assert!(examples.contains("\"200: one\""), "{examples}");
    }
}

#[test]
fn examples_one_level_deeper_are_of_their_section() {
    let examples = "### Examples\n\n#### 200: one\n\n**Response**\n\n```json\n[1]\n```\n\n";
    let spec = vendored(&site().replacen("## List toys", &format!("{examples}## List toys"), 1));
    let names = spec.names("spec/upstream/");
    assert!(names.contains(&"site-list-pets.examples.json".to_owned()), "{names:?}");
    assert!(!names.contains(&"site-list-toys.examples.json".to_owned()), "{names:?}");
}

#[test]
fn address_of_each_section() {
    let text = site()
        .replace("All of it.", "Source: https://h/all")
        .replace("## List toys\n", "## List toys\nSource: https://h/toys\n");
    let spec = vendored(&text);
    assert_eq!(provenance(&spec, "site-list-toys")["reference"], "https://h/toys");
    assert_eq!(provenance(&spec, "site-list-pets").get("reference"), None);
}

/// A section without a document is kept with the page before it, but says nothing of that page.
#[test]
fn section_without_a_document_tells_nothing_of_the_page_before_it() {
    let guide = "## Guide\n\nSource: https://h/guide\n\n### Examples\n\n#### 200: one\n\n\
                 **Response**\n\n```json\n[1]\n```\n\n";
    let spec = vendored(&site().replacen("## List toys", &format!("{guide}## List toys"), 1));
    assert!(spec.read("spec/upstream/site-list-pets.md").ends_with(guide));
    assert_eq!(provenance(&spec, "site-list-pets").get("reference"), None);
    let names = spec.names("spec/upstream/");
    assert!(!names.contains(&"site-list-pets.examples.json".to_owned()), "{names:?}");
}

/// What is kept beside no page must be compared as a part of it.
#[test]
fn drift_sees_a_change_in_a_section_without_a_document() {
    let guide =
        "## Guide\n\n### Examples\n\n#### 200: one\n\n**Response**\n\n```json\n[1]\n```\n\n";
    let text = site().replacen("## List toys", &format!("{guide}## List toys"), 1);
    let [old, new] = [vendored(&text), vendored(&text.replace("[1]", "[2]"))];
    let [old, new] = [old, new].map(|spec| {
        let mut pages = manis_codegen::vendor::load(&spec.folder()).unwrap();
        pages.remove(pages.iter().position(|page| page.slug == "site-list-pets").unwrap())
    });
    assert_eq!(manis_codegen::drift::page_says(&old, &new).len(), 1);
}

#[test]
fn json_in_one_line() {
    let document = r#"{"info":{},"openapi":"3.1.0","paths":{"/cats":{"get":{"responses":{}}}}}"#;
    let spec = vendored(&format!("{}## List cats\n\n```json\n{document}\n```\n", site()));
    assert_eq!(spec.read("spec/upstream/site-list-cats.json"), format!("{document}\n"));
}

#[test]
fn same_file_again_changes_nothing() {
    let spec = vendored(&site());
    assert_eq!(add(&spec, &site()), "nothing changed\n");
}

#[test]
fn section_that_is_added_renames_no_other() {
    let spec = vendored(&site());
    let (head, tail) =
        site().split_once("## List pets").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    // Before the others, under a heading that another has.
    add(&spec, &format!("{head}{}## List pets{tail}", section("## List pets", "/cats")));
    let expected =
        [("site-list-pets", "/pets"), ("site-list-pets-2", "/cats"), ("site-list-toys", "/toys")];
    assert_eq!(routes(&spec), named(&expected));
    assert_eq!(provenance(&spec, "site-list-pets-2")["round"], 1);
}

#[test]
fn section_that_is_added_to_a_single_one_renames_nothing() {
    let spec = vendored(&section("# List pets", "/pets"));
    assert_eq!(routes(&spec), named(&[("site", "/pets")]));
    add(&spec, &(section("# List toys", "/toys") + &section("# List pets", "/pets")));
    assert_eq!(routes(&spec), named(&[("site", "/pets"), ("site-list-toys", "/toys")]));
}

#[test]
fn heading_that_is_reworded_renames_nothing() {
    let spec = vendored(&site());
    add(&spec, &site().replace("## List toys", "## All toys").replace("Done.", "It is done."));
    assert_eq!(routes(&spec), named(&[("site-list-pets", "/pets"), ("site-list-toys", "/toys")]));
}

#[test]
fn headings_that_are_one_name_are_told_apart() {
    let text = site().replace("## List toys", "## List *pets*!");
    let spec = vendored(&text);
    assert_eq!(routes(&spec), named(&[("site-list-pets", "/pets"), ("site-list-pets-2", "/toys")]));
    assert_eq!(add(&spec, &text), "nothing changed\n");
}

#[test]
fn heading_without_a_letter_of_ascii() {
    let spec = vendored(&site().replace("List toys", "玩具"));
    assert_eq!(routes(&spec), named(&[("site-list-pets", "/pets"), ("site-page", "/toys")]));
}

#[test]
fn heading_that_is_longer_than_a_file_name() {
    let spec = vendored(&site().replace("List toys", &"toys ".repeat(100)));
    let names = spec.names("spec/upstream/");
    assert!(names.iter().all(|name| name.len() < 100), "{names:?}");
}

/// The rest of the site, and what is said of the part that it has no more.
const WITHOUT_TOYS: &str = "vanished: site-list-toys (List toys) is not in site.md any more\n  it is kept; if the \
    vendor has dropped the page, delete\n    spec/upstream/site-list-toys.md\n    \
    spec/upstream/site-list-toys.provenance.json\n    spec/upstream/site-list-toys.yaml\n";

fn without_toys() -> String {
    site().split("## List toys").next().unwrap().to_owned() + &section("## List cats", "/cats")
}

#[test]
fn part_that_is_gone_is_named_and_kept() {
    let spec = vendored(&site());
    let said = add(&spec, &without_toys());
    assert!(said.contains(WITHOUT_TOYS), "{said}");
    let expected =
        [("site-list-cats", "/cats"), ("site-list-pets", "/pets"), ("site-list-toys", "/toys")];
    assert_eq!(routes(&spec), named(&expected));
    // As long as it is here.
    assert_eq!(add(&spec, &without_toys()), format!("nothing changed\n{WITHOUT_TOYS}"));
    for ending in ["md", "yaml", "provenance.json"] {
        std::fs::remove_file(spec.path(&format!("spec/upstream/site-list-toys.{ending}"))).unwrap();
    }
    assert_eq!(add(&spec, &without_toys()), "nothing changed\n");
}

#[test]
fn part_that_is_gone_where_one_is_left() {
    let spec = vendored(&site());
    let said = add(&spec, &section("# List pets", "/pets"));
    assert!(said.contains(WITHOUT_TOYS), "{said}");
}

#[test]
fn part_that_is_only_reworded_is_not_gone() {
    let spec = vendored(&site());
    let said = add(&spec, &site().replace("## List toys", "## All toys"));
    assert!(!said.contains("vanished"), "{said}");
}

#[test]
fn part_of_another_file_is_not_gone() {
    let spec = vendored(&site());
    let other = section("# List cats", "/cats") + &section("# List dogs", "/dogs");
    let said = spec.vendor(&[&spec.write("site-list.md", other)]).unwrap();
    assert!(!said.contains("vanished"), "{said}");
    let said = add(&spec, &(site() + "\nMore.\n"));
    assert!(!said.contains("vanished"), "{said}");
}

#[test]
fn part_that_moved_into_another_file_of_the_batch_is_not_gone() {
    let spec = vendored(&site());
    let page = section("# List toys", "/toys");
    let inputs = [spec.write("site.md", without_toys()), spec.write("site-list-toys.md", page)];
    let said = spec.vendor(&[&inputs[0], &inputs[1]]).unwrap();
    assert!(!said.contains("vanished"), "{said}");
}

#[test]
fn part_that_is_refused_is_not_gone() {
    let spec = vendored(&site());
    let input = spec.write("site.md", site().replace("  /toys:", "  /toys: ["));
    let (progress, mut out) = (Progress::default(), Vec::new());
    command::vendor_keep_going(&spec.folder(), &[input], None, &progress, &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("vanished"));
}

#[test]
fn part_that_was_vendored_before_files_were_named() {
    let spec = vendored(&site());
    for slug in ["site-list-pets", "site-list-toys"] {
        let file = format!("spec/upstream/{slug}.provenance.json");
        let mut known = provenance(&spec, slug);
        known.as_object_mut().unwrap().remove("part_of").unwrap();
        spec.write(&file, known.to_string());
    }
    let said = add(&spec, &without_toys());
    assert!(said.contains(WITHOUT_TOYS), "{said}");
}

#[test]
fn index_names_what_a_later_file_left_behind() {
    let spec = Spec::empty();
    let vendor = |text: String, day: &str| {
        let (input, progress) = ([spec.write("site.md", text)], Progress::default());
        let day = Some(day.parse().unwrap());
        command::vendor(&spec.folder(), &input, day, &progress, &mut Vec::new()).unwrap();
    };
    vendor(site(), "2026-01-01");
    vendor(without_toys(), "2026-01-02");
    let index = spec.write("llms.txt", "- [Pets](https://h/pets.md)\n");
    let mut out = Vec::new();
    let exit = command::index(&spec.folder(), &index, None, &mut out).unwrap();
    assert_eq!(exit, Exit::Findings);
    let said = String::from_utf8(out).unwrap();
    let line = "left      site-list-toys: the file site was vendored later without it\n";
    assert!(said.contains(line) && !said.contains("left      site-list-pets"), "{said}");
}

#[track_caller]
fn several(text: &str) -> Vec<usize> {
    let spec = Spec::empty();
    let input = spec.write("site.md", text);
    let error = spec.refused(|spec| spec.vendor(&[&input]));
    let Problem::SeveralDocuments { lines } = *error.problem else { panic!("{error}") };
    lines
}

#[test]
fn documents_under_one_heading_are_an_error() {
    let text = section("# Pets", "/pets") + &section("### More", "/toys");
    assert_eq!(several(&text), [6, 18]);
}

#[test]
fn document_before_every_heading_is_an_error() {
    assert_eq!(several(&(section("", "/pets") + &section("# Toys", "/toys"))).len(), 2);
}

#[test]
fn document_in_the_examples_of_another_is_an_error() {
    assert_eq!(several(&(section("# Pets", "/pets") + &section("## Examples", "/toys"))).len(), 2);
}

#[test]
fn heading_in_a_quotation_is_none() {
    let text = section("# Pets", "/pets") + &section("> # Toys\n", "/toys");
    assert_eq!(several(&text).len(), 2);
}

#[test]
fn one_page_twice_is_an_error() {
    let one = page("openapi: 3.1.0\npaths: {}\n");
    assert_eq!(several(&format!("{one}\n{one}")).len(), 2);
}

#[test]
fn fault_in_a_section_is_at_its_line_of_the_file() {
    let spec = Spec::empty();
    let text = site().replace("  /toys:", "  /toys: [");
    let input = spec.write("site.md", &text);
    let error = spec.refused(|spec| spec.vendor(&[&input]));
    assert!(matches!(&*error.problem, Problem::Syntax { .. }), "{error}");
    let line = text.lines().position(|line| line == "  /toys: [").unwrap() + 1;
    assert!(error.place.line.is_some_and(|found| (line..line + 5).contains(&found)), "{error}");
}

#[test]
fn keep_going_writes_the_sections_that_are_read() {
    let spec = Spec::empty();
    let input = spec.write("site.md", site().replace("  /toys:", "  /toys: ["));
    let (progress, mut out) = (Progress::default(), Vec::new());
    let exit = command::vendor_keep_going(&spec.folder(), &[input], None, &progress, &mut out);
    assert_eq!(exit.unwrap(), Exit::Findings);
    assert_eq!(routes(&spec), named(&[("site-list-pets", "/pets")]));
}
