//! A JSON Schema 2020-12 validator of each schema of a document.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::document::Document;

/// The address under which the validator has the document.
const ADDRESS: &str = "urn:document";

/// The validators that were asked for.
pub struct Schemas {
    registry: Registry<'static>,
    made: RefCell<BTreeMap<String, Option<Rc<Validator>>>>,
}

impl Schemas {
    /// Of a document.
    ///
    /// # Errors
    /// A document whose references the validator cannot follow.
    pub fn of(document: &Document) -> Result<Self, String> {
        let registry = Registry::new()
            .draft(jsonschema::Draft::Draft202012)
            .add(ADDRESS, document.root.clone())
            .and_then(|registry| registry.prepare());
        let registry = registry.map_err(|error| error.to_string())?;
        Ok(Self { registry, made: RefCell::default() })
    }

    /// Whether the schema at a pointer accepts a value. Its errors are not asked for: each holds those of
    /// all alternatives below it.
    pub fn accepts(&self, pointer: &str, value: &Value) -> bool {
        self.validator(pointer).is_some_and(|validator| validator.is_valid(value))
    }

    fn validator(&self, pointer: &str) -> Option<Rc<Validator>> {
        let mut made = self.made.borrow_mut();
        made.entry(pointer.to_owned()).or_insert_with(|| self.make(pointer)).clone()
    }

    fn make(&self, pointer: &str) -> Option<Rc<Validator>> {
        let encoded =
            percent_encoding::utf8_percent_encode(pointer, percent_encoding::NON_ALPHANUMERIC);
        let encoded = encoded.to_string().replace("%2F", "/").replace("%7E", "~");
        let schema = json!({ "$ref": format!("{ADDRESS}#{encoded}") });
        let options = jsonschema::draft202012::options().with_registry(&self.registry);
        options.should_validate_formats(true).build(&schema).ok().map(Rc::new)
    }
}
