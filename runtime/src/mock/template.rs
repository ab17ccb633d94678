//! The path of an operation as a client sends it, below whatever path the base URL has.

use percent_encoding::percent_decode_str;
use regex::Regex;
use reqwest::Url;

/// What a base URL may have in front of a path.
const PREFIX: &str = "^(?:/.*)?";

/// A path with parameters.
#[derive(Debug)]
pub(crate) struct Template {
    parts: Vec<Part>,
    /// Finds the values of the parameters.
    values: Option<Regex>,
}

#[derive(Debug)]
enum Part {
    /// What stands there, as it is sent.
    Constant(String),
    /// The name of a parameter.
    Parameter(String),
}

impl Template {
    pub(crate) fn new(path: &str) -> Self {
        // Some documents have a query in the path.
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let mut parts = Vec::new();
        for piece in path.split_inclusive('}') {
            match piece.strip_suffix('}').and_then(|piece| piece.rsplit_once('{')) {
                Some((before, name)) => {
                    parts.push(Part::Constant(sent(before)));
                    parts.push(Part::Parameter(name.to_owned()));
                }
                None => parts.push(Part::Constant(sent(piece))),
            }
        }
        let mut template = Self { parts, values: None };
        template.values = template.regex(|_| "([^/]*)".to_owned());
        template
    }

    /// Matches every path of the operation.
    pub(crate) fn pattern(&self) -> Option<Regex> {
        self.regex(|_| "[^/]*".to_owned())
    }

    /// Matches the paths in which a parameter has a value, which is encoded.
    pub(crate) fn pattern_with(&self, name: &str, value: &str) -> Option<Regex> {
        self.regex(|parameter| match parameter == name {
            true => regex::escape(value),
            false => "[^/]*".to_owned(),
        })
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        self.values.as_ref().is_some_and(|values| values.is_match(path))
    }

    /// The value of a parameter in a path, decoded.
    pub(crate) fn value(&self, name: &str, path: &str) -> Option<String> {
        let names = self.parts.iter().filter_map(|part| match part {
            Part::Parameter(name) => Some(name),
            Part::Constant(_) => None,
        });
        let (group, _) = (1..).zip(names).find(|(_, parameter)| *parameter == name)?;
        let value = self.values.as_ref()?.captures(path)?.get(group)?.as_str();
        Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
    }

    fn regex(&self, parameter: impl Fn(&str) -> String) -> Option<Regex> {
        let parts = self.parts.iter().map(|part| match part {
            Part::Constant(text) => regex::escape(text),
            Part::Parameter(name) => parameter(name),
        });
        let pattern = format!("{PREFIX}{}$", parts.collect::<String>());
        Regex::new(&pattern).ok()
    }
}

/// A constant part of a path as it is in the URL of a request.
fn sent(text: &str) -> String {
    // With a letter in front, so that nothing in the text has a meaning of its own.
    let url = Url::parse(&format!("http://localhost/x{text}"));
    let path = url.as_ref().map(Url::path).ok().and_then(|path| path.strip_prefix("/x"));
    path.map_or_else(|| text.to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn a_base_url_may_have_a_path() {
        let template = Template::new("/v1/pets/{id}");
        assert!(template.matches("/v1/pets/1"));
        assert!(template.matches("/a/b/v1/pets/1"));
        assert!(!template.matches("/av1/pets/1"));
        assert!(!template.matches("/v1/pets/1/owner"));
    }

    #[test]
    fn constants_are_texts_and_no_patterns() {
        let template = Template::new("/v1.0/pets(all)/{id}.json");
        assert!(template.matches("/v1.0/pets(all)/1.json"));
        assert!(!template.matches("/v1x0/pets(all)/1.json"));
    }

    #[test]
    fn constants_are_matched_as_they_are_sent() {
        assert!(Template::new("/año/a b").matches("/a%C3%B1o/a%20b"));
    }

    #[test]
    fn a_query_is_no_part_of_the_path() {
        assert!(Template::new("/pets?action=list").matches("/pets"));
    }

    #[test]
    fn values_are_decoded() {
        let template = Template::new("/{kind}/{id}");
        let value = |name| template.value(name, "/base/a%2Fb.c/%CF%80");
        assert_eq!(value("kind").as_deref(), Some("a/b.c"));
        assert_eq!(value("id").as_deref(), Some("π"));
        assert_eq!(value("other"), None);
    }

    #[test]
    fn a_value_is_a_text_and_no_pattern() {
        let pattern = Template::new("/{kind}/{id}").pattern_with("id", "a.c").unwrap();
        assert!(pattern.is_match("/x/a.c"));
        assert!(!pattern.is_match("/x/abc"));
    }
}
