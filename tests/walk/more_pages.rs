//! From one page to nine: the vendor's other pages come to the first. They are stand-ins, in `tests/pages`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use manis_codegen::command::{self, Exit};

use crate::repository::{Printed, Repository, from};
use crate::tables::{Held, compare, documentation};

/// What each command printed, in the order in which a maintainer types them.
pub struct Grown {
    pub vendor: Printed,
    pub propose: Printed,
    pub written: Printed,
    pub codegen: Printed,
    pub drift: Printed,
    /// What a person is asked at the end.
    pub asked: Printed,
    /// The client of all nine pages.
    pub client: String,
}

impl Grown {
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        let Self { vendor, propose, written, codegen, drift, asked, client: _ } = self;
        [vendor, propose, written, codegen, drift, asked].into_iter().map(|(_, text)| text)
    }
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = files.filter(|file| !file.ends_with("README.md")).collect();
    pages.sort();
    pages
}

pub static GROWN: LazyLock<Grown> = LazyLock::new(|| {
    let repository = Repository::before();
    let propose = |write| repository.run(|spec, out| command::propose(spec, &[], write, out));
    Grown {
        vendor: repository.vendor(&pages()),
        propose: propose(false),
        written: propose(true),
        codegen: repository.codegen(),
        drift: repository.drift(),
        asked: propose(false),
        client: fs::read_to_string(repository.spec().with_file_name("src/generated.rs")).unwrap(),
    }
});

/// The number that stands before some words.
fn count(text: &str, words: &str) -> usize {
    let (before, _) = text.split_once(words).unwrap();
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
    digits.unwrap().parse().unwrap()
}

#[test]
fn what_has_one_right_mend_is_proposed() {
    assert_eq!(GROWN.propose.0, Exit::Findings);
    insta::assert_snapshot!("proposed", GROWN.propose.1);
}

/// What is said to be gone is gone, as the audit says of the document that comes of it.
#[test]
fn what_is_proposed_settles_what_it_says() {
    assert_eq!(GROWN.written.0, Exit::Findings);
    let open = count(&GROWN.propose.1, " findings are not explained");
    let gone = count(&GROWN.propose.1, " are gone");
    let explained = count(&GROWN.propose.1, " with explanations");
    let asked = count(&GROWN.propose.1, " are for a person");
    assert_eq!(open, gone + explained + asked);
    assert_eq!(count(&GROWN.asked.1, " findings are not explained"), asked);
    assert_eq!(count(&GROWN.asked.1, " are for a person"), asked);
}

#[test]
fn all_nine_operations_are_generated() {
    assert_eq!(GROWN.vendor.0, Exit::Success);
    assert_eq!(GROWN.codegen.0, Exit::Success);
    assert!(GROWN.codegen.1.contains("9 of 9 operations generated"), "{}", GROWN.codegen.1);
}

#[test]
fn a_new_page_is_a_line_and_its_operations() {
    assert_eq!(GROWN.drift.0, Exit::Findings);
    insta::assert_snapshot!("drift_of_new_pages", GROWN.drift.1);
}

#[test]
fn what_is_asked_of_a_person_names_its_reason() {
    insta::assert_snapshot!("asked", from(&GROWN.asked.1, "for a person"));
}

/// The words of every row of every page are on its field and its setter; the table is read by code of its own.
#[test]
fn the_words_of_all_pages_reach_their_fields() {
    let all = documentation(&GROWN.client);
    let mut held = Held::default();
    for page in pages() {
        let page = compare(&fs::read_to_string(page).unwrap(), &all);
        held.said += page.said;
        held.held += page.held;
        held.without_field.extend(page.without_field);
        held.missing.extend(page.missing);
    }
    // What a person must decide first is no field yet.
    let missing = ["CreateANewCustomerRequest.companyInfo: The company's details.".to_owned()];
    let expected = Held { said: 100, held: 99, missing: missing.to_vec(), ..Held::default() };
    assert_eq!(held, expected);
}

/// An amount that is rounded is another amount.
#[test]
fn no_amount_is_a_float() {
    let amounts =
        GROWN.client.lines().map(str::trim).filter(|line| line.starts_with("pub amount:"));
    let amounts: Vec<_> = amounts.collect();
    assert!(amounts.len() >= 3, "{amounts:?}");
    assert!(amounts.iter().all(|line| line.contains("decimal::Number")), "{amounts:?}");
}

/// One object, whatever page it is on, and no type in the exporter's words.
#[test]
fn types_have_readable_names() {
    let types = GROWN.client.lines().filter_map(|line| line.strip_prefix("    pub struct "));
    let names = types.filter_map(|line| line.split(|c: char| !c.is_alphanumeric()).next());
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    insta::assert_snapshot!("types", names.join("\n"));
}
