//! The operations of a document, and the parameters that apply to each.

use serde_json::{Map, Value};

use super::node::Node;
use super::pointer;

/// The fields of a path item that are operations, in OpenAPI 3.0 and 3.1.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// An operation's path and method: where it is in any document that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The path template.
    pub path: String,
    /// The method, in lower case as OpenAPI has it.
    pub method: String,
}

impl Operation {
    /// JSON Pointer of the path item.
    pub fn path_pointer(&self) -> String {
        pointer::join("/paths", &self.path)
    }

    /// JSON Pointer of the operation.
    pub fn pointer(&self) -> String {
        pointer::join(&self.path_pointer(), &self.method)
    }

    /// How a person names it: `PUT /customers/{id}`.
    pub fn label(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Its `operationId` in a document.
    pub fn id<'d>(&self, document: &'d Value) -> Option<&'d str> {
        pointer::at(document, &self.pointer())?.get("operationId")?.as_str()
    }
}

/// All operations of a document, in its order.
pub fn operations(document: &Value) -> Vec<Operation> {
    let operation = |(path, method): (&String, &String)| Operation {
        path: path.clone(),
        method: method.clone(),
    };
    names(document).map(operation).collect()
}

/// Whether a document has one operation and no other.
pub(crate) fn is_of_one(document: &Value) -> bool {
    names(document).take(2).count() == 1
}

/// Path and method of each.
fn names(document: &Value) -> impl Iterator<Item = (&String, &String)> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let keys = item.as_object().into_iter().flat_map(Map::keys);
        keys.filter(|key| METHODS.contains(&key.as_str())).map(move |method| (path, method))
    })
}

/// An operation in its document, with what it inherits from.
#[derive(Clone)]
pub(crate) struct OperationNode<'d> {
    pub(crate) operation: Operation,
    #[cfg_attr(not(feature = "commands"), allow(dead_code))]
    pub(crate) root: Node<'d>,
    pub(crate) item: Node<'d>,
    pub(crate) node: Node<'d>,
}

/// All operations of a document as nodes.
pub(crate) fn nodes(document: &Value) -> Vec<OperationNode<'_>> {
    let all = operations(document).into_iter();
    all.filter_map(|operation| OperationNode::at(document, operation)).collect()
}

/// A parameter: the entry of the list that has it, and what a reference there leads to.
#[derive(Clone)]
pub(crate) struct Parameter<'d> {
    pub(crate) written: Node<'d>,
    pub(crate) node: Node<'d>,
}

impl<'d> Parameter<'d> {
    pub(crate) fn name(&self) -> Option<&'d str> {
        self.node.text("name")
    }

    /// `path`, `query`, `header` or `cookie`.
    pub(crate) fn location(&self) -> Option<&'d str> {
        self.node.text("in")
    }
}

impl<'d> OperationNode<'d> {
    pub(crate) fn at(document: &'d Value, operation: Operation) -> Option<Self> {
        let root = Node::root(document);
        let item = root.get("paths")?.get(&operation.path)?;
        let node = item.get(&operation.method)?;
        Some(Self { operation, root, item, node })
    }

    /// The parameters that apply, those of the path item first. One of the operation stands for
    /// one of the path item with the same name and location (OpenAPI 3.1, section 4.8.9.1).
    pub(crate) fn parameters(&self) -> Vec<Parameter<'d>> {
        let mut effective: Vec<Parameter<'d>> = Vec::new();
        for holder in [&self.item, &self.node] {
            for parameter in parameters_of(holder) {
                let key = |it: &Parameter<'d>| (it.node.value.get("name"), it.node.value.get("in"));
                effective.retain(|other| key(other) != key(&parameter));
                effective.push(parameter);
            }
        }
        effective
    }
}

/// The entries of the list `parameters` that a path item or an operation has itself.
pub(crate) fn parameters_of<'d>(holder: &Node<'d>) -> Vec<Parameter<'d>> {
    let list = holder.written("parameters");
    let entries = list.iter().flat_map(Node::items);
    entries.map(|written| Parameter { node: written.clone().resolved(), written }).collect()
}

/// Whether HTTP allows a name of a header (RFC 9110, section 5.6.2).
pub(crate) fn is_header_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_allowed)
}
