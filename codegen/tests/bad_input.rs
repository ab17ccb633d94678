//! Input that cannot be used: what is said about it and where; nothing is ever written.

mod common;

use common::spec::{DOCUMENT, Spec, page};
use manis_codegen::command::Exit;
use manis_codegen::error::{Problem, Stage};
use manis_codegen::{Error, Result};

/// What the command says about one file, whose name is its place.
#[track_caller]
fn vendor(name: &str, content: impl AsRef<[u8]>) -> Error {
    let spec = Spec::empty();
    let file = spec.write(name, content);
    let error = spec.refused(|spec| spec.vendor(&[&file]));
    assert_eq!(error.stage, Stage::Vendor);
    assert_eq!(error.place.file, Some(file));
    error
}

/// What the pipeline says about a vendored document.
#[track_caller]
fn codegen(document: &str) -> Error {
    let spec = Spec::of(document);
    let error = spec.refused(generate);
    assert_eq!(error.place.file, Some(spec.path("spec/upstream/pets.yaml")));
    error
}

fn generate(spec: &Spec) -> Result<()> {
    spec.codegen(|_| {}).map(drop)
}

/// The document of an operation with two templates, responses and components to taste.
fn document(path: &str, responses: &str, components: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: Pets, version: '1'}}\n\
         paths:\n  {path}:\n    get:\n      operationId: show_pet\n      responses: {responses}\n\
         components: {components}\n"
    )
}

fn schemas(schemas: &str) -> String {
    let response = "{'200': {description: A pet., content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}";
    document("/pet", response, &format!("{{schemas: {schemas}}}"))
}

const NO_CONTENT: &str = "{'204': {description: Done.}}";

#[track_caller]
fn at(error: &Error, line: usize) {
    assert_eq!(error.place.line, Some(line), "{error}");
}

#[track_caller]
fn at_pointer(error: &Error, pointer: &str) {
    assert_eq!(error.place.pointer.as_deref(), Some(pointer), "{error}");
}

macro_rules! assert_problem {
    ($error:expr, $problem:pat $(if $guard:expr)?) => {
        assert!(matches!(&*$error.problem, $problem $(if $guard)?), "{:?}", $error)
    };
}

#[test]
fn page_without_a_document() {
    let error = vendor("pets.md", "# Pets\n\n```yaml\npets: 1\n```\n");
    assert_problem!(error, Problem::NoDocument);
    at(&error, 5);
}

#[test]
fn page_with_two_documents() {
    let error = vendor("pets.md", format!("{0}\n{0}", page("openapi: 3.1.0\n")));
    assert_problem!(error, Problem::SeveralDocuments { lines } if lines == &[8, 34]);
    at(&error, 34);
}

#[test]
fn page_that_ends_inside_its_document() {
    let error = vendor("pets.md", "# Pets\n\n```yaml\nopenapi: 3.1.0\n");
    assert_problem!(error, Problem::UnclosedBlock);
    at(&error, 3);
}

#[test]
fn page_whose_yaml_does_not_parse() {
    let error = vendor("pets.md", page("openapi: 3.1.0\npaths: [\n  /pets\ninfo: {}\n"));
    at(&error, 11);
    let Problem::Syntax { message } = &*error.problem else { panic!("{error}") };
    assert_eq!(message, "illegal placement of ':' indicator");
}

#[test]
fn page_whose_json_does_not_parse() {
    let error = vendor("pets.md", page("{\"openapi\": \"3.1.0\",\n \"info\": }\n"));
    assert_problem!(error, Problem::Syntax { .. });
    at(&error, 9);
}

#[test]
fn page_with_a_key_given_twice() {
    let error = vendor("pets.md", page("openapi: 3.1.0\npaths: {}\npaths: {}\n"));
    assert_problem!(error, Problem::Syntax { message } if message.contains("duplicate"));
}

#[test]
fn page_that_is_not_utf_8() {
    let error = vendor("pets.md", b"# Pets\n\n\xff\n");
    assert_problem!(error, Problem::NotUtf8 { offset: 8 });
    at(&error, 3);
}

#[test]
fn empty_file() {
    for content in ["", " \n\n"] {
        let error = vendor("pets.md", content);
        assert_problem!(error, Problem::Empty);
        at(&error, 1);
    }
}

#[test]
fn path_that_is_not_there() {
    let spec = Spec::empty();
    let error = spec.refused(|spec| spec.vendor(&[&spec.path("pets.md")]));
    assert_problem!(error, Problem::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound);
    assert_eq!(error.place.file, Some(spec.path("pets.md")));
}

#[test]
fn path_that_is_a_folder() {
    let spec = Spec::empty();
    spec.write("pets.md/file", "");
    let error = spec.refused(|spec| spec.vendor(&[&spec.path("pets.md")]));
    assert_problem!(error, Problem::Io { .. });
}

#[test]
fn file_of_200_mb() {
    let spec = Spec::empty();
    let file = spec.path("pets.yaml");
    // Sparse: no disk has to hold it.
    std::fs::File::create(&file).unwrap().set_len(200 << 20).unwrap();
    let error = spec.refused(|spec| spec.vendor(&[&file]));
    assert_problem!(error, Problem::TooLarge { limit: 64 });
    assert_eq!(error.place.file, Some(file));
}

#[test]
fn version_that_is_not_supported() {
    for content in ["swagger: '2.0'\npaths: {}\n", "openapi: 4.0.0\n", "openapi: 3.1\n", "[]\n"] {
        let error = vendor("pets.yaml", content);
        assert_problem!(error, Problem::NotOpenApi { .. });
        at(&error, 1);
    }
}

#[test]
fn version_that_is_not_supported_in_the_spec_folder() {
    let error = codegen("swagger: '2.0'\npaths: {/pets: {get: {}}}\n");
    assert_problem!(error, Problem::NotOpenApi { .. });
}

#[test]
fn json_file_that_does_not_parse() {
    let error = vendor("pets.json", "{\n  \"openapi\": \"3.1.0\",\n}\n");
    assert_problem!(error, Problem::Syntax { .. });
    at(&error, 3);
}

#[test]
fn two_inputs_with_one_name() {
    let spec = Spec::empty();
    let first = spec.write("a/pets.md", page(DOCUMENT));
    let second = spec.write("b/pets.yaml", DOCUMENT);
    let error = spec.refused(|spec| spec.vendor(&[&first, &second]));
    assert_problem!(error, Problem::SlugTaken { slug, .. } if slug == "pets");
    assert_eq!(error.place.file, Some(second));
}

#[test]
fn input_whose_name_another_ending_has() {
    let spec = Spec::vendored();
    let json = spec.write("pets.json", "{\"openapi\": \"3.1.0\"}");
    let error = spec.refused(|spec| spec.vendor(&[&json]));
    assert_problem!(error, Problem::SlugTaken { .. });
}

#[test]
fn page_whose_name_another_page_has() {
    let spec = Spec::vendored();
    let other = page(DOCUMENT)
        .replace("https://docs.example.com/pets/update", "https://docs.example.com/dogs/update")
        .replace("/pets/%7BpetId%7D\n", "/dogs/%7BpetId%7D\n");
    let other = spec.write("dogs/pets.md", other);
    let error = spec.refused(|spec| spec.vendor(&[&other]));
    assert_problem!(error, Problem::SlugTaken { slug, .. } if slug == "pets");
}

#[test]
fn one_bad_input_among_good_ones() {
    let spec = Spec::empty();
    let good = spec.write("pets.md", page(DOCUMENT));
    let bad = spec.write("dogs.md", "");
    let error = spec.refused(|spec| spec.vendor(&[&good, &bad]));
    assert_eq!(error.place.file, Some(bad));
}

#[test]
fn spec_folder_that_is_not_there() {
    let spec = Spec::empty();
    let error = spec.refused(generate);
    assert_problem!(error, Problem::Io { .. });
    assert_eq!(error.place.file, Some(spec.path("spec/upstream")));
}

#[test]
fn spec_folder_without_a_document() {
    let spec = Spec::empty();
    spec.write("spec/upstream/notes.txt", "");
    assert_problem!(spec.refused(generate), Problem::NothingVendored);
}

#[test]
fn provenance_that_does_not_parse() {
    let spec = Spec::vendored();
    let file = spec.write("spec/upstream/pets.provenance.json", "{\n  \"sha256\": 1\n}\n");
    let error = spec.refused(generate);
    assert_problem!(error, Problem::Syntax { .. });
    assert_eq!((&error.place.file, error.place.line), (&Some(file), Some(2)));
}

#[test]
fn overlay_that_does_not_parse() {
    let spec = Spec::vendored();
    let file = spec.write("spec/overlay.yaml", "overlay: 1.1.0\nactions: [\n");
    let error = spec.refused(generate);
    assert_problem!(error, Problem::Syntax { .. });
    assert_eq!(error.stage, Stage::Overlay);
    assert_eq!((&error.place.file, error.place.line), (&Some(file), Some(3)));
}

#[test]
fn overlay_action_that_matches_nothing() {
    let spec = Spec::vendored();
    let file = spec.write("spec/overlay.yaml", overlay("$.nothing", "remove: true"));
    let error = spec.refused(generate);
    assert_problem!(error, Problem::Actions { .. });
    assert_eq!(error.place.file, Some(file));
    at_pointer(&error, "/actions/0");
}

fn overlay(target: &str, what: &str) -> String {
    format!(
        "overlay: 1.1.0\ninfo: {{title: Corrections, version: '1'}}\n\
         actions:\n- target: {target}\n  description: The page's own table.\n  {what}\n"
    )
}

#[test]
fn settings_that_are_not_known() {
    let spec = Spec::vendored();
    for text in ["redcat: true\n", "runtime: not a path\n", "redact: [\n"] {
        let file = spec.write("spec/generate.yaml", text);
        let error = spec.refused(generate);
        assert_problem!(error, Problem::Syntax { .. });
        assert_eq!((error.stage, &error.place.file), (Stage::Generate, &Some(file)));
    }
}

fn with_paths(paths: &str) -> Error {
    codegen(&format!("openapi: 3.1.0\ninfo: {{title: P, version: '1'}}\n{paths}"))
}

#[test]
fn no_paths() {
    for paths in ["", "paths: 1\n"] {
        let error = with_paths(paths);
        assert_problem!(error, Problem::NoPaths);
        at_pointer(&error, "/paths");
    }
}

#[test]
fn paths_without_an_operation() {
    for paths in ["paths: {}\n", "paths: {/pets: {}}\n"] {
        let error = with_paths(paths);
        assert_problem!(error, Problem::NoOperations);
        at_pointer(&error, "/paths");
    }
}

#[test]
fn template_brace_that_never_closes() {
    for path in ["/pets/{petId", "/pets/{petId/toys", "/pets/%7BpetId", "/pets/{a{b}}"] {
        let error = codegen(&document(path, NO_CONTENT, "{}"));
        assert_problem!(error, Problem::Template { fault: "never closes", .. });
    }
    let error = codegen(&document("/pets/{petId", NO_CONTENT, "{}"));
    at_pointer(&error, "/paths/~1pets~1{petId");
}

#[test]
fn template_brace_that_was_never_opened() {
    let error = codegen(&document("/pets/petId%7D", NO_CONTENT, "{}"));
    assert_problem!(error, Problem::Template { fault: "was never opened", .. });
    at_pointer(&error, "/paths/~1pets~1petId}");
}

#[test]
fn reference_to_nothing() {
    let error =
        codegen(&schemas("{Pet: {properties: {owner: {$ref: '#/components/schemas/Owner'}}}}"));
    assert_problem!(error, Problem::DanglingRef { reference } if reference == "#/components/schemas/Owner");
    at_pointer(&error, "/components/schemas/Pet/properties/owner");
}

#[test]
fn reference_to_another_file_or_address() {
    for reference in ["pets.yaml#/Pet", "./pets.json", "https://example.com/pets.yaml#/Pet"] {
        let error = codegen(&schemas(&format!("{{Pet: {{$ref: '{reference}'}}}}")));
        assert_problem!(error, Problem::ExternalRef { reference: written } if written == reference);
        assert!(error.to_string().contains("bundle the document"), "{error}");
        at_pointer(&error, "/components/schemas/Pet");
    }
}

#[test]
fn drift_names_the_file_of_the_user_and_no_temporary_one() {
    use manis_codegen::drift::Side;
    let spec = Spec::empty();
    let file = spec.write("pets.yaml", schemas("{Pet: {$ref: 'toys.yaml#/Toy'}}"));
    let error = Side::read(&file).unwrap_err();
    assert_eq!(error.place.file, Some(file));
}

#[test]
fn reference_to_nothing_is_mended_by_the_overlay() {
    let spec =
        Spec::of(&schemas("{Pet: {properties: {owner: {$ref: '#/components/schemas/Owner'}}}}"));
    spec.overlay(&overlay("$.components.schemas", "update: {Owner: {type: string}}"));
    generate(&spec).unwrap();
}

#[test]
fn reference_cycle() {
    let error = codegen(&schemas(
        "{Pet: {$ref: '#/components/schemas/Dog'}, Dog: {$ref: '#/components/schemas/Pet'}}",
    ));
    let Problem::RefCycle { chain } = &*error.problem else { panic!("{error}") };
    let names: Vec<_> = chain.iter().map(|link| link.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["Pet", "Dog", "Pet"]);
    assert!(error.place.pointer.is_some());
}

/// Place and reason of the one operation of a document, which no client can be generated of.
#[track_caller]
fn left_out(document: &str) -> (String, String) {
    let spec = Spec::of(document);
    spec.codegen(|options| options.report = Some(spec.path("report.json"))).unwrap();
    let report: serde_json::Value = serde_json::from_str(&spec.read("report.json")).unwrap();
    assert_eq!(report["operations"]["generated"], 0);
    let [only] = &report["operations"]["left_out"].as_array().unwrap()[..] else {
        panic!("{report}")
    };
    let text = |key: &str| only[key].as_str().unwrap().to_owned();
    (text("place"), text("reason"))
}

#[test]
fn schema_that_is_merged_with_itself_without_end() {
    let (place, reason) = left_out(&schemas(
        "{Base: {type: object, properties: {parent: {$ref: '#/components/schemas/Base'}}},
          Pet: {allOf: [{$ref: '#/components/schemas/Base'},
                        {properties: {parent: {$ref: '#/components/schemas/Pet'}}}]}}",
    ));
    assert_eq!(place, "/components/schemas/Pet");
    assert!(reason.contains("merging schemas never ends here"), "{reason}");
}

#[test]
fn schema_that_holds_itself_is_fine() {
    let spec = Spec::of(&schemas(
        "{Pet: {type: object, properties: {
            mother: {description: Hers., $ref: '#/components/schemas/Pet'},
            father: {anyOf: [{$ref: '#/components/schemas/Pet'}, {type: 'null'}]},
            young: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}",
    ));
    generate(&spec).unwrap();
    let client = spec.read("src/generated.rs");
    for field in [
        "mother: ::std::option::Option<::std::boxed::Box<Pet>>",
        "young: ::std::option::Option<::std::vec::Vec<Pet>>",
    ] {
        assert!(client.contains(field), "{field}");
    }
}

#[test]
fn overlay_that_gives_two_operations_one_id() {
    let document = document("/pets", NO_CONTENT, "{}");
    let spec = Spec::of(&document.replace("paths:\n", "paths:\n  /dogs: {get: {responses: {}}}\n"));
    spec.overlay(&overlay("$.paths['/dogs'].get", "update: {operationId: show_pet}"));
    let error = spec.refused(generate);
    assert_problem!(error, Problem::DuplicateOperation { id, other } if id == "show_pet" && other == "GET /dogs");
    at_pointer(&error, "/paths/~1pets/get");
    assert_eq!(error.place.operation.as_deref(), Some("GET /pets"));
}

#[test]
fn response_that_the_model_does_not_take() {
    let (place, reason) = left_out(&document("/pets", "{'200': {content: [1]}}", "{}"));
    assert_eq!(place, "/paths/~1pets/get/responses/200");
    assert!(reason.contains("expected a map"), "{reason}");
}

#[test]
fn operation_that_is_refused_beside_a_good_one() {
    let good = "  /dogs: {get: {operationId: list_dogs, responses: {'204': {description: ''}}}}\n";
    let bad = document("/pets", "{'200': {content: [1]}}", "{}");
    let spec = Spec::of(&bad.replace("paths:\n", &format!("paths:\n{good}")));
    let (exit, printed) = spec.codegen(|_| {}).unwrap();
    assert_eq!(exit, Exit::Success);
    assert!(
        printed.contains("left out: GET /pets #/paths/~1pets/get/responses/200: "),
        "{printed}"
    );
    assert!(printed.contains("1 of 2 operations generated"), "{printed}");
    let client = spec.read("src/generated.rs");
    assert!(client.contains("fn list_dogs") && !client.contains("fn show_pet"));
    let (exit, printed) = spec.codegen(|options| options.deny_left_out = true).unwrap();
    assert_eq!(exit, Exit::Findings, "{printed}");
}

#[test]
fn media_type_of_a_response_that_is_no_object() {
    let responses = "{'200': {description: A pet., content: {application/json: x}}}";
    let error = codegen(&document("/pet", responses, "{}"));
    assert_eq!(error.stage, Stage::Normalize);
    assert_problem!(error, Problem::Structure { faults } if faults.len() == 1);
    at_pointer(&error, "/paths/~1pet/get/responses/200/content/application~1json");
}

#[test]
fn media_type_of_a_request_body_that_is_no_object() {
    let text = document("/pet", NO_CONTENT, "{}").replace(
        "      responses",
        "      requestBody: {content: {application/json: x}}\n      responses",
    );
    let error = codegen(&text);
    assert_problem!(error, Problem::Structure { faults } if faults.len() == 1);
    at_pointer(&error, "/paths/~1pet/get/requestBody/content/application~1json");
}

#[test]
fn media_type_that_the_overlay_makes_a_text() {
    let responses =
        "{'200': {description: A pet., content: {application/json: {schema: {type: object}}}}}";
    let spec = Spec::of(&document("/pet", responses, "{}"));
    let target = "$.paths['/pet'].get.responses['200'].content";
    spec.overlay(&overlay(target, "update: {application/json: x}"));
    let error = spec.refused(generate);
    assert_eq!(error.stage, Stage::Overlay);
    assert_problem!(error, Problem::Structure { .. });
    assert_eq!(error.place.file, Some(spec.path("spec/overlay.yaml")));
}

#[test]
fn value_of_another_type_that_is_no_part_of_an_operation() {
    let text = document("/pet", NO_CONTENT, "{}")
        .replace("version: '1'", "version: '1', contact: {email: 1}");
    let (exit, printed) = Spec::of(&text).codegen(|_| {}).unwrap();
    assert_eq!(exit, Exit::Success);
    assert!(printed.contains("#/info/contact/email is not a text"), "{printed}");
}
