//! What becomes of each status: an error status is an error of the API whatever its body is, and keeps what
//! can be read of it.

use std::collections::BTreeSet;

use quote::quote;
use serde_json::Value;
use syn::{Block, Expr, Type, parse_quote};

use crate::document::media_type::is_json;
use crate::document::references::resolve;
use crate::progenitor::shape;

/// Replaces how errors are made; whether there were some.
pub(super) fn replace(block: &mut Block, error: &Type, untyped: &BTreeSet<String>) -> bool {
    let is_untyped = match shape::last_segment(error) {
        Some(last) => last.ident == "ByteStream" || untyped.contains(&last.ident.to_string()),
        None => false,
    };
    let mut count = 0;
    shape::each_expression(block, |expression| {
        let Expr::Call(call) = expression else { return };
        let Expr::Path(function) = call.func.as_ref() else { return };
        let name = function.path.segments.last().map(|last| last.ident.to_string());
        let Some(argument) = call.args.first() else { return };
        let new = match name.as_deref() {
            Some("ErrorResponse") => Read::of(argument).map(Read::into_error),
            Some("UnexpectedResponse") if is_untyped => {
                Some(parse_quote! { Error::from_unexpected_untyped(#argument).await })
            }
            Some("UnexpectedResponse") => {
                Some(parse_quote! { Error::from_unexpected(#argument).await })
            }
            _ => None,
        };
        if let Some(new) = new {
            *expression = new;
            count += 1;
        }
    });
    count > 0
}

/// How a response is read: `ResponseValue::<T>::from_response::<E>(response).await?`, and the variant of an
/// enum that it becomes.
struct Read {
    function: String,
    /// The `T`.
    ty: Option<Type>,
    response: Expr,
    variant: Option<Expr>,
}

impl Read {
    fn of(expression: &Expr) -> Option<Self> {
        match expression {
            Expr::Try(inner) => Self::of(&inner.expr),
            Expr::Await(inner) => Self::of(&inner.base),
            Expr::MethodCall(call) if call.method == "map" => {
                let read = Self::of(&call.receiver)?;
                Some(Self { variant: Some(call.args.first()?.clone()), ..read })
            }
            Expr::Call(call) => {
                let Expr::Path(function) = call.func.as_ref() else { return None };
                let segments = &function.path.segments;
                let owner = segments.iter().find(|segment| segment.ident == "ResponseValue")?;
                let ty = shape::arguments(owner).first().map(|ty| (*ty).clone());
                let function = segments.last()?.ident.to_string();
                Some(Self { function, ty, response: call.args.first()?.clone(), variant: None })
            }
            _ => None,
        }
    }

    fn into_error(self) -> Expr {
        let Self { function, ty, response, variant } = self;
        match (function.as_str(), variant) {
            ("stream", variant) => {
                let variant = variant.unwrap_or_else(|| parse_quote! { |stream| stream });
                parse_quote! { Error::from_error_stream(#response, #variant).await }
            }
            ("empty", Some(variant)) => {
                parse_quote! { Error::from_error_empty(#response, (#variant)(())).await }
            }
            (_, Some(variant)) => {
                let ty = ty.map(|ty| quote! { ::<#ty> });
                parse_quote! { Error::from_error_variant #ty (#response, #variant).await }
            }
            (_, None) => parse_quote! { Error::from_error_response(#response).await },
        }
    }
}

/// The path to the code of a problem in the JSON of an operation's errors: a property that the document marks
/// with `x-error-code`, or one called `code`, directly or inside of a property of an object.
pub(super) fn problem_code(document: &Value, operation: &Value) -> Vec<String> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let errors =
        responses.into_iter().flatten().filter(|(status, _)| !status.starts_with(['2', '3']));
    let schemas: Vec<&Value> = errors
        .filter_map(|(_, response)| {
            let content = resolve(document, response).get("content")?.as_object()?;
            let json = content.iter().find(|(name, _)| is_json(name))?;
            Some(resolve(document, json.1.get("schema")?))
        })
        .collect();
    let found = |is_code: &dyn Fn(&str, &Value) -> bool| {
        schemas.iter().find_map(|schema| {
            let properties = || properties(document, schema);
            let direct = properties().find(|(name, property)| is_code(name, property));
            let nested = || {
                properties().find_map(|(outer, property)| {
                    let mut inside = self::properties(document, property);
                    let (name, _) = inside.find(|(name, property)| is_code(name, property))?;
                    Some(vec![outer.clone(), name.clone()])
                })
            };
            direct.map(|(name, _)| vec![name.clone()]).or_else(nested)
        })
    };
    let is_marked = |_: &str, property: &Value| property["x-error-code"] == true;
    let is_called_so = |name: &str, property: &Value| {
        name == "code" && matches!(property["type"].as_str(), Some("string" | "integer"))
    };
    found(&is_marked).or_else(|| found(&is_called_so)).unwrap_or_default()
}

fn properties<'d>(
    document: &'d Value,
    schema: &'d Value,
) -> impl Iterator<Item = (&'d String, &'d Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, property)| (name, resolve(document, property)))
}
