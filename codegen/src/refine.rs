//! Stage 6, refine: what progenitor cannot be told is done on the syn tree of what it generated.

mod absent;
mod bodies;
mod calls;
mod contradictions;
mod debug;
mod parameters;
mod responses;
mod runtime;
mod unions;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Fields, File, Item, ItemStruct, Pat, Stmt, parse_quote};

use crate::change::Change;
use crate::error::Stage;
#[cfg(feature = "review")]
pub(crate) use responses::status;

use crate::generate::{Generated, Requirement, Sent, Settings, type_name};

/// Adjusts generated code; every change that was made.
pub fn run(generated: &mut Generated, document: &Value, settings: &Settings) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut headers = UndocumentedHeader::default();
    headers.visit_file_mut(&mut generated.file);
    for operation in headers.removed {
        let note = "progenitor's `api-version` header is not sent";
        changes.push(Change::new(Stage::Refine, "undocumented-header", operation, note));
    }
    for requirement in &generated.requirements {
        changes.push(match build_in(&mut generated.file, requirement) {
            Some(conversion) => {
                let note = format!("checks {}", requirement.required.join(", "));
                Change::new(Stage::Refine, "required-if", conversion, note)
            }
            None => {
                let place = crate::pointer::join("/components/schemas", &requirement.schema);
                let note = "not checked: the type has no builder to do it in";
                Change::new(Stage::Refine, "required-if", place, note).loosened()
            }
        });
    }
    if !generated.aliases.is_empty() {
        RealNames::new(&generated.aliases).visit_file_mut(&mut generated.file);
    }
    calls::run(&mut generated.file);
    changes.extend(contradictions::run(&mut generated.file));
    changes.extend(absent::run(&mut generated.file));
    changes.extend(unions::run(&mut generated.file, &generated.document));
    changes.extend(responses::run(&mut generated.file, &generated.unions));
    changes.extend(parameters::run(&mut generated.file, &generated.parameters));
    changes.extend(bodies::run(&mut generated.file, &generated.sent));
    let is_written = generated.parameters.iter().any(|parameter| parameter.style.is_some());
    if is_written || generated.sent.iter().any(|(_, how)| matches!(how, Sent::UrlEncoded(_))) {
        parameters::declare(&mut generated.file);
    }
    if let Some(path) = settings.runtime.as_deref().and_then(|path| syn::parse_str(path).ok()) {
        changes.extend(runtime::run(&mut generated.file, &path, document));
    }
    if settings.redact {
        changes.extend(debug::run(&mut generated.file, document));
    }
    changes
}

/// Removes the header that progenitor sends with every request and that no document asks for.
#[derive(Default)]
struct UndocumentedHeader {
    function: Vec<String>,
    removed: Vec<String>,
}

const HEADER_MAP: &str = "header_map";

impl VisitMut for UndocumentedHeader {
    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let owner = &item.self_ty;
        self.function.push(quote!(#owner).to_string().replace(' ', ""));
        visit_mut::visit_item_impl_mut(self, item);
        self.function.pop();
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let before = block.stmts.len();
        block.stmts.retain(|statement| !is_append(statement, Some("api-version")));
        if block.stmts.len() < before {
            self.removed.extend(self.function.last().cloned());
            if !block.stmts.iter().any(mentions_append) {
                block.stmts.retain(|statement| !declares(statement, HEADER_MAP));
                NoHeaders.visit_block_mut(block);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
}

/// Whether a statement is `header_map.append(…)`, of a certain header or of any.
fn is_append(statement: &Stmt, header: Option<&str>) -> bool {
    let Stmt::Expr(Expr::MethodCall(call), _) = statement else { return false };
    let named = header.is_none_or(|name| {
        call.args.first().is_some_and(|arg| quote!(#arg).to_string().contains(&format!("{name:?}")))
    });
    call.method == "append" && is_name(&call.receiver, HEADER_MAP) && named
}

/// Optional headers are appended inside an `if let`.
fn mentions_append(statement: &Stmt) -> bool {
    quote!(#statement).to_string().contains(&format!("{HEADER_MAP} . append"))
}

fn declares(statement: &Stmt, name: &str) -> bool {
    let Stmt::Local(local) = statement else { return false };
    matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name)
}

fn is_name(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident(name))
}

/// Takes `.headers(header_map)` out of a chain of calls.
struct NoHeaders;

impl VisitMut for NoHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
            && call.args.first().is_some_and(|arg| is_name(arg, HEADER_MAP))
        {
            *expression = (*call.receiver).clone();
        }
    }
}

/// Builds a requirement into the conversion from the type's builder, which every request body
/// goes through, however the value was made.
fn build_in(file: &mut File, requirement: &Requirement) -> Option<String> {
    let types = module(&mut file.items, "types")?;
    let name = type_name(&requirement.schema);
    let declaration = types.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(item.clone()),
        _ => None,
    });
    let check = check(&declaration?, requirement)?;
    let builders = module(types, "builder")?;
    let body = builders.iter_mut().find_map(|item| conversion_to(item, &name))?;
    let Some(Stmt::Expr(Expr::Call(call), None)) = body.stmts.pop() else { return None };
    let built = call.args.first()?;
    body.stmts.push(parse_quote! { let built = #built; });
    body.stmts.push(check);
    body.stmts.push(Stmt::Expr(parse_quote! { Ok(built) }, None));
    Some(format!("types::builder::{name}"))
}

/// Gives properties and values their real names in JSON.
struct RealNames(Vec<(String, String)>);

impl RealNames {
    /// One alias may be the beginning of another.
    fn new(aliases: &[(String, String)]) -> Self {
        let mut aliases = aliases.to_vec();
        aliases.sort_by_key(|(alias, _)| std::cmp::Reverse(alias.len()));
        aliases.dedup();
        Self(aliases)
    }

    fn real(&self, text: &syn::LitStr) -> Option<syn::LitStr> {
        let value = text.value();
        let real =
            self.0.iter().fold(value.clone(), |text, (alias, real)| text.replace(alias, real));
        (real != value).then(|| syn::LitStr::new(&real, text.span()))
    }

    fn in_tokens(&self, tokens: TokenStream) -> TokenStream {
        let real = |token: TokenTree| match token {
            TokenTree::Group(group) => {
                let inner = self.in_tokens(group.stream());
                TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inner))
            }
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).ok();
                let real = text.and_then(|text| self.real(&text));
                TokenTree::Literal(real.map_or(literal, |real| real.token()))
            }
            token => token,
        };
        tokens.into_iter().map(real).collect()
    }
}

impl VisitMut for RealNames {
    fn visit_attribute_mut(&mut self, attribute: &mut syn::Attribute) {
        if let syn::Meta::List(list) = &mut attribute.meta {
            list.tokens = self.in_tokens(std::mem::take(&mut list.tokens));
        }
        visit_mut::visit_attribute_mut(self, attribute);
    }

    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        if let Some(real) = self.real(text) {
            *text = real;
        }
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        call.tokens = self.in_tokens(std::mem::take(&mut call.tokens));
    }
}

/// The id of the operation that a function calls, in snake case.
pub(crate) fn operation_of(block: &Block) -> Option<String> {
    #[derive(Default)]
    struct Info(Option<String>);
    impl<'a> syn::visit::Visit<'a> for Info {
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
    syn::visit::Visit::visit_block(&mut info, block);
    info.0
}

fn module<'f>(items: &'f mut [Item], name: &str) -> Option<&'f mut Vec<Item>> {
    items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

/// The body of `impl TryFrom<Name> for super::Name`.
fn conversion_to<'f>(item: &'f mut Item, name: &str) -> Option<&'f mut Block> {
    let Item::Impl(item) = item else { return None };
    let owner = &item.self_ty;
    let (of, _) = item.trait_.as_ref()?;
    let is_it = quote!(#owner).to_string() == format!("super :: {name}")
        && of.segments.last()?.ident == "TryFrom";
    item.items.iter_mut().filter(|_| is_it).find_map(|item| match item {
        syn::ImplItem::Fn(function) => Some(&mut function.block),
        _ => None,
    })
}

/// `if the property has one of the values and a required one is missing { return Err(…) }`.
fn check(declaration: &ItemStruct, requirement: &Requirement) -> Option<Stmt> {
    let (decider, decider_is_option) = field(declaration, &requirement.property)?;
    let values = &requirement.values;
    let matches = if decider_is_option {
        quote! { built.#decider.as_ref().map(|value| value.to_string()) }
    } else {
        quote! { Some(built.#decider.to_string()) }
    };
    let mut checks = Vec::new();
    for required in &requirement.required {
        let (ident, is_option) = field(declaration, required)?;
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

/// A field by its name in JSON, and whether it is an `Option`.
fn field(declaration: &ItemStruct, name: &str) -> Option<(syn::Ident, bool)> {
    let Fields::Named(fields) = &declaration.fields else { return None };
    let field = fields.named.iter().find(|field| wire_name(field) == name)?;
    let ty = &field.ty;
    let is_option = quote!(#ty).to_string().contains("option :: Option <");
    Some((field.ident.clone()?, is_option))
}

/// The name of a field in JSON.
fn wire_name(field: &syn::Field) -> String {
    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    crate::outline::renamed(&field.attrs).unwrap_or(ident)
}
