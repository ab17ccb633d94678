//! The header `Link` (RFC 8288).

use reqwest::header::{HeaderMap, LINK};

/// The target of the first link whose relation is `next`.
pub(crate) fn next(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(links).find(Link::is_next).map(|link| link.target)
}

struct Link {
    target: String,
    /// The first `rel`; others mean nothing (section 3.3).
    relation: Option<String>,
    /// A link of something else than what was asked for.
    is_of_another: bool,
}

impl Link {
    /// Relations are compared without regard to case, and there may be several.
    fn is_next(&self) -> bool {
        let mut relations = self.relation.iter().flat_map(|all| all.split_ascii_whitespace());
        !self.is_of_another && relations.any(|one| one.eq_ignore_ascii_case("next"))
    }
}

/// The links of one header line; what follows something that is no link is passed over.
fn links(line: &str) -> Vec<Link> {
    let (mut rest, mut links) = (line, Vec::new());
    while let Some((target, after)) = rest
        .trim_start_matches([' ', '\t', ','])
        .strip_prefix('<')
        .and_then(|it| it.split_once('>'))
    {
        let mut link =
            Link { target: target.trim().to_owned(), relation: None, is_of_another: false };
        rest = after.trim_start();
        while let Some(after) = rest.strip_prefix(';') {
            let (name, value, after) = parameter(after);
            match name.to_ascii_lowercase().as_str() {
                "rel" => drop(link.relation.get_or_insert(value)),
                "anchor" => link.is_of_another = true,
                _ => {}
            }
            rest = after.trim_start();
        }
        links.push(link);
    }
    links
}

/// A parameter's name and value, and what follows.
fn parameter(text: &str) -> (&str, String, &str) {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let Some(rest) = rest.strip_prefix('=').map(str::trim_start) else {
        return (name.trim(), String::new(), rest);
    };
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find([';', ',']).unwrap_or(rest.len());
        let (value, rest) = rest.split_at(end);
        return (name.trim(), value.trim().to_owned(), rest);
    };
    let (mut value, mut is_escaped) = (String::new(), false);
    for (index, character) in quoted.char_indices() {
        match character {
            '"' if !is_escaped => return (name.trim(), value, &quoted[index + 1..]),
            '\\' if !is_escaped => is_escaped = true,
            other => {
                value.push(other);
                is_escaped = false;
            }
        }
    }
    (name.trim(), value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(LINK, line.parse().unwrap());
        }
        next(&headers)
    }

    #[test]
    fn the_next_among_several() {
        let line = "<https://a.example/?p=1>; rel=\"prev\", <https://a.example/?p=3>; rel=\"next\"";
        assert_eq!(of(&[line]).unwrap(), "https://a.example/?p=3");
        assert_eq!(of(&["</a>; rel=prev", "</b>; rel=next"]).unwrap(), "/b");
    }

    #[test]
    fn relations_have_no_case_and_may_be_several() {
        assert_eq!(of(&["</a>;REL=\"last Next\""]).unwrap(), "/a");
        assert_eq!(of(&["</a>; rel=\"nextish\""]), None);
    }

    #[test]
    fn commas_and_semicolons_inside_of_urls_and_quotes() {
        let line = "</a?x=1,2;3>; title=\"one, \\\"two\\\"; <b>\"; rel=next";
        assert_eq!(of(&[line]).unwrap(), "/a?x=1,2;3");
    }

    #[test]
    fn the_first_relation_counts_and_no_link_of_something_else() {
        assert_eq!(of(&["</a>; rel=prev; rel=next"]), None);
        assert_eq!(of(&["</a>; rel=next; anchor=\"/other\""]), None);
    }

    #[test]
    fn no_link_at_all() {
        for line in ["", "none", "<", "</a", "</a>", "</a>; rel", ";;,"] {
            assert_eq!(of(&[line]), None, "{line}");
        }
    }
}
