//! Everything that is assumed of the code that progenitor and typify generate. With a new version of
//! them, this is what changes; each assumption has a test on what they really generate.

use quote::quote;
use syn::visit::Visit;
use syn::{
    Block, Expr, ExprMethodCall, Fields, File, GenericArgument, ImplItemFn, Item, ItemStruct, Pat,
    PathArguments, Stmt, Type,
};

use crate::error::{Error, Problem, Result, Stage};

/// The version that these assumptions hold for; `Cargo.toml` pins it.
pub(crate) const VERSION: &str = "0.15.1";

/// The error of an announced edit for which the generated code has no place.
pub(crate) fn no_place(limit: &'static str, subject: &str) -> Error {
    let problem = Problem::NoPlaceToEdit { limit, subject: subject.to_owned(), version: VERSION };
    Error::new(Stage::Refine, problem)
}

/// The same, for an edit of one operation's code.
pub(crate) fn no_place_in(limit: &'static str, operation: &str) -> Error {
    no_place(limit, operation).in_operation(operation)
}

/// The id of the operation that a function calls, in snake case, from its `OperationInfo`.
pub(crate) fn operation_of(block: &Block) -> Option<String> {
    #[derive(Default)]
    struct Info(Option<String>);
    impl<'a> Visit<'a> for Info {
        fn visit_expr_struct(&mut self, value: &'a syn::ExprStruct) {
            let is_info =
                value.path.segments.last().is_some_and(|last| last.ident == "OperationInfo");
            let field = value.fields.first().filter(|_| is_info).map(|field| &field.expr);
            if let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(id), .. })) = field {
                self.0 = Some(id.value());
            }
        }
    }
    let mut info = Info::default();
    info.visit_block(block);
    info.0
}

/// The items of a module.
pub(crate) fn module<'f>(items: &'f mut [Item], name: &str) -> Option<&'f mut Vec<Item>> {
    items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

/// The body of `impl TryFrom<Name> for super::Name`.
pub(crate) fn conversion_to<'f>(item: &'f mut Item, name: &str) -> Option<&'f mut Block> {
    let Item::Impl(item) = item else { return None };
    let ty = &item.self_ty;
    let (of_trait, _) = item.trait_.as_ref()?;
    let is_conversion = quote!(#ty).to_string() == format!("super :: {name}")
        && of_trait.segments.last()?.ident == "TryFrom";
    item.items.iter_mut().filter(|_| is_conversion).find_map(|item| match item {
        syn::ImplItem::Fn(function) => Some(&mut function.block),
        _ => None,
    })
}

/// A field by its name in JSON, and whether it is an `Option`.
pub(crate) fn field(declaration: &ItemStruct, name: &str) -> Option<(syn::Ident, bool)> {
    let Fields::Named(fields) = &declaration.fields else { return None };
    let field = fields.named.iter().find(|field| wire_name(field) == name)?;
    Some((field.ident.clone()?, argument(&field.ty, "Option").is_some()))
}

/// The name of a field in JSON.
pub(crate) fn wire_name(field: &syn::Field) -> String {
    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    crate::outline::renamed(&field.attrs).unwrap_or(ident)
}

/// Whether a type is a struct with named fields, which has a builder; other types have none.
///
/// # Errors
/// A name that no type has.
pub(crate) fn has_builder(file: &mut File, name: &str) -> Result<bool> {
    let types = module(&mut file.items, "types");
    let has_builder = types.into_iter().flatten().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(matches!(item.fields, Fields::Named(_))),
        Item::Enum(item) if item.ident == name => Some(false),
        Item::Type(item) if item.ident == name => Some(false),
        _ => None,
    });
    has_builder.ok_or_else(|| no_place("type", name))
}

/// The argument of a generic type by its last name: `T` of `::std::option::Option<T>`.
pub(crate) fn argument<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    arguments(last).into_iter().next()
}

/// The types in the angle brackets of a path's last segment.
pub(crate) fn arguments(segment: &syn::PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(inside) = &segment.arguments else { return Vec::new() };
    let types = inside.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// The `T` and the `E` of `Result<ResponseValue<T>, Error<E>>`, which a `send` returns.
pub(crate) fn result_types(function: &ImplItemFn) -> Option<(Type, Type)> {
    let syn::ReturnType::Type(_, output) = &function.sig.output else { return None };
    let last = |ty: &Type| match ty {
        Type::Path(path) => path.path.segments.last().cloned(),
        _ => None,
    };
    let output = last(output)?;
    let [value, error] = arguments(&output)[..] else { return None };
    let inside = |ty: &Type| arguments(&last(ty)?).first().map(|ty| (*ty).clone());
    Some((inside(value)?, inside(error)?))
}

/// The status that a pattern of the match on it stands for: `200u16` is `200`,
/// `400u16 ..= 499u16` is `4XX`, `_` is `default`.
pub(crate) fn status(pattern: &Pat) -> String {
    let text = quote!(#pattern).to_string();
    let first = text.split("u16").next().unwrap_or_default().trim();
    match (text.contains("..="), first) {
        (true, first) => format!("{}XX", first.get(..1).unwrap_or_default()),
        (false, "_") => "default".to_owned(),
        (false, first) => first.to_owned(),
    }
}

/// What an arm of the match on the status does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reads {
    /// Whether it returns an error.
    pub(crate) is_error: bool,
    /// Whether it reads the response as JSON, nothing or a stream.
    pub(crate) a_response: bool,
    /// Whether it reads JSON.
    pub(crate) json: bool,
}

/// Tells what an arm does by the functions that it calls.
pub(crate) fn reads(arm: &syn::Arm) -> Reads {
    let body = &arm.body;
    let code = quote!(#body).to_string();
    let has = |word: &str| code.contains(word);
    Reads {
        is_error: has("ErrorResponse"),
        a_response: ["from_response", "empty (", "stream ("].into_iter().any(has),
        json: has("from_response"),
    }
}

/// Whether a match is the one on the status of a response.
pub(crate) fn is_match_on_status(expression: &syn::ExprMatch) -> bool {
    let value = &expression.expr;
    quote!(#value).to_string().contains("status ()")
}

/// Whether an expression is the HTTP client that requests are made with.
pub(crate) fn is_http_client(expression: &Expr) -> bool {
    quote!(#expression).to_string() == "client . client"
}

/// The variable with the headers of a request.
pub(crate) const HEADER_MAP: &str = "header_map";

/// Whether a statement is `header_map.append(HeaderName::from_static(NAME), …)`.
pub(crate) fn is_append_of_constant(statement: &Stmt, name: &str) -> bool {
    let Stmt::Expr(Expr::MethodCall(call), _) = statement else { return false };
    let is_named = call
        .args
        .first()
        .is_some_and(|argument| quote!(#argument).to_string().contains(&format!("{name:?}")));
    call.method == "append" && is_name(&call.receiver, HEADER_MAP) && is_named
}

/// Whether a statement appends a header; optional ones are appended inside an `if let`.
pub(crate) fn appends_a_header(statement: &Stmt) -> bool {
    quote!(#statement).to_string().contains(&format!("{HEADER_MAP} . append"))
}

/// Whether a statement is `let NAME = …`.
pub(crate) fn declares(statement: &Stmt, name: &str) -> bool {
    let Stmt::Local(local) = statement else { return false };
    matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name)
}

/// Whether an expression is a variable.
pub(crate) fn is_name(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident(name))
}

/// Whether a call is `.header(CONTENT_TYPE, …)` of bytes.
pub(crate) fn is_content_type_of_bytes(call: &ExprMethodCall) -> bool {
    let arguments = &call.args;
    let text = quote!(#arguments).to_string();
    call.method == "header" && text.contains("CONTENT_TYPE") && text.contains("octet-stream")
}

/// Whether an attribute is `#[serde(…)]` with a word in it.
pub(crate) fn serde_says(attribute: &syn::Attribute, word: &str) -> bool {
    match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("serde") => {
            list.tokens.to_string().contains(word)
        }
        _ => false,
    }
}

/// Removes a trait from an item's derives; whether it was there.
pub(crate) fn drop_derive(attributes: &mut [syn::Attribute], name: &str) -> bool {
    let mut dropped = false;
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let mut others: Vec<syn::Path> = Vec::new();
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.segments.last().is_some_and(|last| last.ident == name) {
                dropped = true;
            } else {
                others.push(meta.path);
            }
            Ok(())
        });
        *attribute = syn::parse_quote! { #[derive(#(#others),*)] };
    }
    dropped
}

/// The literal text of an expression.
pub(crate) fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The value on which an expression calls `to_string()`, as progenitor writes values into paths and
/// headers.
pub(crate) fn displayed(expression: &Expr) -> Option<Expr> {
    match expression {
        Expr::MethodCall(call) if call.method == "to_string" => Some((*call.receiver).clone()),
        Expr::MethodCall(call) => displayed(&call.receiver),
        Expr::Reference(reference) => displayed(&reference.expr),
        Expr::Try(inner) => displayed(&inner.expr),
        _ => None,
    }
}

/// The operation that the `send` of a builder calls.
pub(crate) fn operation_of_builder(builder: &syn::ItemImpl) -> Option<String> {
    send_of(builder).and_then(|send| operation_of(&send.block))
}

/// The `send` of a builder.
pub(crate) fn send_of(builder: &syn::ItemImpl) -> Option<&ImplItemFn> {
    builder.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    })
}

/// Whether a part of a string literal stands anywhere in code, in attributes and macros as well.
pub(crate) fn has_text(file: &File, part: &str) -> bool {
    struct Literals<'p> {
        part: &'p str,
        found: bool,
    }
    impl Literals<'_> {
        fn visit_tokens(&mut self, tokens: proc_macro2::TokenStream) {
            for token in tokens {
                match token {
                    proc_macro2::TokenTree::Group(group) => self.visit_tokens(group.stream()),
                    proc_macro2::TokenTree::Literal(literal) => {
                        if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                            self.visit_lit_str(&text);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    impl<'a> Visit<'a> for Literals<'_> {
        fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
            self.found |= text.value().contains(self.part);
        }

        fn visit_meta_list(&mut self, list: &'a syn::MetaList) {
            self.visit_tokens(list.tokens.clone());
        }

        fn visit_macro(&mut self, call: &'a syn::Macro) {
            self.visit_tokens(call.tokens.clone());
        }
    }
    let mut literals = Literals { part, found: false };
    literals.visit_file(file);
    literals.found
}

/// The function that makes a client of a base URL and an HTTP client.
pub(crate) const CONSTRUCTOR: &str = "new_with_client";

/// The type that an `impl` is of, without its arguments.
pub(crate) fn owner(item: &syn::ItemImpl) -> String {
    match &*item.self_ty {
        Type::Path(path) => {
            path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// A file under `emitted`, which this crate's tests compile, without the tests of it.
pub(crate) fn emitted(text: &str) -> File {
    let is_test = |item: &Item| match item {
        Item::Mod(module) => module.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")),
        _ => false,
    };
    let mut file = syn::parse_file(text).unwrap_or_else(|_| syn::parse_quote!());
    file.items.retain(|item| !is_test(item));
    file
}

/// Whether a type is an optional value of any kind.
pub(crate) fn is_optional_any_value(ty: &Type) -> bool {
    quote!(#ty).to_string() == ":: std :: option :: Option < :: serde_json :: Value >"
}

/// The `T` of `where V: TryInto<T>`, which a setter takes.
#[cfg(feature = "commands")]
pub(crate) fn setter_type(function: &ImplItemFn) -> Option<Type> {
    let predicates = function.sig.generics.where_clause.iter().flat_map(|it| &it.predicates);
    let bounds = predicates.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(bounded) => Some(&bounded.bounds),
        _ => None,
    });
    bounds.flatten().find_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last().filter(|last| last.ident == "TryInto")?;
            arguments(last).first().map(|ty| (*ty).clone())
        }
        _ => None,
    })
}

/// The `T` of `ResponseValue::<T>::from_response` in an arm; without it, the operation's type.
#[cfg(feature = "commands")]
pub(crate) fn read_type(arm: &syn::Arm) -> Option<Type> {
    struct Paths(Option<Type>);
    impl<'a> Visit<'a> for Paths {
        fn visit_path(&mut self, path: &'a syn::Path) {
            let owner = path.segments.iter().find(|it| it.ident == "ResponseValue");
            let ty = owner.and_then(|it| arguments(it).first().map(|ty| (*ty).clone()));
            if self.0.is_none() {
                self.0 = ty;
            }
            syn::visit::visit_path(self, path);
        }
    }
    let mut paths = Paths(None);
    paths.visit_expr(&arm.body);
    paths.0
}
