//! Properties that are required when another one has a certain value. typify makes an enum of structs
//! out of the `anyOf` that says so, which nobody can fill in. The `anyOf` is removed, and checked in
//! the conversion from the type's builder instead, through which every request body goes.

use quote::quote;
use serde_json::{Map, Value};
use syn::{Expr, File, ItemStruct, Stmt, parse_quote};

use super::{Prepared, conditions, resolve};
use crate::document::pointer;
use crate::error::Result;
use crate::progenitor::names::type_name;
use crate::progenitor::schema::{self, SCHEMAS, list, strings, text};
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const REQUIRED_IF: Rule = Rule::translated(
    "required-if",
    "what is required if a property has some value",
    "checked when a request is built",
);
pub(in crate::progenitor) const UNCHECKED: Rule =
    Rule::loosened("required-if", "the same of a type that no builder makes", "not checked");

/// A property that a schema requires when another has a certain value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The component's name.
    pub schema: String,
    /// The property whose value decides.
    pub property: String,
    /// The values that make the others required.
    pub values: Vec<String>,
    /// The properties that are then required.
    pub required: Vec<String>,
    /// Whether the schema itself declares each of the required properties. Others have no field in
    /// Rust that could be checked.
    pub has_fields: bool,
}

/// Removes the requirements from the components.
pub(super) fn prepare(prepared: &mut Prepared) {
    if !schema::components(&prepared.document).any(|(_, schema)| may_require(schema)) {
        return;
    }
    let before = prepared.document.clone();
    let Prepared { document, log, plan, .. } = prepared;
    let Some(Value::Object(schemas)) = document.pointer_mut(SCHEMAS) else { return };
    for (name, schema) in schemas.iter_mut().filter(|(_, schema)| may_require(schema)) {
        for requirement in take_requirements(&before, name, schema) {
            let Requirement { property, values, required, .. } = &requirement;
            let note = format!("{} if {property} is {}", required.join(", "), values.join(" or "));
            let note = format!("{note}: checked when a request is built");
            log.add(&REQUIRED_IF, pointer::join(SCHEMAS, name), note);
            plan.requirements.push(requirement);
        }
    }
}

/// Whether a schema has parts of which one may be a requirement, or none at all, which is no list of parts.
fn may_require(schema: &Value) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array);
    parts.is_some_and(|parts| {
        parts.is_empty() || parts.iter().any(|it| only_key(it, "anyOf").is_some())
    })
}

fn take_requirements(document: &Value, name: &str, schema: &mut Value) -> Vec<Requirement> {
    let always_required = strings(list(schema, "required"));
    let properties = schema.get("properties").cloned().unwrap_or_default();
    let declared = conditions::properties(document, schema);
    let Some(Value::Array(parts)) = schema.get_mut("allOf") else { return Vec::new() };
    let mut requirements = Vec::new();
    parts.retain(|part| {
        let requirement = requirement(name, part, &always_required)
            .filter(|it| properties.get(&it.property).is_some_and(|it| is_string(document, it)));
        let is_requirement = requirement.is_some();
        requirements.extend(requirement.map(|it| {
            let has_fields = it.required.iter().all(|name| declared.contains(name));
            Requirement { has_fields, ..it }
        }));
        !is_requirement
    });
    if parts.is_empty()
        && let Some(keywords) = schema.as_object_mut()
    {
        keywords.shift_remove("allOf");
    }
    requirements
}

/// Reads `anyOf: [{not: {properties: {P: {enum: [V]}}}}, {required: [R]}]`.
fn requirement(schema: &str, part: &Value, always_required: &[String]) -> Option<Requirement> {
    let [condition, then] = only_key(part, "anyOf")?.as_array()?.as_slice() else { return None };
    only_key(then, "required")?;
    let required = strings(list(then, "required"));
    let condition = only_key(condition, "not")?;
    let tested = condition.get("properties")?.as_object()?;
    let [(property, tested)] = tested.iter().collect::<Vec<_>>()[..] else { return None };
    only_key(tested, "enum")?;
    let values = strings(list(tested, "enum"));
    // `properties` holds where the property is absent, so it must be required for the test to fail.
    let is_present = always_required.contains(property)
        || strings(list(condition, "required")) == [property.clone()];
    let mut keys = condition.as_object()?.keys();
    let is_plain = keys.all(|key| key == "properties" || key == "required");
    (is_present && is_plain && !values.is_empty() && !required.is_empty()).then(|| Requirement {
        schema: schema.to_owned(),
        property: property.clone(),
        values,
        required,
        has_fields: false,
    })
}

/// Whether a property is a string, the only type whose values are compared as they are written.
fn is_string(document: &Value, property: &Value) -> bool {
    let property = resolve(document, property);
    match list(property, "allOf") {
        [only] => is_string(document, only),
        _ => text(property, "type") == Some("string"),
    }
}

/// The value of a key that is an object's only one.
fn only_key<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let fields: &Map<_, _> = value.as_object()?;
    (fields.len() == 1).then(|| fields.get(key))?
}

/// Adds the checks to the conversions.
///
/// # Errors
/// A type without a conversion from its builder that progenitor is known to generate.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    for requirement in &code.plan.requirements {
        let place = pointer::join(SCHEMAS, &requirement.schema);
        let name = type_name(&requirement.schema);
        // Components that only a left out operation refers to are left out as well.
        let is_generated = code.document.pointer(&place).is_some();
        if is_generated && requirement.has_fields && shape::has_builder(code.file, &name)? {
            let conversion = add_check(code.file, requirement, &name);
            let conversion = conversion.ok_or_else(|| shape::no_place(REQUIRED_IF.id, &place))?;
            let note = format!("checks {}", requirement.required.join(", "));
            log.add(&REQUIRED_IF, conversion, note);
        } else {
            log.add(&UNCHECKED, place, "not checked: the type has no builder to do it in");
        }
    }
    Ok(())
}

/// Adds a check to the conversion from the type's builder; the conversion's path.
fn add_check(file: &mut File, requirement: &Requirement, name: &str) -> Option<String> {
    let types = shape::module(&mut file.items, "types")?;
    let declaration = shape::structs(types).find(|item| item.ident == name)?;
    let check = check(declaration, requirement)?;
    let builders = shape::module(types, "builder")?;
    let body = builders.iter_mut().find_map(|item| shape::conversion_to(item, name))?;
    let Some(Stmt::Expr(Expr::Call(call), None)) = body.stmts.pop() else { return None };
    let built = call.args.first()?;
    body.stmts.push(parse_quote! { let built = #built; });
    body.stmts.push(check);
    body.stmts.push(Stmt::Expr(parse_quote! { Ok(built) }, None));
    Some(format!("types::builder::{name}"))
}

/// `if PROPERTY has one of the values { if REQUIRED is absent { return Err(…) } }`.
fn check(declaration: &ItemStruct, requirement: &Requirement) -> Option<Stmt> {
    let (property, property_is_option) = shape::field(declaration, &requirement.property)?;
    let values = &requirement.values;
    let value = if property_is_option {
        quote! { built.#property.as_ref().map(|value| value.to_string()) }
    } else {
        quote! { Some(built.#property.to_string()) }
    };
    let mut checks = Vec::new();
    for required in &requirement.required {
        let (ident, is_option) = shape::field(declaration, required)?;
        if is_option {
            let values = values.join(" or ");
            let message = format!("{required}: required if {} is {values}", requirement.property);
            checks.push(quote! {
                if built.#ident.is_none() {
                    return Err(#message.to_string().into());
                }
            });
        }
    }
    Some(parse_quote! {
        if matches!(#value.as_deref(), Some(#(#values)|*)) {
            #(#checks)*
        }
    })
}
