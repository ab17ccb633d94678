//! What the generated `httpmock` helpers call things: what each operation's mock matches, and what it
//! answers with.

use std::collections::BTreeMap;

use quote::{ToTokens, quote};
use syn::{
    FnArg, GenericParam, ImplItem, ImplItemFn, Item, Pat, Signature, TraitItem, Type,
    TypeParamBound, WherePredicate,
};

use super::calls::by_status;
use crate::progenitor::shape;

/// The helpers of one operation.
#[derive(Debug, Default)]
pub struct Mock {
    /// The type that each matcher takes, by its name.
    matchers: BTreeMap<String, Type>,
    /// What answers with a status: `200`, `4XX`, `default`.
    answers: BTreeMap<String, Answer>,
}

/// A function that answers with a body.
#[derive(Debug)]
struct Answer {
    function: String,
    ty: Type,
    /// Whether it is told the status.
    takes_status: bool,
}

/// The helpers of a client, by operation in snake case.
pub fn of(mock: &str) -> BTreeMap<String, Mock> {
    let mut mocks = BTreeMap::new();
    let Ok(mut file) = syn::parse_file(mock) else { return mocks };
    for (operation, [when, then]) in operations(&file) {
        let Some(items) = shape::module(&mut file.items, "operations") else { return mocks };

        let matchers = functions(items, &when).into_iter().filter_map(|function| {
            let (_, ty) = value(&function.sig)?;
            Some((function.sig.ident.to_string(), ty))
        });
        let matchers = matchers.collect();
        let answers = functions(items, &then).into_iter().filter_map(answer).collect();
        mocks.insert(operation, Mock { matchers, answers });
    }
    mocks
}

impl Mock {
    /// The call of the matcher of a parameter or body, if there is one; `text` is Rust code of its JSON.
    pub fn matcher(&self, name: &str, text: &str) -> Option<String> {
        Some(format!(".{name}({})", argument(self.matchers.get(name)?, text)?))
    }

    /// The call that answers with a documented status and a body.
    pub fn answer(&self, documented: &str, sent: u16, text: &str) -> Option<String> {
        let Answer { function, ty, takes_status } = by_status(&self.answers, documented)?;
        let status = if *takes_status { format!("{sent}, ") } else { String::new() };
        Some(format!(".{function}({status}{})", argument(ty, text)?))
    }
}

/// A value as a helper takes it.
fn argument(ty: &Type, text: &str) -> Option<String> {
    let owned = |ty: &Type| quote!(#ty).to_string().replace(' ', "").replace("dyn", "dyn ");
    match ty {
        Type::Reference(reference) => match owned(&reference.elem).as_str() {
            "str" => Some(format!("value::<String>({text}).as_str()")),
            inside if inside.starts_with('[') => None,
            inside => Some(format!("&value::<{inside}>({text})")),
        },
        ty => Some(format!("value::<{}>({text})", owned(ty))),
    }
}

/// The operations that can be mocked, each with the names of its matchers' and its answers' type.
fn operations(file: &syn::File) -> Vec<(String, [String; 2])> {
    let items = file.items.iter().filter_map(|item| match item {
        Item::Trait(item) => Some(&item.items),
        _ => None,
    });
    let functions = items.flatten().filter_map(|item| match item {
        TraitItem::Fn(function) => Some(&function.sig),
        _ => None,
    });
    let named = functions.filter_map(|signature| {
        // `F: FnOnce(operations::ShowPetWhen, operations::ShowPetThen)`
        let clause = signature.generics.where_clause.to_token_stream().to_string();
        let mut names = clause.split("operations ::").skip(1).map(|rest| {
            rest.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
        });
        let names = [names.next()?.to_owned(), names.next()?.to_owned()];
        Some((signature.ident.to_string(), names))
    });
    named.collect()
}

/// The functions of a type.
fn functions<'f>(items: &'f [Item], of: &str) -> Vec<&'f ImplItemFn> {
    let implemented = items.iter().filter_map(|item| match item {
        Item::Impl(item) if shape::owner(item) == of => Some(&item.items),
        _ => None,
    });
    let functions = implemented.flatten().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    functions.collect()
}

fn answer(function: &ImplItemFn) -> Option<(String, Answer)> {
    let (takes_status, ty) = value(&function.sig)?;
    let name = function.sig.ident.to_string();
    let body = function.block.to_token_stream().to_string();
    let code = body.split("status (").nth(1).and_then(|rest| rest.split("u16").next());
    let status = match (takes_status, name.as_str()) {
        (false, _) => code?.trim().to_owned(),
        (true, "success") => "2XX".to_owned(),
        (true, "client_error") => "4XX".to_owned(),
        (true, "server_error") => "5XX".to_owned(),
        (true, "default_response") => "default".to_owned(),
        (true, _) => return None,
    };
    Some((status, Answer { function: name, ty, takes_status }))
}

/// The type of the argument `value`, and whether there is a `status` as well.
fn value(signature: &Signature) -> Option<(bool, Type)> {
    let typed = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pattern) => Some((pattern.ident.to_string(), &*typed.ty)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let typed: BTreeMap<_, _> = typed.collect();
    let ty = *typed.get("value")?;
    let takes_status = typed.contains_key("status");
    Some((takes_status, of_optional(signature, ty).unwrap_or_else(|| ty.clone())))
}

/// The `X` of an argument of a type `T` with `T: Into<Option<X>>`.
fn of_optional(signature: &Signature, ty: &Type) -> Option<Type> {
    let name = quote!(#ty).to_string();
    let is_generic = signature.generics.params.iter().any(|parameter| match parameter {
        GenericParam::Type(parameter) => parameter.ident == name,
        _ => false,
    });
    let bounds = signature.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bounds = bounds.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if is_generic => Some(&predicate.bounds),
        _ => None,
    });
    bounds.flatten().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let path = &bound.path;
        let bound: Type = syn::parse2(quote!(#path)).ok()?;
        shape::argument(shape::argument(&bound, "Into")?, "Option").cloned()
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    const MOCK: &str = "
        pub mod operations {
            pub struct ShowPetWhen(::httpmock::When);
            impl ShowPetWhen {
                pub fn new(inner: ::httpmock::When) -> Self { Self(inner) }
                pub fn id(self, value: &::uuid::Uuid) -> Self { self }
                pub fn name(self, value: &str) -> Self { self }
                pub fn limit<T>(self, value: T) -> Self where T: Into<Option<i64>> { self }
                pub fn tag<'a, T>(self, value: T) -> Self where T: Into<Option<&'a types::Tag>> { self }
            }
            impl ShowPetThen {
                pub fn ok(self, value: &types::Pet) -> Self { Self(self.0.status(200u16)) }
                pub fn client_error(self, status: u16, value: &types::Problem) -> Self { self }
            }
        }
        pub trait MockServerExt {
            fn show_pet<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
            where F: FnOnce(operations::ShowPetWhen, operations::ShowPetThen);
        }";

    #[test]
    fn matchers_take_what_they_declare() {
        let mock = &of(MOCK)["show_pet"];
        let taken = ["id", "name", "limit", "tag", "new", "inner"]
            .map(|name| mock.matcher(name, "X").unwrap_or_default());
        let expected = [
            ".id(&value::<::uuid::Uuid>(X))",
            ".name(value::<String>(X).as_str())",
            ".limit(value::<i64>(X))",
            ".tag(&value::<types::Tag>(X))",
            "",
            "",
        ];
        assert_eq!(taken, expected);
    }

    #[test]
    fn answers_by_their_status() {
        let mock = &of(MOCK)["show_pet"];
        let given = |documented, sent| mock.answer(documented, sent, "X").unwrap_or_default();
        assert_eq!(given("200", 200), ".ok(&value::<types::Pet>(X))");
        assert_eq!(given("404", 404), ".client_error(404, &value::<types::Problem>(X))");
        assert_eq!(given("500", 500), "");
    }
}
