//! N6: `Authorization`, or the header of an API key, declared as an ordinary header parameter. A
//! credential belongs to the client, not into the arguments of every method.

use serde_json::{Value, json};

use crate::document::components;
use crate::document::names::{self, Taken};
use crate::document::node::Node;
use crate::document::operations::{Operation, parameters_of};
use crate::document::pointer;
use crate::document::set;
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N6 credential-header",
    "`Authorization` or an API key as a header parameter",
    "a security scheme: the client's base configuration, not an argument",
);

/// Turns such parameters into security schemes that the operation requires.
pub(in crate::normalize) fn mend(page: &mut Mending) {
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
        let of_operation = self::credentials(&page.document, &operation.pointer());
        remove(page, of_operation.iter().map(|credential| credential.place.clone()).collect());
        credentials.retain(|of_path| of_operation.iter().all(|it| it.header != of_path.header));
        credentials.extend(of_operation);
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
    let credentials = parameters.into_iter().enumerate().filter_map(|(index, parameter)| {
        let (header, location) = (parameter.name()?, parameter.location()?);
        (location == "header" && holds_credential(header)).then(|| Credential {
            place: (pointer::join(holder, "parameters"), index),
            header: header.to_ascii_lowercase(),
            required: parameter.node.flag("required"),
            scheme: scheme(header, parameter.node.value),
        })
    });
    credentials.collect()
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
        // `X-Secret` is the caller's; another word says whose it is.
        Some("secret") => {
            words.iter().any(|word| OF_A_KEY.contains(word) || *word == "client")
                || words.iter().all(|word| *word == "x")
        }
        _ => false,
    }
}

/// The security scheme that a header stands for. By RFC 7235 the value of `Authorization` begins with
/// a scheme's name, which the parameter's texts mention; every other header holds the key itself.
fn scheme(header: &str, parameter: &Value) -> Value {
    let description = parameter.get("description").and_then(Value::as_str);
    let schema = parameter.get("schema").unwrap_or(&Value::Null);
    let texts = format!("{} {schema}", description.unwrap_or_default()).to_ascii_lowercase();
    let is_authorization = header.eq_ignore_ascii_case("authorization");
    let named =
        ["bearer", "basic"].into_iter().find(|name| is_authorization && texts.contains(name));
    let mut scheme = match named {
        Some(name) => json!({"type": "http", "scheme": name}),
        None => json!({"type": "apiKey", "in": "header", "name": header}),
    };
    if let Some(description) = description {
        set(&mut scheme, "description", description);
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
        page.log(&RULE, format!("{list}/{index}"), note);
        if credential.required { &mut always } else { &mut optional }.push(name);
    }
    let Some(Value::Object(fields)) = page.document.pointer_mut(&operation.pointer()) else {
        return;
    };
    let declared = fields.get("security").or(global).and_then(Value::as_array);
    let declared = declared.filter(|list| !list.is_empty()).cloned();
    let mut requirements = Vec::new();
    for requirement in declared.unwrap_or_else(|| vec![json!({})]) {
        for one_of_optional in optional.iter().map(Some).chain([None]) {
            let mut schemes = requirement.as_object().cloned().unwrap_or_default();
            for name in always.iter().chain(one_of_optional) {
                schemes.entry(name.clone()).or_insert_with(|| json!([]));
            }
            let requirement = Value::Object(schemes);
            if !requirements.contains(&requirement) {
                requirements.push(requirement);
            }
        }
    }
    fields.insert("security".to_owned(), Value::Array(requirements));
}

/// The name of the scheme that a header is: one that is declared already, or a new one.
fn declare(page: &mut Mending, credential: &Credential) -> Option<String> {
    let schemes = components::section_mut(&mut page.document, "securitySchemes")?;
    if let Some((name, _)) = schemes.iter().find(|(_, scheme)| covers(scheme, credential)) {
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
