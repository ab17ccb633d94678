//! N15: an exporter moves schemas to components and names them after their place
//! (`ApiV1PetsGetResponsesContentApplicationJsonSchemaOwnersItems`) or operation (`Pet_List pets_Response_200`).
//! Here are names that people would give, from what the place is: `Owner`, `ListPetsResponse`. Which of them
//! a component gets is decided over all pages, where the same name may be wanted by others (N9).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use crate::bounds::MAX_NAME_STEPS;
use crate::document::names::allowed;
use crate::document::node::Node;
use crate::document::operations::{Operation, operations, parameters_of};
use crate::document::{pointer, visit};
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N15 schema-name",
    "a schema that the exporter named after its place, `PetsGetResponses…SchemaOwnersItems`, or after its operation, `Pet_List pets_Response_200`",
    "`Owner`, `ListPetsResponse`; where another schema is `Owner`, `ListPetsOwner`",
);

/// The names that a component may get, the shortest first; each after the first says more of what the
/// component belongs to.
pub(in crate::normalize) struct Wanted {
    /// Never empty.
    pub(in crate::normalize) names: Vec<String>,
    /// Requests come before responses, and what is outside before what is inside of it.
    pub(in crate::normalize) rank: (usize, usize),
}

/// What the components may be called that have a name of the exporter's, by that name.
pub(in crate::normalize) fn wanted(document: &Value) -> BTreeMap<String, Wanted> {
    let Some(Value::Object(schemas)) = document.pointer("/components/schemas") else {
        return BTreeMap::new();
    };
    let operations = operations(document);
    let named =
        schemas.keys().filter_map(|name| Some((name.as_str(), Shape::of(name, &operations)?)));
    let shapes: BTreeMap<_, _> = named.collect();
    let mut places = Places { shapes, found: BTreeMap::new() };
    if !places.shapes.is_empty() {
        operations.iter().for_each(|operation| places.walk(document, operation));
    }
    let found = places.found.into_iter();
    let found = found.map(|(name, (place, _))| {
        let wanted = Wanted { names: place.names(), rank: place.rank() };
        (name.to_owned(), wanted)
    });
    found.collect()
}

/// What a name of the exporter's tells.
enum Shape {
    /// It is made of the way to the schema, which begins with the place of this operation.
    Way(Operation),
    /// It names the body of an operation.
    Body,
}

impl Shape {
    fn of(name: &str, operations: &[Operation]) -> Option<Self> {
        let squeezed = squeezed(name);
        if ["inlineresponse", "inlineobject", "inlinerequest"]
            .iter()
            .any(|it| squeezed.starts_with(it))
        {
            return Some(Self::Body);
        }
        let status = name.rsplit_once("_Response_").map(|(_, status)| status);
        let is_status =
            |it: &str| it == "default" || it.len() == 3 && it.bytes().all(|c| c.is_ascii_digit());
        if status.is_some_and(is_status) {
            return Some(Self::Body);
        }
        // Most names tell no way, and need not be held against every operation.
        if !SIDES.iter().any(|side| squeezed.contains(side)) {
            return None;
        }
        let is_of = |operation: &&Operation| is_way_from(operation, &squeezed);
        operations.iter().find(is_of).cloned().map(Self::Way)
    }
}

/// The parts of an operation that a way goes on with.
const SIDES: [&str; 3] = ["parameters", "requestbody", "responses"];

/// Whether a name begins with path, method and side of an operation; of the path, the end may do.
fn is_way_from(operation: &Operation, name: &str) -> bool {
    let path = squeezed(&operation.path);
    SIDES.iter().any(|side| {
        let step = format!("{}{side}", operation.method);
        name.match_indices(&step).any(|(at, _)| {
            let Some((before, rest)) = name.split_at_checked(at) else { return false };
            let rest = rest.strip_prefix(&step).unwrap_or(rest);
            let is_body = rest.starts_with("content")
                || rest.starts_with(|c: char| c.is_ascii_digit())
                || rest.starts_with("default");
            !before.is_empty()
                && path.ends_with(before)
                && !rest.is_empty()
                && (*side == "parameters" || is_body)
        })
    })
}

/// Letters and digits alone, in lower case.
fn squeezed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Where a schema is in the API.
#[derive(Clone)]
struct Place {
    /// The operation's name as that of a type.
    operation: String,
    side: Side,
    /// The steps from the body, or the parameter, to the schema; of a long way the last.
    steps: Vec<Step>,
}

#[derive(Clone, PartialEq)]
enum Side {
    Parameter,
    Request,
    /// With the status, save for the first success.
    Response(String),
}

/// A property, or the items of one; a body's items have no property.
#[derive(Clone)]
struct Step {
    property: String,
    is_item: bool,
}

/// Walks from the operations to the components with names of the exporter's.
struct Places<'d> {
    shapes: BTreeMap<&'d str, Shape>,
    /// The place, and whether the name tells that.
    found: BTreeMap<&'d str, (Place, bool)>,
}

impl<'d> Places<'d> {
    fn walk(&mut self, document: &'d Value, operation: &Operation) {
        let Some(node) = Node::at(document, &operation.pointer()) else { return };
        let id = node.text("operationId").map_or_else(|| operation.label(), str::to_owned);
        let name = camel(&id);
        let place = |side| Place { operation: name.clone(), side, steps: Vec::new() };
        let mut queue = VecDeque::new();
        let item = Node::at(document, &operation.path_pointer());
        for parameter in item.iter().chain([&node]).flat_map(parameters_of) {
            let mut place = place(Side::Parameter);
            place.enter(parameter.name().unwrap_or_default());
            queue
                .extend(schemas(&parameter.node).into_iter().map(|schema| (schema, place.clone())));
        }
        if let Some(body) = node.get("requestBody") {
            queue.extend(schemas(&body).into_iter().map(|schema| (schema, place(Side::Request))));
        }
        let statuses = node.value.get("responses").and_then(Value::as_object);
        let statuses: Vec<_> = statuses.into_iter().flat_map(Map::keys).collect();
        let main = statuses.iter().position(|status| status.starts_with('2')).unwrap_or(0);
        for (index, status) in statuses.into_iter().enumerate() {
            let Some(response) = node.get("responses").and_then(|all| all.get(status)) else {
                continue;
            };
            let status = if index == main { String::new() } else { camel(status) };
            let place = place(Side::Response(status));
            queue.extend(schemas(&response).into_iter().map(|schema| (schema, place.clone())));
        }
        self.follow(document, operation, queue);
    }

    fn follow(
        &mut self,
        document: &'d Value,
        operation: &Operation,
        mut queue: VecDeque<(&'d Value, Place)>,
    ) {
        let mut seen = BTreeSet::new();
        while let Some((schema, place)) = queue.pop_front() {
            let component = visit::reference(schema).and_then(pointer::component_of);
            if let Some((section, name)) = component
                && section == "schemas"
            {
                let target = document.pointer("/components/schemas").and_then(Value::as_object);
                let target = target.and_then(|schemas| schemas.get_key_value(&name));
                if let Some((name, target)) = target
                    && seen.insert(name)
                {
                    self.meet(name, operation, &place);
                    queue.push_back((target, place));
                }
                continue;
            }
            queue.extend(children(schema).map(|(step, child)| {
                let mut place = place.clone();
                step.into_iter().for_each(|step| place.take(step));
                (child, place)
            }));
        }
    }

    /// The first place counts, or the first that the name tells.
    fn meet(&mut self, name: &'d str, operation: &Operation, place: &Place) {
        let is_told = match self.shapes.get(name) {
            None => return,
            Some(Shape::Body) if !place.steps.is_empty() => return,
            Some(Shape::Body) => true,
            Some(Shape::Way(of)) => of == operation,
        };
        let found = self.found.get(name);
        if found.is_none_or(|(_, was_told)| is_told && !was_told) {
            self.found.insert(name, (place.clone(), is_told));
        }
    }
}

/// What leads to a child of a schema.
enum Way<'d> {
    Property(&'d str),
    Items,
}

/// The schemas of a body or a parameter.
fn schemas<'d>(holder: &Node<'d>) -> Vec<&'d Value> {
    let content = holder.value.get("content").and_then(Value::as_object).into_iter().flatten();
    let inside = content.filter_map(|(_, media)| media.get("schema"));
    holder.value.get("schema").into_iter().chain(inside).collect()
}

/// The schemas in a schema, and what leads to them; parts and alternatives are where it is itself.
fn children(schema: &Value) -> impl Iterator<Item = (Option<Way<'_>>, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let properties = properties.map(|(name, it)| (Some(Way::Property(name)), it));
    let items = ["items", "additionalProperties"].into_iter().filter_map(|key| schema.get(key));
    let items = items.map(|it| (Some(Way::Items), it));
    let parts =
        ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
    properties.chain(items).chain(parts.flatten().map(|it| (None, it)))
}

impl Place {
    fn take(&mut self, way: Way<'_>) {
        match (way, self.steps.last_mut()) {
            (Way::Property(name), _) => self.enter(name),
            (Way::Items, Some(last)) => last.is_item = true,
            (Way::Items, None) => self.steps.push(Step { property: String::new(), is_item: true }),
        }
    }

    fn enter(&mut self, property: &str) {
        self.steps.push(Step { property: property.to_owned(), is_item: false });
        if self.steps.len() > MAX_NAME_STEPS {
            self.steps.remove(0);
        }
    }

    fn rank(&self) -> (usize, usize) {
        let side = match self.side {
            Side::Parameter => 0,
            Side::Request => 1,
            Side::Response(_) => 2,
        };
        (side, self.steps.len())
    }

    /// From the shortest to the one that says all.
    fn names(&self) -> Vec<String> {
        let operation = &self.operation;
        let side = match &self.side {
            Side::Parameter => "Parameter".to_owned(),
            Side::Request => "Request".to_owned(),
            Side::Response(status) => format!("Response{status}"),
        };
        let Some((last, owners)) = self.steps.split_last() else {
            return vec![format!("{operation}{side}"), format!("{operation}{side}Body")];
        };
        let word = last.word();
        let way: String = owners.iter().map(Step::word).collect();
        let owner = owners.iter().rev().find(|step| !step.is_general()).map(Step::word);
        let mut names: Vec<_> = (!last.is_general()).then(|| word.clone()).into_iter().collect();
        names.extend(owner.map(|owner| owner + &word));
        names.push(format!("{operation}{word}"));
        names.push(format!("{operation}{side}{word}"));
        names.push(format!("{operation}{side}{way}{word}"));
        names
    }
}

/// Words that name whatever holds them, or what generated code has for itself: alone, they say nothing.
const GENERAL: &str = "body box code content contents data default details entries entry err error \
    errors id info item items kind list mode name none object objects ok option options payload record \
    records request response result results row rows self some state status string type value values vec";

impl Step {
    fn is_general(&self) -> bool {
        let name = squeezed(&self.property);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        // Two letters are no name of a thing: `by`, `id`, `to`.
        !is_name || name.len() < 3 || GENERAL.split_whitespace().any(|word| word == name)
    }

    /// As a part of a type's name: of one item of a list, in the singular.
    fn word(&self) -> String {
        let name = camel(&self.property);
        match (self.is_item, singular(&name)) {
            (false, _) => name,
            (true, Some(one)) => one,
            (true, None) => name + "Item",
        }
    }
}

/// In the case and the characters of a type's name.
fn camel(name: &str) -> String {
    allowed(name).to_upper_camel_case()
}

/// The singular of an English plural.
fn singular(name: &str) -> Option<String> {
    let stem = |end: &str| name.strip_suffix(end).filter(|stem| stem.len() > 1);
    if ["ss", "us", "is"].iter().any(|end| name.ends_with(end)) {
        return None;
    }
    if let Some(stem) = stem("ies") {
        return Some(format!("{stem}y"));
    }
    let hissing = ["sses", "shes", "ches", "xes", "zes"].iter().any(|end| name.ends_with(end));
    stem(if hissing { "es" } else { "s" }).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals() {
        let found = ["Results", "Currencies", "Addresses", "Boxes", "Data", "Status", "Pass", "S"]
            .map(singular);
        let expected = [
            Some("Result"),
            Some("Currency"),
            Some("Address"),
            Some("Box"),
            None,
            None,
            None,
            None,
        ];
        assert_eq!(found, expected.map(|it| it.map(str::to_owned)));
    }

    #[test]
    fn names_of_authors_are_no_ways() {
        let operation =
            |path: &str, method: &str| Operation { path: path.into(), method: method.into() };
        let operations = [operation("/v1/pets", "get"), operation("/in", "put")];
        for name in
            ["Pet", "GetResponses", "PetsGet", "InputParameters", "CreatePetRequest", "Pet_Request"]
        {
            assert!(Shape::of(name, &operations).is_none(), "{name}");
        }
        for name in [
            "V1PetsGetResponsesContentApplicationJsonSchemaOwner",
            "PetsGetParametersSort",
            "Pet_Show_pet_Response_200",
        ] {
            assert!(Shape::of(name, &operations).is_some(), "{name}");
        }
    }
}
