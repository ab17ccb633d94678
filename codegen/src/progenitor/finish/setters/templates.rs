//! The code that is the same for every field, and for every object.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{
    Block, Expr, ExprMethodCall, ExprStruct, ExprTuple, FieldValue, GenericArgument, Ident,
    ImplItem, ImplItemFn, Item, ItemImpl, Pat, PatTuple, PathArguments, Stmt, Type, parse_quote,
};

use super::conversions::{made, made_of};
use super::values;
use crate::progenitor::template::{Fill, Filling, fill};

/// The code of setters and conversions, with names for what differs.
pub(super) struct Templates {
    /// `Result<(), Faults>`.
    holding: Type,
    value: ImplItemFn,
    other: ImplItemFn,
    whole: ImplItemFn,
    some: ExprMethodCall,
    boxed: ExprMethodCall,
    /// What a builder holds of a value that is not set.
    pub(super) missing: Expr,
    object: Object,
    call: Call,
    pub(super) conversions: Conversions,
}

/// The code that looks at the arguments of a call.
struct Call {
    looked: Block,
    take: Stmt,
    take_body: Stmt,
    body: ImplItemFn,
}

/// What says of a type what it is made of.
pub(super) struct Conversions {
    value: ItemImpl,
    text: ItemImpl,
    from_text: ItemImpl,
    /// How a text is read: by `FromStr`, whose error is told or not, or as what the type is around.
    parsed: Expr,
    told: Expr,
    inner: Expr,
    /// What converts from another type, that may fail or not, and from the builder of it.
    of_another: [ItemImpl; 2],
    of_builder: [ItemImpl; 2],
}

/// The code that makes an object of its builder.
struct Object {
    into_value: ItemImpl,
    try_from: Item,
    take: Stmt,
    local: Expr,
    is_some: Pat,
    field: FieldValue,
}

/// A field of an object, the variable that holds it, and its name in JSON.
pub(super) struct Part<'p> {
    pub(super) field: &'p Ident,
    pub(super) local: Ident,
    pub(super) wire: &'p str,
}

impl Templates {
    pub(super) fn new() -> Self {
        let values = values();
        Self {
            holding: parse_quote!(::std::result::Result<(), #values::Faults>),
            value: parse_quote! {
                pub fn __field(mut self, value: impl #values::IntoValue<__type>) -> Self {
                    self.__field = #values::IntoValue::into_value(value);
                    self
                }
            },
            other: parse_quote! {
                pub fn __field(mut self, value: impl ::std::convert::TryInto<__type>) -> Self {
                    self.__field = ::std::convert::TryInto::try_into(value)
                        .map_err(|_| #values::Faults::wrong("not of the documented form"));
                    self
                }
            },
            whole: parse_quote! {
                #[doc = __words]
                pub fn __name(mut self, value: __type) -> Self {
                    self.__field = Ok(value);
                    self
                }
            },
            some: parse_quote!(value.map(::std::option::Option::Some)),
            boxed: parse_quote!(value.map(::std::boxed::Box::new)),
            missing: parse_quote!(Err(#values::Faults::missing())),
            object: Object::new(),
            call: Call::new(),
            conversions: Conversions::new(),
        }
    }

    /// The type of a builder's field.
    pub(super) fn holding(&self, held: &Type) -> Type {
        let mut holding = self.holding.clone();
        if let Type::Path(path) = &mut holding
            && let Some(last) = path.path.segments.last_mut()
            && let PathArguments::AngleBracketed(inside) = &mut last.arguments
            && let Some(first) = inside.args.first_mut()
        {
            *first = GenericArgument::Type(held.clone());
        }
        holding
    }

    /// The setter of a value, which the runtime makes if it knows how.
    pub(super) fn plain(&self, field: &Ident, ty: &Type, is_value: bool) -> ImplItemFn {
        let template = if is_value { &self.value } else { &self.other };
        let places = [("__field", Fill::Ident(field)), ("__type", Fill::Type(ty))];
        fill(template, &places, Filling::visit_impl_item_fn_mut)
    }

    /// The setter of all that a field can be.
    pub(super) fn whole(&self, name: &Ident, field: &Ident, ty: &Type, words: &str) -> ImplItemFn {
        let places = [
            ("__name", Fill::Ident(name)),
            ("__field", Fill::Ident(field)),
            ("__type", Fill::Type(ty)),
            ("__words", Fill::Text(words)),
        ];
        fill(&self.whole, &places, Filling::visit_impl_item_fn_mut)
    }

    /// Puts what a setter sets into `Some`.
    pub(super) fn map_into_some(&self, setter: &mut Block) {
        map_into(&self.some, setter);
    }

    /// Puts what a setter sets into a `Box`.
    pub(super) fn map_into_box(&self, setter: &mut Block) {
        map_into(&self.boxed, setter);
    }

    /// What makes the object of its builder, for setters, which keep each fault.
    pub(super) fn made_value(&self, name: &Ident, parts: &[Part<'_>], conditions: Block) -> Item {
        let Object { into_value, take, .. } = &self.object;
        let places = [("__name", Fill::Ident(name))];
        let mut item = fill(into_value, &places, Filling::visit_item_impl_mut);
        let mut all = Parts { parts, object: &self.object };
        all.visit_item_impl_mut(&mut item);
        for member in &mut item.items {
            let ImplItem::Fn(function) = member else { continue };
            let taken = parts.iter().map(|Part { field, local, wire }| {
                let places = [
                    ("__local", Fill::Ident(local)),
                    ("__field", Fill::Ident(field)),
                    ("__wire", Fill::Text(wire)),
                ];
                fill(take, &places, Filling::visit_stmt_mut)
            });
            let stmts: Vec<Stmt> = taken.chain(conditions.stmts.iter().cloned()).collect();
            function.block.stmts.splice(1..1, stmts);
        }
        Item::Impl(item)
    }

    /// The setter of a body that is an object.
    pub(super) fn body(&self, name: &Ident, ty: &Type) -> ImplItemFn {
        let places = [("__field", Fill::Ident(name)), ("__type", Fill::Type(ty))];
        fill(&self.call.body, &places, Filling::visit_impl_item_fn_mut)
    }

    /// Takes the value of an argument that is sent under a name.
    pub(super) fn take(&self, argument: &Ident, wire: &str) -> Stmt {
        let places = [("__local", Fill::Ident(argument)), ("__wire", Fill::Text(wire))];
        fill(&self.call.take, &places, Filling::visit_stmt_mut)
    }

    /// Takes a body that is an object.
    pub(super) fn take_body(&self, body: &Ident, object: &Ident) -> Stmt {
        let places = [("__local", Fill::Ident(body)), ("__name", Fill::Ident(object))];
        fill(&self.call.take_body, &places, Filling::visit_stmt_mut)
    }

    /// Looks at all arguments, which are `taken` one by one, before the first fault is told.
    pub(super) fn looked(&self, parts: &[Part<'_>], taken: Vec<Stmt>) -> Vec<Stmt> {
        let mut looked = self.call.looked.clone();
        Parts { parts, object: &self.object }.visit_block_mut(&mut looked);
        looked.stmts.splice(1..1, taken);
        looked.stmts
    }

    /// The same for callers.
    pub(super) fn try_from(&self, name: &Ident) -> Item {
        let places = [("__name", Fill::Ident(name))];
        fill(&self.object.try_from, &places, Filling::visit_item_mut)
    }
}

/// Calls a method of the value that the first statement of a setter sets.
fn map_into(template: &ExprMethodCall, setter: &mut Block) {
    if let Some(Stmt::Expr(Expr::Assign(assign), _)) = setter.stmts.first_mut() {
        let mut call = template.clone();
        std::mem::swap(&mut call.receiver, &mut assign.right);
        *assign.right = Expr::MethodCall(call);
    }
}

impl Call {
    fn new() -> Self {
        let values = values();
        Self {
            looked: parse_quote! {{
                let mut faults_of_call = #values::Faults::default();
                let () = () else {
                    return Err(Error::InvalidRequest(faults_of_call.to_string()));
                };
            }},
            take: parse_quote!(let __local = faults_of_call.take(__wire, __local);),
            take_body: parse_quote! {
                let __local = faults_of_call.take_body(
                    __local.and_then(#values::IntoValue::<types::__name>::into_value)
                );
            },
            body: parse_quote! {
                pub fn __field(mut self, value: impl ::std::convert::Into<__type>) -> Self {
                    self.__field = Ok(value.into());
                    self
                }
            },
        }
    }
}

impl Conversions {
    fn new() -> Self {
        let values = values();
        Self {
            value: parse_quote! { impl #values::Value for __name {} },
            text: parse_quote! {
                impl #values::IntoValue<::std::string::String> for __name {
                    fn into_value(
                        self,
                    ) -> ::std::result::Result<::std::string::String, #values::Faults> {
                        Ok(::std::convert::From::from(self))
                    }
                }
            },
            from_text: parse_quote! {
                impl #values::FromText for __name {
                    fn from_text(
                        text: &str,
                    ) -> ::std::result::Result<Self, ::std::borrow::Cow<'static, str>> {}
                }
            },
            parsed: parse_quote! {
                text.parse::<Self>().map_err(|_| ::std::borrow::Cow::Borrowed(__text))
            },
            told: parse_quote! {
                text.parse::<Self>().map_err(|error| ::std::borrow::Cow::Owned(error.to_string()))
            },
            inner: parse_quote!(<__type as #values::FromText>::from_text(text).map(Self::from)),
            of_another: [false, true].map(|fails| {
                let made = made(quote!(self), fails);
                into_value(&quote!(__type), &made)
            }),
            of_builder: [false, true].map(|fails| {
                let builder = quote!(<builder::__builder as #values::IntoValue<__builder>>);
                into_value(&quote!(builder::__builder), &made_of(&builder, fails))
            }),
        }
    }

    fn of(template: &ItemImpl, name: &Ident) -> ItemImpl {
        fill(template, &[("__name", Fill::Ident(name))], Filling::visit_item_impl_mut)
    }

    /// That it is a value.
    pub(super) fn value(&self, name: &Ident) -> Item {
        Item::Impl(Self::of(&self.value, name))
    }

    /// That it becomes a text.
    pub(super) fn text(&self, name: &Ident) -> Item {
        Item::Impl(Self::of(&self.text, name))
    }

    /// What converts from another type.
    pub(super) fn of_another(&self, name: &Ident, ty: &Type, fails: bool) -> Item {
        let [succeeds, may_fail] = &self.of_another;
        let template = if fails { may_fail } else { succeeds };
        let places = [("__name", Fill::Ident(name)), ("__type", Fill::Type(ty))];
        Item::Impl(fill(template, &places, Filling::visit_item_impl_mut))
    }

    /// The same from the builder of that.
    pub(super) fn of_builder(&self, name: &Ident, builder: &Ident, fails: bool) -> Item {
        let [succeeds, may_fail] = &self.of_builder;
        let template = if fails { may_fail } else { succeeds };
        let places = [("__name", Fill::Ident(name)), ("__builder", Fill::Ident(builder))];
        Item::Impl(fill(template, &places, Filling::visit_item_impl_mut))
    }

    /// A text read by `FromStr`; of any other text it is said what it is not.
    pub(super) fn parsed(&self, otherwise: &str) -> Expr {
        fill(&self.parsed, &[("__text", Fill::Text(otherwise))], Filling::visit_expr_mut)
    }

    /// The same with what `FromStr` says.
    pub(super) fn told(&self) -> Expr {
        self.told.clone()
    }

    /// A text read as what the type is around.
    pub(super) fn inner(&self, ty: &Type) -> Expr {
        fill(&self.inner, &[("__type", Fill::Type(ty))], Filling::visit_expr_mut)
    }

    /// How it is read from a text.
    pub(super) fn read(&self, name: &Ident, read: Expr) -> Item {
        let mut item = Self::of(&self.from_text, name);
        if let Some(ImplItem::Fn(function)) = item.items.first_mut() {
            function.block.stmts.push(Stmt::Expr(read, None));
        }
        Item::Impl(item)
    }
}

/// What converts into `__name`.
fn into_value(source: &TokenStream, made: &TokenStream) -> ItemImpl {
    let values = values();
    parse_quote! {
        impl #values::IntoValue<__name> for #source {
            fn into_value(self) -> ::std::result::Result<__name, #values::Faults> {
                #made
            }
        }
    }
}

impl Object {
    fn new() -> Self {
        let values = values();
        Self {
            into_value: parse_quote! {
                impl #values::IntoValue<super::__name> for __name {
                    fn into_value(self) -> ::std::result::Result<super::__name, #values::Faults> {
                        #[allow(unused_mut)]
                        let mut faults = #values::Faults::default();
                        match () {
                            () if faults.is_empty() => { Ok(super::__name {}) }
                            _ => Err(faults),
                        }
                    }
                }
            },
            try_from: parse_quote! {
                impl ::std::convert::TryFrom<__name> for super::__name {
                    type Error = super::error::ConversionError;
                    fn try_from(
                        value: __name,
                    ) -> ::std::result::Result<Self, super::error::ConversionError> {
                        #values::IntoValue::<Self>::into_value(value)
                            .map_err(|faults| faults.to_string().into())
                    }
                }
            },
            take: parse_quote!(let __local = faults.take(__wire, self.__field);),
            local: parse_quote!(__local),
            is_some: parse_quote!(::std::option::Option::Some(__local)),
            field: parse_quote!(__field: __local),
        }
    }
}

/// Puts what there is for each field into the places for all of them.
struct Parts<'p> {
    parts: &'p [Part<'p>],
    object: &'p Object,
}

impl Parts<'_> {
    fn each<T: Clone>(&self, template: &T, visit: fn(&mut Filling<'_>, &mut T)) -> Vec<T> {
        let filled = self.parts.iter().map(|Part { field, local, .. }| {
            let mut code = template.clone();
            let places = [("__local", Fill::Ident(local)), ("__field", Fill::Ident(field))];
            visit(&mut Filling(&places), &mut code);
            code
        });
        filled.collect()
    }
}

impl VisitMut for Parts<'_> {
    fn visit_expr_tuple_mut(&mut self, tuple: &mut ExprTuple) {
        for local in self.each(&self.object.local, |filling, code| filling.visit_expr_mut(code)) {
            tuple.elems.push_value(local);
            tuple.elems.push_punct(Default::default());
        }
    }

    fn visit_pat_tuple_mut(&mut self, tuple: &mut PatTuple) {
        for is_some in self.each(&self.object.is_some, |filling, code| filling.visit_pat_mut(code))
        {
            tuple.elems.push_value(is_some);
            tuple.elems.push_punct(Default::default());
        }
    }

    fn visit_expr_struct_mut(&mut self, made: &mut ExprStruct) {
        made.fields.extend(
            self.each(&self.object.field, |filling, code| filling.visit_field_value_mut(code)),
        );
    }
}
