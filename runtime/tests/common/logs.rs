//! Everything that is traced on this thread: spans and events with their fields, by name.
#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

/// A span or an event.
#[derive(Clone, Debug)]
pub struct Entry {
    pub level: Level,
    pub name: &'static str,
    pub is_span: bool,
    pub fields: BTreeMap<&'static str, String>,
}

impl Entry {
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// The names of the fields that are set.
    pub fn names(&self) -> Vec<&'static str> {
        self.fields.keys().copied().collect()
    }
}

#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<Entry>>>);

impl Logs {
    /// Captures what this crate traces until the guard drops.
    pub fn capture() -> (Self, DefaultGuard) {
        let logs = Self::default();
        let guard = tracing::subscriber::set_default(logs.clone());
        (logs, guard)
    }

    pub fn all(&self) -> Vec<Entry> {
        self.0.lock().unwrap().clone()
    }

    pub fn events(&self, level: Level) -> Vec<Entry> {
        self.all().into_iter().filter(|entry| !entry.is_span && entry.level == level).collect()
    }

    pub fn spans(&self) -> Vec<Entry> {
        self.all().into_iter().filter(|entry| entry.is_span).collect()
    }

    fn add(&self, metadata: &'static Metadata<'static>, record: impl FnOnce(&mut Fields)) -> u64 {
        let mut fields = Fields::default();
        record(&mut fields);
        let (level, name, is_span) = (*metadata.level(), metadata.name(), metadata.is_span());
        let mut entries = self.0.lock().unwrap();
        entries.push(Entry { level, name, is_span, fields: fields.0 });
        entries.len() as u64
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Subscriber for Logs {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("openapi_client_runtime")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Id::from_u64(self.add(span.metadata(), |fields| span.record(fields)))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let mut entries = self.0.lock().unwrap();
        entries[span.into_u64() as usize - 1].fields.extend(fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.add(event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
