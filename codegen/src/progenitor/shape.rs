//! Everything that is assumed of the code that progenitor and typify generate. With a new version of
//! them, this is what changes; each assumption has a test on what they really generate.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
#[cfg(feature = "commands")]
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    Block, Expr, ExprMethodCall, Fields, File, GenericArgument, Ident, ImplItemFn, Item, ItemImpl,
    ItemStruct, Pat, PathArguments, PathSegment, Stmt, Type, parse_quote,
};

pub(crate) use super::written::text_of;
use super::{each, search};
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

/// The function of a builder that sends the request.
pub(crate) const SEND: &str = "send";

/// The builders of a client, each with the id of its operation in snake case.
pub(crate) fn builders(file: &mut File) -> impl Iterator<Item = (String, &mut ItemImpl)> {
    let items = module(&mut file.items, "builder").into_iter().flatten();
    items.filter_map(|item| match item {
        Item::Impl(builder) => Some((operation_of(&mut function(builder, SEND)?.block)?, builder)),
        _ => None,
    })
}

/// What sends the request of each operation, with the operation's id in snake case.
pub(crate) fn sends(file: &mut File) -> impl Iterator<Item = (String, &mut ImplItemFn)> {
    builders(file).filter_map(|(operation, builder)| Some((operation, function(builder, SEND)?)))
}

/// A function by its name.
pub(crate) fn function<'f>(item: &'f mut ItemImpl, name: &str) -> Option<&'f mut ImplItemFn> {
    item.items.iter_mut().find_map(|member| match member {
        syn::ImplItem::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}

/// The id of the operation that a function calls, in snake case, from its `OperationInfo`.
fn operation_of(block: &mut Block) -> Option<String> {
    let mut statements = block.stmts.iter().filter(|statement| declares(statement, "info"));
    let known = statements.find_map(|statement| match statement {
        Stmt::Local(local) => operation_of_info(&local.init.as_ref()?.expr),
        _ => None,
    });
    if known.is_some() {
        return known;
    }
    let mut id = None;
    each_expression(block, |expression| id = operation_of_info(expression).or(id.take()));
    id
}

fn operation_of_info(expression: &Expr) -> Option<String> {
    let is_info = |path: &syn::Path| path.segments.iter().any(|it| it.ident == "OperationInfo");
    match expression {
        Expr::Struct(value) if is_info(&value.path) => literal(&value.fields.first()?.expr),
        // As the runtime has it.
        Expr::MethodCall(call) => operation_of_info(&call.receiver),
        Expr::Call(call) => match call.func.as_ref() {
            Expr::Path(function) if is_info(&function.path) => literal(call.args.first()?),
            _ => None,
        },
        _ => None,
    }
}

/// Calls `see` with every expression in some code, which it may change, the innermost first.
pub(crate) fn each_expression(block: &mut Block, mut see: impl FnMut(&mut Expr)) {
    each::expression(&mut see).visit_block_mut(block);
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

/// Whether an item is a module of this name.
pub(crate) fn is_module(item: &Item, name: &str) -> bool {
    matches!(item, Item::Mod(module) if module.ident == name)
}

/// The structs among items.
pub(crate) fn structs(items: &mut [Item]) -> impl Iterator<Item = &mut ItemStruct> {
    items.iter_mut().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    })
}

/// The body of `impl TryFrom<Name> for super::Name`.
pub(crate) fn conversion_to<'f>(item: &'f mut Item, name: &str) -> Option<&'f mut Block> {
    let is_it = converted(item).is_some_and(|it| it == name);
    let Item::Impl(item) = item else { return None };
    Some(&mut function(item, "try_from").filter(|_| is_it)?.block)
}

/// The `Name` of `impl TryFrom<…> for super::Name`.
pub(crate) fn converted(item: &Item) -> Option<&Ident> {
    let Item::Impl(item) = item else { return None };
    let (of_trait, _) = item.trait_.as_ref()?;
    let Type::Path(path) = &*item.self_ty else { return None };
    let mut segments = path.path.segments.iter();
    let (module, name) = (segments.next()?, segments.next()?);
    let is_conversion = of_trait.segments.last()?.ident == "TryFrom"
        && module.ident == "super"
        && name.arguments.is_none()
        && segments.next().is_none();
    is_conversion.then_some(&name.ident)
}

/// A field by its name in JSON, and whether it is an `Option`.
pub(crate) fn field(declaration: &ItemStruct, name: &str) -> Option<(Ident, bool)> {
    let field = declaration.fields.iter().find(|field| wire_name(field) == name)?;
    Some((field.ident.clone()?, argument(&field.ty, "Option").is_some()))
}

/// The name of a field in JSON.
pub(crate) fn wire_name(field: &syn::Field) -> String {
    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    renamed(&field.attrs).unwrap_or(ident)
}

/// The value of `#[serde(rename = "…")]`.
pub(crate) fn renamed(attributes: &[syn::Attribute]) -> Option<String> {
    let of_serde = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("serde") => Some(&list.tokens),
        _ => None,
    });
    let mut names = of_serde.filter_map(|tokens| {
        let mut tokens = tokens.clone().into_iter();
        tokens.find(|token| matches!(token, TokenTree::Ident(name) if name == "rename"))?;
        match (tokens.next()?, tokens.next()?) {
            (TokenTree::Punct(sign), TokenTree::Literal(name)) if sign.as_char() == '=' => {
                match syn::Lit::new(name) {
                    syn::Lit::Str(name) => Some(name.value()),
                    _ => None,
                }
            }
            _ => None,
        }
    });
    names.next_back()
}

/// Whether a type is a struct with named fields, which has a builder; other types have none.
///
/// # Errors
/// A name that no type has.
pub(crate) fn has_builder(file: &mut File, name: &str) -> Result<bool> {
    let types = module(&mut file.items, "types");
    let is_it = |item: &&mut Item| declared(item).is_some_and(|ident| ident == name);
    let Some(item) = types.into_iter().flatten().find(is_it) else {
        return Err(no_place("type", name));
    };
    Ok(matches!(item, Item::Struct(ItemStruct { fields: Fields::Named(_), .. })))
}

/// The name of the type that an item declares.
pub(crate) fn declared(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// The implementation of `Debug` for a type.
pub(crate) fn debug(name: &Ident, generics: &syn::Generics, body: &TokenStream) -> Item {
    let (implemented, arguments, bounds) = generics.split_for_impl();
    parse_quote! {
        impl #implemented ::std::fmt::Debug for #name #arguments #bounds {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                #body
            }
        }
    }
}

/// The argument of a generic type by its last name: `T` of `::std::option::Option<T>`.
pub(crate) fn argument<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let last = last_segment(ty).filter(|segment| segment.ident == wrapper)?;
    arguments(last).into_iter().next()
}

/// The last name in the path of a type, with its arguments.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The types in the angle brackets of a path's last segment.
pub(crate) fn arguments(segment: &PathSegment) -> Vec<&Type> {
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
    let [value, error] = arguments(last_segment(output)?)[..] else { return None };
    let inside = |ty: &Type| arguments(last_segment(ty)?).first().map(|ty| (*ty).clone());
    Some((inside(value)?, inside(error)?))
}

/// Whether a function makes a stream of pages, or of what is on them.
pub(crate) fn returns_a_stream(function: &ImplItemFn) -> bool {
    let syn::ReturnType::Type(_, output) = &function.sig.output else { return false };
    last_segment(output).is_some_and(|last| last.ident == "Pages" || last.ident == "Items")
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
        is_error: has("ErrorResponse") || has("from_error_"),
        a_response: ["from_response", "empty (", "stream (", "from_error_"].into_iter().any(has),
        json: ["from_response", "from_error_response", "from_error_variant"].into_iter().any(has),
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
    let text = format!("from_static ({name:?})");
    let is_named = |constant: &Expr| quote!(#constant).to_string().contains(&text);
    call.method == "append"
        && is_name(&call.receiver, HEADER_MAP)
        && call.args.first().is_some_and(is_named)
}

/// Whether a statement appends a header; optional ones are appended inside an `if let`. What else is done with headers
/// declares something.
pub(crate) fn appends_a_header(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(..)) && search::statement_mentions(statement, HEADER_MAP)
}

/// Whether a statement is `let NAME = …`.
pub(crate) fn declares(statement: &Stmt, name: &str) -> bool {
    let Stmt::Local(local) = statement else { return false };
    matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name)
}

/// Adds statements after `let mut request = … .build()?;`, whatever the variable is called; whether it is
/// there.
pub(crate) fn after_request(
    block: &mut Block,
    statements: impl FnOnce(&Ident) -> Vec<Stmt>,
) -> bool {
    let mut found = block.stmts.iter().enumerate().filter_map(|(at, statement)| {
        let Stmt::Local(local) = statement else { return None };
        let (Pat::Ident(pattern), Some(init)) = (&local.pat, &local.init) else { return None };
        let Expr::Try(built) = &*init.expr else { return None };
        let is_build = matches!(&*built.expr, Expr::MethodCall(call) if call.method == "build");
        is_build.then(|| (at + 1, pattern.ident.clone()))
    });
    let Some((at, request)) = found.next() else { return false };
    block.stmts.splice(at..at, statements(&request));
    true
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
        let syn::Meta::List(list) = &mut attribute.meta else { continue };
        let tokens: Vec<_> = std::mem::take(&mut list.tokens).into_iter().collect();
        let paths = tokens.split(|it| matches!(it, TokenTree::Punct(it) if it.as_char() == ','));
        let is_it = |it: &[_]| matches!(it.last(), Some(TokenTree::Ident(last)) if last == name);
        let (ours, others): (Vec<_>, Vec<_>) =
            paths.filter(|path| !path.is_empty()).partition(|path| is_it(path));
        dropped |= !ours.is_empty();
        let others = others.into_iter().map(|path| path.iter().cloned().collect::<TokenStream>());
        list.tokens = quote!(#(#others),*);
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

/// The function that makes a client of a base URL and an HTTP client.
pub(crate) const CONSTRUCTOR: &str = "new_with_client";

/// The type that an `impl` is of, without its arguments.
pub(crate) fn owner(item: &ItemImpl) -> String {
    last_segment(&item.self_ty).map(|last| last.ident.to_string()).unwrap_or_default()
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

/// Whether a name stands anywhere in a type, an import or the like.
pub(crate) fn mentions(code: &impl ToTokens, name: &str) -> bool {
    code.to_token_stream().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// Whether a type of another crate stands for a text: a time, a UUID or an address.
pub(crate) fn is_text_of_a_kind(ty: &Type) -> bool {
    let text = text_of(ty);
    ["::chrono::", "::uuid::", "::std::net::"].iter().any(|path| text.starts_with(path))
}

/// Makes `skip_serializing_if` of an attribute of serde leave out `None` in place of what is empty.
pub(crate) fn skip_none(list: &mut syn::MetaList) {
    let is_none = proc_macro2::Literal::string("::std::option::Option::is_none");
    let tokens = std::mem::take(&mut list.tokens).into_iter().map(|token| match &token {
        TokenTree::Literal(text) if text.to_string().contains("is_empty") => {
            TokenTree::Literal(is_none.clone())
        }
        _ => token,
    });
    list.tokens = tokens.collect();
}

/// Whether a type is an optional value of any kind.
pub(crate) fn is_optional_any_value(ty: &Type) -> bool {
    argument(ty, "Option").is_some_and(|inner| {
        last_segment(inner).is_some_and(|last| last.ident == "Value")
            && text_of(inner) == "::serde_json::Value"
    })
}

/// The `T` of `where V: TryInto<T>`, of `impl IntoValue<T>` and the like, which a setter takes; of a builder,
/// the type that it makes.
pub(crate) fn setter_type(function: &ImplItemFn) -> Option<Type> {
    let predicates = function.sig.generics.where_clause.iter().flat_map(|it| &it.predicates);
    let bounds = predicates.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(bounded) => Some(&bounded.bounds),
        _ => None,
    });
    let of_inputs = function.sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(input) => match &*input.ty {
            Type::ImplTrait(ty) => Some(&ty.bounds),
            _ => None,
        },
        syn::FnArg::Receiver(_) => None,
    });
    let made = bounds.chain(of_inputs).flatten().find_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => {
            let is_made = |last: &&PathSegment| {
                ["TryInto", "IntoValue", "Into"].iter().any(|name| last.ident == name)
            };
            let last = bound.path.segments.last().filter(is_made)?;
            arguments(last).first().map(|ty| (*ty).clone())
        }
        _ => None,
    });
    made.map(|ty| match text_of(&ty).strip_prefix("types::builder::") {
        Some(name) => syn::parse_str(&format!("types::{name}")).unwrap_or(ty),
        None => ty,
    })
}

/// The `T` of `ResponseValue::<T>::from_response` or `from_error_variant::<T>` in an arm; without it, the operation's type.
#[cfg(feature = "commands")]
pub(crate) fn read_type(arm: &syn::Arm) -> Option<Type> {
    struct Paths(Option<Type>);
    impl<'a> Visit<'a> for Paths {
        fn visit_path(&mut self, path: &'a syn::Path) {
            let reads = ["ResponseValue", "from_error_variant"];
            let owner = path.segments.iter().find(|it| reads.iter().any(|name| it.ident == name));
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
