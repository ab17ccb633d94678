//! Bodies without a name of their own. An object that is written in place of a body becomes a component that
//! is named after its operation, as a person would: `CreatePetRequest`, `ListPetsResponse`. After the overlay,
//! so that it finds bodies where the vendor has them.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use crate::document::names::{Taken, allowed};
use crate::document::operations::operations;
use crate::document::{components, media_type, pointer};
use crate::report::{Log, Rule};

pub(super) const RULE: Rule = Rule::translated(
    "body-name",
    "an object in JSON that is written in place of a body",
    "a component that is named after the operation: `CreatePetRequest`, `ListPetsResponse`",
);

/// Moves such objects to the components.
pub(super) fn name(document: &mut Value, log: &mut Log) {
    let names = components::all(document).filter(|(section, ..)| *section == "schemas");
    let mut taken = Taken::of(names.map(|(_, name, _)| name.to_upper_camel_case()));
    for operation in operations(document) {
        let Some(id) = operation.id(document).map(|id| allowed(id).to_upper_camel_case()) else {
            continue;
        };
        for (at, kind) in bodies(document, &operation.pointer()) {
            for media in objects(document, &at) {
                move_to_component(document, &media, &format!("{id}{kind}"), &mut taken, log);
            }
        }
    }
}

/// The request and the first success of an operation, with what each is in the name of a type. Other
/// answers are named by their statuses when the client is made.
fn bodies(document: &Value, operation: &str) -> Vec<(String, &'static str)> {
    let at = format!("{operation}/responses");
    let statuses = document.pointer(&at).and_then(Value::as_object);
    let mut statuses = statuses.into_iter().flat_map(Map::keys);
    // What answers HEAD has no body, whatever the document says.
    let is_head = operation.ends_with("/head");
    let success = statuses.find(|status| status.starts_with('2')).filter(|_| !is_head);
    let response = success.map(|status| (pointer::join(&at, status), "Response"));
    let request = (format!("{operation}/requestBody"), "Request");
    std::iter::once(request).chain(response).collect()
}

/// The schemas of a body in JSON that are objects with fields of their own.
fn objects(document: &Value, body: &str) -> Vec<String> {
    let content = document.pointer(&format!("{body}/content")).and_then(Value::as_object);
    let json = content.into_iter().flatten().filter(|(name, media)| {
        let properties = media.get("schema").and_then(|schema| schema.get("properties"));
        let has_fields = properties.and_then(Value::as_object).is_some_and(|it| !it.is_empty());
        has_fields && media_type::is_json(name)
    });
    json.map(|(name, _)| pointer::join(&format!("{body}/content"), name) + "/schema").collect()
}

fn move_to_component(
    document: &mut Value,
    at: &str,
    wanted: &str,
    taken: &mut Taken,
    log: &mut Log,
) {
    let name = taken.take(wanted, |name| name.to_upper_camel_case());
    let reference = json!({ "$ref": pointer::to_component("schemas", &name) });
    let Some(place) = document.pointer_mut(at) else { return };
    let schema = std::mem::replace(place, reference);
    if let Some(schemas) = components::section_mut(document, "schemas") {
        schemas.insert(name.clone(), schema);
    }
    log.add(&RULE, at, format!("{name}: moved to components"));
}
