//! What a mock waits for is told: each helper is made on the runtime's `mock`, which matches below any path of
//! a base URL, and says what differs when no mock of an operation matches.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, ImplItem, ImplItemFn, Item, ItemImpl, parse_quote};

use super::document::has_several;
use super::routes;
use crate::document::operations::Operation;
use crate::error::Result;
use crate::progenitor::names::helper_name;
use crate::progenitor::schema::text;
use crate::progenitor::{named_operations, search, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor::finish) const TOLD: Rule = Rule::translated(
    "mock-told",
    "an operation, where there are mocks",
    "a mock on the runtime's: it is met below any path of a base URL, and what differs is told by field",
);

/// Edits the helpers of every operation.
///
/// # Errors
/// Helpers that are not as progenitor writes them.
pub(super) fn finish(file: &mut syn::File, document: &Value, log: &mut Log) -> Result<()> {
    let all = named_operations(document);
    for (name, operation) in &all {
        let helpers = Helpers::of(name, operation, &all);
        helpers.edit(file, document).ok_or_else(|| shape::no_place_in(TOLD.id, name))?;
        log.add(&TOLD, operation.pointer(), name.as_str());
    }
    Ok(())
}

/// The helpers of one operation.
struct Helpers<'o> {
    name: &'o str,
    operation: &'o Operation,
    others: Vec<&'o str>,
    when: Ident,
    then: Ident,
}

impl<'o> Helpers<'o> {
    fn of(name: &'o str, operation: &'o Operation, all: &'o [(String, Operation)]) -> Self {
        let ident = |suffix: &str| format_ident!("{}", helper_name(&format!("{name}-{suffix}")));
        let others = routes::others(operation, all);
        Self { name, operation, others, when: ident("when"), then: ident("then") }
    }

    fn edit(&self, file: &mut syn::File, document: &Value) -> Option<()> {
        let helpers = shape::module(&mut file.items, "operations")?;
        let when = &self.when;
        let declaration = shape::structs(helpers).find(|item| item.ident == *when)?;
        *declaration = parse_quote! {
            pub struct #when(pub(super) ::openapi_client_runtime::mock::When);
        };
        let methods = helpers.iter_mut().find_map(|item| match item {
            Item::Impl(item) if *when == shape::owner(item) => Some(item),
            _ => None,
        })?;
        self.edit_methods(methods, document)?;
        self.edit_extension(file)
    }

    fn edit_methods(&self, methods: &mut ItemImpl, document: &Value) -> Option<()> {
        shape::function(methods, "new")?.block = parse_quote! {{
            Self(::openapi_client_runtime::mock::When::new(inner, &Self::OPERATION))
        }};
        shape::function(methods, "into_inner")?.block = parse_quote! {{ self.0.into_inner() }};
        let mut setters = Vec::new();
        for parameter in routes::parameters(&self.operation.path) {
            let pattern = routes::pattern_with(&self.operation.path, parameter);
            let expects = |function: &&mut ImplItemFn| {
                let block = &function.block;
                search::code_has_text(quote!(#block), &pattern)
            };
            let Some(function) = functions(methods).find(expects) else { continue };
            let name = function.sig.ident.to_string();
            let name = name.trim_start_matches("r#");
            if self.has_several(document, parameter) {
                let ident = function.sig.ident.clone();
                methods.items.retain(
                    |it| !matches!(it, ImplItem::Fn(function) if function.sig.ident == ident),
                );
                continue;
            }
            function.block = parse_quote! {{ Self(self.0.path_param(#name, value.to_string())) }};
            setters.push((parameter, name.to_owned()));
        }
        let constant = self.constant(&setters);
        methods.items.insert(0, constant);
        Some(())
    }

    /// Whether a parameter of the path is a list or an object: its text is not that of one value.
    fn has_several(&self, document: &Value, name: &str) -> bool {
        let at = format!("{}/parameters", self.operation.pointer());
        let Some(Value::Array(parameters)) = document.pointer(&at) else { return false };
        let is_it = |it: &&Value| text(it, "in") == Some("path") && text(it, "name") == Some(name);
        parameters.iter().find(is_it).is_some_and(|it| has_several(document, it))
    }

    /// The operation. Its parameters are called as the setters are.
    fn constant(&self, setters: &[(&str, String)]) -> ImplItem {
        let path = routes::renamed(&self.operation.path, |name| {
            let setter = setters.iter().find(|(parameter, _)| *parameter == name);
            setter.map_or(name, |(_, setter)| setter).to_owned()
        });
        let (name, method) = (self.name, self.operation.method.to_uppercase());
        let others = self.others.iter().map(|path| routes::renamed(path, str::to_owned));
        parse_quote! {
            pub(super) const OPERATION: ::openapi_client_runtime::mock::Operation =
                ::openapi_client_runtime::mock::Operation {
                    name: #name,
                    method: #method,
                    path: #path,
                    others: &[#(#others),*],
                };
        }
    }

    /// The function of the mock server.
    fn edit_extension(&self, file: &mut syn::File) -> Option<()> {
        let (when, then) = (&self.when, &self.then);
        let implemented = file.items.iter_mut().filter_map(|item| match item {
            Item::Impl(item) if shape::owner(item) == "MockServer" => Some(item),
            _ => None,
        });
        let function = implemented.flat_map(functions).find(|it| it.sig.ident == self.name)?;
        function.block = parse_quote! {{
            ::openapi_client_runtime::mock::mock(
                self,
                &operations::#when::OPERATION,
                |when, then| config_fn(operations::#when(when), operations::#then::new(then)),
            )
        }};
        Some(())
    }
}

pub(super) fn functions(item: &mut ItemImpl) -> impl Iterator<Item = &mut ImplItemFn> {
    item.items.iter_mut().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}
