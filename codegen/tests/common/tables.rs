//! A reading of a page's tables, and of the documentation of generated code, that shares nothing with the
//! pipeline: lines are split at `|`, and texts are compared by their letters and digits alone.

use std::collections::BTreeMap;

use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta};

/// What a row says of a field.
pub struct Row {
    pub name: String,
    /// Its cell of the column about who must send it.
    pub required: String,
    /// Its cell of the column with words.
    pub words: String,
}

/// The tables of fields on a page, outside of its code.
pub fn tables(page: &str) -> Vec<Vec<Row>> {
    let mut tables = Vec::new();
    let mut head: Vec<String> = Vec::new();
    let mut is_code = false;
    for line in page.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if is_code || !line.starts_with('|') {
            head.clear();
            continue;
        }
        let cells: Vec<String> =
            line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        if head.is_empty() {
            head = cells.iter().map(|cell| letters(cell)).collect();
            tables.push(Vec::new());
        } else if !letters(&cells.concat()).is_empty() {
            let cell = |start: &str| {
                let index = head.iter().position(|name| name.starts_with(start));
                index.and_then(|index| cells.get(index)).cloned().unwrap_or_default()
            };
            let name = cells[0].trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            let row = Row { name, required: cell("require"), words: cell("descr") };
            tables.last_mut().unwrap().push(row);
        }
    }
    tables
}

/// The letters and digits of a text, without tags.
pub fn letters(text: &str) -> String {
    let text = text.replace("<br>", " ");
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What must be in the documentation because of the column about who must send a field: nothing where it
/// is a plain yes or no, which is for the type of the field to say.
pub fn condition(cell: &str) -> String {
    let text = letters(&cell.replace("==", "=").replace('=', " is "));
    let plain = ["yes", "no", "optional", "required", "true", "false", "mandatory"];
    if plain.contains(&text.as_str()) || text.starts_with("all") {
        return String::new();
    }
    let start = ["required", "conditional", "yes"].into_iter().find(|it| text.starts_with(it));
    match start {
        Some(word) if text.len() > word.len() => text[word.len()..].to_owned(),
        _ => text,
    }
}

/// The documentation of the members of a type or of a builder.
#[derive(Clone, Debug, Default)]
pub struct Documented {
    pub name: String,
    /// By the letters of their names.
    pub members: BTreeMap<String, String>,
}

/// The fields of types, their setters, the arguments of operations, and the values of enums.
pub struct Documentation {
    pub types: Vec<Documented>,
    pub setters: Vec<Documented>,
    pub operations: Vec<Documented>,
    pub enums: Vec<Documented>,
    pub methods: Documented,
}

pub fn documentation(client: &str) -> Documentation {
    let file = syn::parse_file(client).unwrap();
    let types = module(&file.items, "types");
    let mut all = Documentation {
        types: Vec::new(),
        setters: functions(module(types, "builder")),
        operations: functions(module(&file.items, "builder")),
        enums: Vec::new(),
        methods: Documented::default(),
    };
    for clients in functions(&file.items) {
        all.methods.members.extend(clients.members);
    }
    for item in types {
        match item {
            Item::Struct(item) => {
                let fields = item.fields.iter().filter_map(|field| {
                    Some((letters(&field.ident.as_ref()?.to_string()), text(&field.attrs)))
                });
                let members = fields.collect();
                all.types.push(Documented { name: item.ident.to_string(), members });
            }
            Item::Enum(item) => {
                let values = item.variants.iter();
                let members = values.map(|it| (letters(&it.ident.to_string()), text(&it.attrs)));
                let members = members.collect();
                all.enums.push(Documented { name: item.ident.to_string(), members });
            }
            _ => {}
        }
    }
    all
}

fn module<'f>(items: &'f [Item], name: &str) -> &'f [Item] {
    let found = items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => module.content.as_ref(),
        _ => None,
    });
    found.map(|(_, items)| items.as_slice()).unwrap_or_default()
}

fn functions(items: &[Item]) -> Vec<Documented> {
    let impls = items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(item),
        _ => None,
    });
    let documented = impls.map(|item| {
        let functions = item.items.iter().filter_map(|member| match member {
            ImplItem::Fn(it) => Some((letters(&it.sig.ident.to_string()), text(&it.attrs))),
            _ => None,
        });
        let owner = &item.self_ty;
        Documented {
            name: letters(&quote::quote!(#owner).to_string()),
            members: functions.collect(),
        }
    });
    documented.collect()
}

fn text(attributes: &[Attribute]) -> String {
    let parts = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// How many rows of a page are held by how many fields, and what is missing where.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Rows that say something of a field that there is.
    pub said: usize,
    /// Those whose words and condition its documentation and its setter have.
    pub held: usize,
    /// Rows of which no type has the field.
    pub without_field: Vec<String>,
    pub missing: Vec<String>,
}

/// Compares each table with the types that have most of its fields: one of them must hold all.
pub fn compare(page: &str, all: &Documentation) -> Held {
    let mut held = Held::default();
    for table in tables(page) {
        let says =
            |row: &&Row| !letters(&row.words).is_empty() || !condition(&row.required).is_empty();
        let rows: Vec<&Row> = table.iter().filter(says).collect();
        let candidates: Vec<&Documented> = all.types.iter().chain(&all.operations).collect();
        let shared = |it: &&Documented| {
            table.iter().filter(|row| it.members.contains_key(&letters(&row.name))).count()
        };
        let most = candidates.iter().map(shared).max().unwrap_or(0);
        let best = candidates.iter().filter(|it| shared(it) == most && most > 0);
        let best = best.map(|owner| against(&rows, owner, all));
        let best = best.max_by_key(|held| held.held).unwrap_or_default();
        held.said += best.said;
        held.held += best.held;
        held.without_field.extend(best.without_field);
        held.missing.extend(best.missing);
    }
    held
}

fn against(rows: &[&Row], owner: &Documented, all: &Documentation) -> Held {
    let mut held = Held::default();
    for row in rows {
        let name = letters(&row.name);
        // A nested row is about a field of another type.
        let elsewhere = || all.types.iter().filter(|it| it.members.contains_key(&name));
        let owners: Vec<&Documented> = match owner.members.contains_key(&name) {
            true => vec![owner],
            false => elsewhere().collect(),
        };
        if owners.is_empty() {
            held.without_field.push(row.name.clone());
            continue;
        }
        held.said += 1;
        let has = |text: &str| {
            let text = letters(text);
            text.contains(&letters(&row.words)) && text.contains(&condition(&row.required))
        };
        let is_held = |it: &&&Documented| {
            let setters = all.setters.iter().find(|setters| setters.name == letters(&it.name));
            has(&it.members[&name]) && setters.is_none_or(|setters| has(&setters.members[&name]))
        };
        match owners.iter().find(is_held) {
            Some(_) => held.held += 1,
            None => held.missing.push(format!("{}.{}: {}", owner.name, row.name, row.words)),
        }
    }
    held
}
