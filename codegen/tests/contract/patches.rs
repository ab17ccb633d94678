//! Actions of an overlay, and the snapshots of a crate that is scaffolded.

use manis_codegen::command::{Codegen, Exit};
use manis_codegen::contract;
use manis_codegen::pipeline;

use crate::changed;
use crate::common::spec::Spec;

const PETS: &str = "
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'204': {description: Added.}}
components:
  schemas:
    Pet:
      type: object
      properties: {name: {type: string, maxLength: 50}, nick: {type: string}, age: {type: integer}}
      required: [name, nick]
";

fn patches(document: &str) -> String {
    let spec = Spec::of(document);
    spec.overlay(
        "overlay: 1.1.0\ninfo: {title: Pets, version: '1'}\nactions:\n\
         - target: $.components.schemas.Pet.required[?@ == 'nick']\n  x-patch: nick\n  \
         description: Optional.\n  remove: true\n\
         - target: $.components.schemas.Pet.properties.name\n  x-patch: name\n  \
         description: Long.\n  update: {maxLength: 80}\n",
    );
    contract::patches(&pipeline::run_alone(&spec.folder(), &Default::default()).unwrap()).unwrap()
}

#[test]
fn a_patch_says_old_and_new() {
    let patches = patches(PETS);
    let expected = "overlay nick\n    schemas/Pet\n        - nick!: string\n        + nick: string\n\
                    overlay name\n    schemas/Pet\n        - name!: string maxLength=50\n        \
                    + name!: string maxLength=80\n";
    assert!(patches.contains(expected), "{patches}");
}

#[test]
fn a_new_required_field_is_no_change_of_a_patch() {
    let more = PETS.replace("required: [name, nick]", "required: [age, name, nick]");
    assert_eq!(patches(PETS), patches(&more));
}

#[test]
fn what_a_patch_corrects_is_one_line_of_it() {
    let (gone, new) =
        changed(&patches(PETS), &patches(&PETS.replace("maxLength: 50", "maxLength: 5")));
    assert_eq!(gone, ["        - name!: string maxLength=50\n"]);
    assert_eq!(new, ["        - name!: string maxLength=5\n"]);
}

/// A crate that `codegen --out` made, in the folder `made`.
fn scaffolded() -> Spec {
    let spec = Spec::of(PETS);
    assert_eq!(spec.codegen(|options| into(&spec, options)).unwrap().0, Exit::Success);
    spec
}

fn into(spec: &Spec, options: &mut Codegen) {
    options.out = Some(spec.path("made"));
}

#[test]
fn a_new_crate_has_the_snapshots_and_their_test() {
    let spec = scaffolded();
    let snapshot = |name: &str| spec.read(&format!("made/tests/snapshots/{name}.txt"));
    assert!(snapshot("document").contains("\n    name!: string maxLength=50\n"));
    assert!(snapshot("patches").contains("\nlower version\n"));
    assert!(snapshot("surface").contains("\nstruct types::Pet  derive("));
    assert!(spec.read("made/tests/snapshots.rs").contains("fn the_snapshots_are_of_this_client"));
}

#[test]
fn check_shows_what_changes_in_the_snapshots_of_a_new_crate() {
    let spec = scaffolded();
    spec.write("spec/upstream/pets.yaml", PETS.replace("maxLength: 50", "maxLength: 5"));
    let check = |options: &mut Codegen| {
        into(&spec, options);
        options.check = true;
    };
    let (exit, printed) = spec.codegen(check).unwrap();
    assert_eq!(exit, Exit::Findings);
    assert!(
        printed.contains("\n-    name!: string maxLength=50\n+    name!: string maxLength=5\n"),
        "{printed}"
    );
}
