//! N6: `Authorization`, or the header of an API key, declared as an ordinary header parameter. A
//! credential belongs to the client, not into the arguments of every method.

use serde_json::{Map, Value, json};

use crate::document::names;
use crate::document::names::Taken;
use crate::document::node::Node;
use crate::document::operations::{Operation, parameters_of};
use crate::document::pointer;
use crate::normalize::Mending;

const RULE: &str = "N6 credential-header";

/// Turns such parameters into security schemes that the operation requires.
pub fn mend(page: &mut Mending) {
    let global = page.document.get("security").cloned();
    let components = page.document.get("components");
    let schemes = components.and_then(|components| components.get("securitySchemes"));
    // Where no scheme can be declared, a parameter is better than nothing.
    if [components, schemes].iter().flatten().any(|holder| !holder.is_object()) {
        return;
    }
    // A path item's parameters apply to each of its operations: take them out when all have them.
    let operations = page.operations();
    let mut shared = Vec::new();
    for operation in &operations {
        let mut credentials = credentials(&page.document, &operation.path_pointer());
        shared.extend(credentials.iter().map(|credential| credential.place.clone()));
        let own = self::credentials(&page.document, &operation.pointer());
        remove(page, own.iter().map(|credential| credential.place.clone()).collect());
        credentials.retain(|of_path| own.iter().all(|own| own.header != of_path.header));
        credentials.extend(own);
        if !credentials.is_empty() {
            require(page, operation, credentials, global.as_ref());
        }
    }
    shared.sort();
    shared.dedup();
    remove(page, shared);
}

/// A header parameter that holds a credential.
struct Credential {
    /// JSON Pointer of the list it stands in, and where in it.
    place: (String, usize),
    header: String,
    required: bool,
    scheme: Value,
}

/// The credentials among the parameters that a path item or an operation has itself.
fn credentials(document: &Value, holder: &str) -> Vec<Credential> {
    let parameters = Node::at(document, holder).as_ref().map(parameters_of).unwrap_or_default();
    let found = parameters.into_iter().enumerate().filter_map(|(index, parameter)| {
        let (header, location) = (parameter.name()?, parameter.location()?);
        (location == "header" && holds_credential(header)).then(|| Credential {
            place: (pointer::join(holder, "parameters"), index),
            header: header.to_ascii_lowercase(),
            required: parameter.node.flag("required"),
            scheme: scheme(header, parameter.node.value),
        })
    });
    found.collect()
}

/// Whether a header is one that authenticates the caller, by the words of its name. An
/// `Idempotency-Key` is a key of another kind.
fn holds_credential(header: &str) -> bool {
    const OF_A_KEY: [&str; 8] =
        ["access", "api", "app", "application", "auth", "authorization", "private", "subscription"];
    let header = header.to_ascii_lowercase();
    let mut words: Vec<_> = header.split(['-', '_', '.']).filter(|word| !word.is_empty()).collect();
    match words.pop() {
        Some("authorization" | "auth" | "apikey" | "apitoken" | "authtoken" | "accesstoken") => {
            true
        }
        Some("key" | "token") => words.iter().any(|word| OF_A_KEY.contains(word)),
        Some("secret") => words.iter().any(|word| OF_A_KEY.contains(word) || *word == "client"),
        _ => false,
    }
}

/// What the header says: RFC 7235 puts a scheme's name into `Authorization`, of which the
/// parameter's words tell; every other header is the key itself.
fn scheme(header: &str, parameter: &Value) -> Value {
    let said = parameter.get("description").and_then(Value::as_str);
    let words =
        format!("{} {}", said.unwrap_or_default(), parameter.get("schema").unwrap_or(&Value::Null));
    let words = words.to_ascii_lowercase();
    let is_authorization = header.eq_ignore_ascii_case("authorization");
    let mut scheme = match (is_authorization, words.contains("bearer"), words.contains("basic")) {
        (true, true, _) => json!({"type": "http", "scheme": "bearer"}),
        (true, false, true) => json!({"type": "http", "scheme": "basic"}),
        _ => json!({"type": "apiKey", "in": "header", "name": header}),
    };
    if let Some(said) = said {
        scheme["description"] = json!(said);
    }
    scheme
}

/// Adds the credentials to what the operation requires.
fn require(
    page: &mut Mending,
    operation: &Operation,
    credentials: Vec<Credential>,
    global: Option<&Value>,
) {
    let mut always = Vec::new();
    let mut optional = Vec::new();
    for credential in credentials {
        let Some(name) = declare(page, &credential) else { continue };
        let (list, index) = &credential.place;
        let note = format!("`{}` is the security scheme {name}", credential.header);
        page.log(RULE, format!("{list}/{index}"), note);
        if credential.required { &mut always } else { &mut optional }.push(name);
    }
    let Some(Value::Object(fields)) = page.document.pointer_mut(&operation.pointer()) else {
        return;
    };
    let said = fields.get("security").or(global).and_then(Value::as_array);
    let said = said.filter(|said| !said.is_empty()).cloned().unwrap_or_else(|| vec![json!({})]);
    let mut alternatives: Vec<Value> = Vec::new();
    for requirement in said {
        let with = |extra: Option<&String>| {
            let mut all = requirement.as_object().cloned().unwrap_or_default();
            for name in always.iter().chain(extra) {
                all.entry(name.clone()).or_insert_with(|| json!([]));
            }
            Value::Object(all)
        };
        alternatives.extend(optional.iter().map(|name| with(Some(name))));
        alternatives.push(with(None));
    }
    let mut kept = Vec::new();
    for alternative in alternatives {
        if !kept.contains(&alternative) {
            kept.push(alternative);
        }
    }
    fields.insert("security".to_owned(), Value::Array(kept));
}

/// The name of the scheme that a header is: one that is declared already, or a new one.
fn declare(page: &mut Mending, credential: &Credential) -> Option<String> {
    let components = child(page.document.as_object_mut()?, "components")?;
    let schemes = child(components, "securitySchemes")?;
    if let Some((name, _)) = schemes.iter().find(|(_, there)| covers(there, credential)) {
        return Some(name.clone());
    }
    let wanted = match credential.scheme.get("scheme").and_then(Value::as_str) {
        Some(scheme) => scheme.to_owned(),
        None => names::allowed(&credential.header),
    };
    let name = Taken::of(schemes.keys().cloned()).take(&wanted, str::to_owned);
    schemes.insert(name.clone(), credential.scheme.clone());
    Some(name)
}

fn child<'m>(parent: &'m mut Map<String, Value>, key: &str) -> Option<&'m mut Map<String, Value>> {
    parent.entry(key).or_insert_with(|| json!({})).as_object_mut()
}

/// Whether a declared scheme is sent in the header.
fn covers(scheme: &Value, credential: &Credential) -> bool {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("type") {
        "apiKey" => text("in") == "header" && text("name").eq_ignore_ascii_case(&credential.header),
        "http" | "oauth2" | "openIdConnect" => {
            let wanted = credential.scheme.get("scheme").and_then(Value::as_str);
            credential.header == "authorization"
                && (wanted.is_none() || text("type") != "http" || Some(text("scheme")) == wanted)
        }
        _ => false,
    }
}

/// Takes parameters out of their lists, and lists that are empty then.
fn remove(page: &mut Mending, mut places: Vec<(String, usize)>) {
    places.sort();
    for (list, index) in places.into_iter().rev() {
        if let Some(Value::Array(parameters)) = page.document.pointer_mut(&list) {
            parameters.remove(index);
        }
    }
}
