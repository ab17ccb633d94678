//! `required` that depends on the value of another property. typify makes an enum of structs out
//! of the `anyOf` that says so, which is no way to fill in a request. The `anyOf` is taken out, and
//! the check is built into the conversion from the type's builder, which every request body goes
//! through, however the value was made.

use quote::quote;
use serde_json::{Map, Value};
use syn::{Expr, File, Item, ItemStruct, Stmt, parse_quote};

use super::{Prepared, conditions, resolve, strings};
use crate::document::pointer;
use crate::error::Result;
use crate::progenitor::names::type_name;
use crate::progenitor::{Code, shape};
use crate::report::Log;

const LIMIT: &str = "required-if";

/// A property that a schema requires when another has a certain value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The component's name.
    pub schema: String,
    /// The property that decides.
    pub property: String,
    /// The values for which it does.
    pub values: Vec<String>,
    /// What is required then.
    pub required: Vec<String>,
    /// Whether the schema itself declares each of the required properties. typify gives others no
    /// field that could be looked at.
    pub has_fields: bool,
}

/// Takes the requirements out of the components.
pub(super) fn prepare(prepared: &mut Prepared) {
    const AT: &str = "/components/schemas";
    let document = prepared.document.clone();
    let mut taken = Vec::new();
    if let Some(Value::Object(schemas)) = prepared.document.pointer_mut(AT) {
        for (name, schema) in schemas {
            let at = pointer::join(AT, name);
            let found = take_from(&document, name, schema);
            taken.extend(found.into_iter().map(|requirement| (at.clone(), requirement)));
        }
    }
    for (at, requirement) in taken {
        let (required, property) = (requirement.required.join(", "), &requirement.property);
        let note = format!("{required} if {property} is {}", requirement.values.join(" or "));
        prepared.log("required-if", &at, format!("{note}: checked when a request is built"));
        prepared.plan.requirements.push(requirement);
    }
}

fn take_from(document: &Value, name: &str, schema: &mut Value) -> Vec<Requirement> {
    let always: Vec<_> = strings(schema.get("required"));
    let properties = schema.get("properties").cloned().unwrap_or_default();
    let known = conditions::properties(document, schema);
    let Some(Value::Array(parts)) = schema.get_mut("allOf") else { return Vec::new() };
    let mut taken = Vec::new();
    parts.retain(|part| {
        let mut requirement = requirement(name, part, &always);
        if let Some(it) = &mut requirement {
            it.has_fields = it.required.iter().all(|name| known.contains(name));
        }
        let requirement = requirement.filter(|it| is_text(document, &properties[&it.property]));
        let keep = requirement.is_none();
        taken.extend(requirement);
        keep
    });
    if parts.is_empty()
        && let Some(fields) = schema.as_object_mut()
    {
        fields.shift_remove("allOf");
    }
    taken
}

/// Reads `anyOf: [{not: {properties: {P: {enum: [V]}}}}, {required: [R]}]`.
fn requirement(schema: &str, part: &Value, always: &[String]) -> Option<Requirement> {
    let [test, then] = only_key(part, "anyOf")?.as_array()?.as_slice() else { return None };
    let required = strings(Some(only_key(then, "required")?));
    let test = only_key(test, "not")?.as_object()?;
    let (property, values) = match test.get("properties")?.as_object()?.iter().collect::<Vec<_>>()[..]
    {
        [(property, values)] => (property, strings(Some(only_key(values, "enum")?))),
        _ => return None,
    };
    // Without this, a missing property would match as well.
    let decided = always.contains(property) || strings(test.get("required")) == [property.clone()];
    let plain = test.keys().all(|key| key == "properties" || key == "required");
    (decided && plain && !values.is_empty() && !required.is_empty()).then(|| Requirement {
        schema: schema.to_owned(),
        property: property.clone(),
        values,
        required,
        has_fields: false,
    })
}

/// Whether a property's values are compared as they are written.
fn is_text(document: &Value, property: &Value) -> bool {
    let property = resolve(document, property);
    match property.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => is_text(document, only),
        _ => property.get("type").and_then(Value::as_str) == Some("string"),
    }
}

fn only_key<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let fields: &Map<_, _> = value.as_object()?;
    (fields.len() == 1).then(|| fields.get(key))?
}

/// Builds the checks in.
///
/// # Errors
/// A struct of the generated code that has not the shape in which a check can be built in.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    for requirement in &code.plan.requirements {
        let place = pointer::join("/components/schemas", &requirement.schema);
        let name = type_name(&requirement.schema);
        // An operation that was left out takes along the components that only it reaches.
        let is_generated = code.document.pointer(&place).is_some();
        if is_generated && requirement.has_fields && shape::has_builder(code.file, &name)? {
            let conversion = build_in(code.file, requirement, &name);
            let conversion = conversion.ok_or_else(|| shape::no_place(LIMIT, &place))?;
            log.add(LIMIT, conversion, format!("checks {}", requirement.required.join(", ")));
        } else {
            log.loosen(LIMIT, place, "not checked: the type has no builder to do it in");
        }
    }
    Ok(())
}

/// Builds a requirement into the conversion from the type's builder; the place.
fn build_in(file: &mut File, requirement: &Requirement, name: &str) -> Option<String> {
    let types = shape::module(&mut file.items, "types")?;
    let declaration = types.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(item.clone()),
        _ => None,
    });
    let check = check(&declaration?, requirement)?;
    let builders = shape::module(types, "builder")?;
    let body = builders.iter_mut().find_map(|item| shape::conversion_to(item, name))?;
    let Some(Stmt::Expr(Expr::Call(call), None)) = body.stmts.pop() else { return None };
    let built = call.args.first()?;
    body.stmts.push(parse_quote! { let built = #built; });
    body.stmts.push(check);
    body.stmts.push(Stmt::Expr(parse_quote! { Ok(built) }, None));
    Some(format!("types::builder::{name}"))
}

/// `if the property has one of the values and a required one is missing { return Err(…) }`.
fn check(declaration: &ItemStruct, requirement: &Requirement) -> Option<Stmt> {
    let (decider, decider_is_option) = shape::field(declaration, &requirement.property)?;
    let values = &requirement.values;
    let matches = if decider_is_option {
        quote! { built.#decider.as_ref().map(|value| value.to_string()) }
    } else {
        quote! { Some(built.#decider.to_string()) }
    };
    let mut checks = Vec::new();
    for required in &requirement.required {
        let (ident, is_option) = shape::field(declaration, required)?;
        if is_option {
            let message = format!(
                "{required}: required if {} is {}",
                requirement.property,
                values.join(" or ")
            );
            checks.push(quote! {
                if built.#ident.is_none() {
                    return Err(#message.to_string().into());
                }
            });
        }
    }
    Some(parse_quote! {
        if matches!(#matches.as_deref(), Some(#(#values)|*)) {
            #(#checks)*
        }
    })
}
