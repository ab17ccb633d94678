//! What the page says beside its tables and examples, or what was decided here: the audit cannot know it.

use std::collections::BTreeSet;

use manis_codegen::pipeline::Outcome;
use manis_codegen::vendor;
use serde_json::{Value, json};

/// What must be true of one of the things that the overlay's actions make.
pub type Expectation<T> = (&'static str, fn(&T) -> bool);

/// What the audit cannot know, of the patched document.
pub const OF_THE_PATCHED: [Expectation<Value>; 2] = [
    ("a customer's type in a response is a text, known or not", |patched| {
        let kind = property(patched, "UpdateCustomerInfoResponse", "type");
        let mut kinds = kind["anyOf"].as_array().into_iter().flatten();
        kinds.all(|kind| kind["type"] == "string")
    }),
    ("a company, and nothing else, must have companyInfo", |patched| {
        let condition = json!({ "if": body(patched)["if"], "then": body(patched)["then"] });
        let is_valid = |update: Value| jsonschema::is_valid(&condition, &update);
        is_valid(json!({}))
            && is_valid(json!({ "type": "INDIVIDUAL" }))
            && is_valid(json!({ "type": "COMPANY", "companyInfo": {} }))
            && !is_valid(json!({ "type": "COMPANY" }))
    }),
];

/// The same of what lower makes of it.
pub const OF_THE_LOWERED: [Expectation<Value>; 11] = [
    ("the vendor's code of a problem is what errors show", |lowered| {
        let properties = lowered["components"]["schemas"]["Problem"]["properties"].as_object();
        let mut properties = properties.into_iter().flatten();
        properties.all(|(name, schema)| (schema["x-error-code"] == true) == (name == "soaCode"))
    }),
    ("the API is called as the page's address says", |lowered| {
        let title = lowered["info"]["title"].as_str().unwrap_or_default();
        let page = vendor::load(&crate::spec()).unwrap().remove(0);
        let called = format!("/{}-v", title.to_lowercase().replace(' ', "-"));
        page.provenance.reference.unwrap().contains(&called)
    }),
    ("who to ask for help or a licence is where the page is", |lowered| {
        let info = &lowered["info"];
        let page = vendor::load(&crate::spec()).unwrap().remove(0).provenance.reference.unwrap();
        let of_the_page = |url: &Value| {
            let below = url.as_str().and_then(|url| page.strip_prefix(url));
            below.is_some_and(|below| below.starts_with('/'))
        };
        let name = format!("Documentation of the {}", info["title"].as_str().unwrap_or_default());
        of_the_page(&info["contact"]["url"])
            && of_the_page(&info["license"]["url"])
            && info["contact"]["name"] == *name
            && info["license"]["name"] == "Proprietary"
    }),
    ("the tags of operations are declared", |lowered| {
        let operations = lowered["paths"].as_object().into_iter().flat_map(|it| it.values());
        let operations = operations.flat_map(|path| path.as_object().unwrap().values());
        let mut tags = operations.flat_map(|it| it["tags"].as_array().into_iter().flatten());
        let declared: Vec<_> = lowered["tags"].as_array().into_iter().flatten().collect();
        tags.all(|tag| declared.iter().any(|it| it["name"] == *tag)) && declared.len() == 1
    }),
    ("the server is the vendor's template, with a default that nobody owns", |lowered| {
        let server = &lowered["servers"][0];
        let default = server["variables"]["url"]["default"].as_str().unwrap_or_default();
        server["url"] == crate::ORIGINAL.normalized["servers"][0]["description"]
            && default.ends_with(".example.com")
    }),
    ("no security is declared", |lowered| {
        lowered["security"] == json!([]) && lowered["components"]["securitySchemes"].is_null()
    }),
    ("types have these names", |lowered| {
        let names = lowered["components"]["schemas"].as_object().unwrap().keys();
        names.map(String::as_str).collect::<BTreeSet<_>>() == BTreeSet::from(NAMES)
    }),
    ("countries and a customer's type in a request have types", |lowered| {
        let places = [
            ("CustomerUpdate", "addressCountry", "CountryCode"),
            ("CustomerUpdate", "countryOfResidence", "CountryCode"),
            ("CompanyInfo", "incorporationCountry", "CountryCode"),
            ("CustomerUpdate", "type", "CustomerType"),
        ];
        places.iter().all(|(name, field, kind)| {
            let field = property(lowered, name, field);
            // What has words of its own refers to its type from a part of it.
            [field, &field["allOf"][0]].iter().any(|it| it["$ref"] == component(kind))
        })
    }),
    ("objects that others hold say what they are", |lowered| {
        let held = ["Company", "CompanyInfo", "PspResult"];
        held.iter().all(|name| schema(lowered, name)["description"].is_string())
    }),
    ("a company in a response reads as one in a request, its times as a customer's", |lowered| {
        let kind = |schema: &Value| (schema["type"].clone(), schema["format"].clone());
        let fields = schema(lowered, "Company")["properties"].as_object().into_iter().flatten();
        let mut fields = fields.filter(|(field, _)| *field != "incorporationCountry");
        fields.all(|(field, here)| {
            let there = ["CompanyInfo", "Customer"].map(|name| property(lowered, name, field));
            let there = there.into_iter().find(|there| !there.is_null());
            there.is_some_and(|there| kind(there) == kind(here))
        })
    }),
    ("everything says its type", |lowered| {
        let says_type = |schema: &Value| SAYS_TYPE.iter().any(|key| schema.get(*key).is_some());
        let types = &schema(lowered, "CustomerTypeOrUnknown")["anyOf"];
        let schemas = lowered["components"]["schemas"].as_object().unwrap().values();
        types.as_array().is_some_and(|types| types.len() == 2 && types.iter().all(says_type))
            && schemas.into_iter().all(|schema| {
                let properties = schema["properties"].as_object().into_iter().flatten();
                says_type(schema)
                    && (schema["properties"].is_null() || schema["type"] == "object")
                    && properties.into_iter().all(|(_, schema)| says_type(schema))
            })
    }),
];

/// The same of the client.
pub const OF_THE_CLIENT: [Expectation<Outcome>; 4] = [
    ("a success tells which providers refused", |made| {
        let client: String = made.client.split_whitespace().collect();
        client.contains("rejected_by(&self)") && client.contains("part.success==")
    }),
    ("a customer's type that is not known is any text", |made| {
        let kinds = "    Known(CustomerType)\n    Unknown(String)\n    ..\n";
        made.outline().contains(&format!("enum types::CustomerTypeOrUnknown\n{kinds}"))
    }),
    ("a customer's id is a Uuid", |made| {
        let outline = made.outline();
        let takes = outline.lines().find(|line| line.contains("fn customer_id("));
        takes.is_some_and(|line| line.contains("IntoValue<Uuid>"))
    }),
    ("Debug shows what is not personal, and no more", |made| {
        let client: String = made.client.split_whitespace().collect();
        SHOWN.iter().all(|(name, fields)| {
            let start = format!("debug_struct(\"{name}\").field(");
            let shows = client.split(&start).nth(1).unwrap_or_default();
            let shows = shows.split(".finish()").next().unwrap_or_default();
            let shown = shows.split(",&self.").skip(1).filter_map(|rest| rest.split(')').next());
            shown.collect::<BTreeSet<_>>() == fields.iter().copied().collect()
        })
    }),
];

const NAMES: [&str; 9] = [
    "Company",
    "CompanyInfo",
    "CountryCode",
    "Customer",
    "CustomerType",
    "CustomerTypeOrUnknown",
    "CustomerUpdate",
    "Problem",
    "PspResult",
];

/// The fields whose values `Debug` shows.
const SHOWN: [(&str, &[&str]); 4] = [
    ("Customer", &["company_info", "created_at", "psp_results", "type_", "updated_at"]),
    ("Company", &["created_at", "updated_at"]),
    ("PspResult", &["psp_id", "psp_name", "success"]),
    ("Problem", &["soa_code", "status", "timestamp", "title", "type_"]),
];

fn component(name: &str) -> Value {
    json!(format!("#/components/schemas/{name}"))
}

fn schema<'d>(document: &'d Value, name: &str) -> &'d Value {
    &document["components"]["schemas"][name]
}

fn property<'d>(document: &'d Value, name: &str, field: &str) -> &'d Value {
    &schema(document, name)["properties"][field]
}

fn operation(document: &Value) -> &Value {
    &document["paths"]["/api/v1/customers/{customerId}"]["put"]
}

fn body(document: &Value) -> &Value {
    &operation(document)["requestBody"]["content"]["application/json"]["schema"]
}

const SAYS_TYPE: [&str; 4] = ["type", "$ref", "anyOf", "allOf"];
