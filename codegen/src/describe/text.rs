//! Words of a cell as Markdown, and whether one text says what another says.

/// A cell of a table as text of its own. Lines of one word each are a list in one line; other lines are
/// paragraphs, or items where they began with a bullet.
pub(super) fn of_cell(cell: &str) -> String {
    let mut text = String::new();
    let cell = cell.replace('•', "\n•");
    for line in cell.lines() {
        let line = line.trim();
        let (is_item, words) = match line.strip_prefix('•') {
            Some(rest) => (true, rest.trim()),
            None => (false, line),
        };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            continue;
        }
        let is_word = !words.contains(' ') && !words.ends_with([':', '.']);
        match (text.is_empty(), is_word, is_item) {
            (true, ..) => {}
            (_, true, _) if text.ends_with(':') => text.push(' '),
            (_, true, _) if !text.ends_with('.') => text.push_str(", "),
            (_, _, true) if last_line(&text).starts_with("- ") => text.push('\n'),
            _ => text.push_str("\n\n"),
        }
        if is_item && !is_word {
            text.push_str("- ");
        }
        text.push_str(&words);
    }
    escaped(&text)
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

/// What would be a tag or a link in Markdown is the text that it is in the cell; an address is a link.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            escaped.push('`');
        }
        match index % 2 {
            0 => escaped.push_str(&linked(part)),
            _ => escaped.push_str(part),
        }
    }
    escaped
}

fn linked(text: &str) -> String {
    let mut linked = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let address = bare.trim_end_matches(['.', ',', ')', ';', ':']);
        if ["https://", "http://"].iter().any(|start| bare.starts_with(start)) {
            let rest = word.get(address.len()..).unwrap_or_default();
            linked.push_str(&format!("<{address}>{rest}"));
        } else {
            linked.push_str(&word.replace('<', "\\<").replace('[', "\\["));
        }
    }
    linked
}

/// A text with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

/// The letters and digits of a text, a blank between words: what two texts are compared by.
pub(super) fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether a text has the words of another, in their order and next to each other.
pub(super) fn holds(text: &str, words: &str) -> bool {
    let words = plain(words);
    words.is_empty() || format!(" {} ", plain(text)).contains(&format!(" {words} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_word_are_a_list() {
        assert_eq!(of_cell("How it goes \nEnum: A \nB_C\nD"), "How it goes\n\nEnum: A, B_C, D");
        assert_eq!(of_cell("Only supports:• `a/b`• `c`"), "Only supports: `a/b`, `c`");
    }

    #[test]
    fn lines_of_several_words_are_paragraphs_or_items() {
        assert_eq!(of_cell("One.\n\nChina: X, Y"), "One.\n\nChina: X, Y");
        assert_eq!(of_cell("Kinds:\n• a cat\n• a dog"), "Kinds:\n\n- a cat\n- a dog");
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(of_cell("a <b> [c] `<d>`"), "a \\<b> \\[c] `<d>`");
        assert_eq!(of_cell("See https://a.example/b."), "See <https://a.example/b>.");
    }

    #[test]
    fn words_are_held_whatever_stands_between_them() {
        assert!(holds("Document ID from **Upload API**.", "ID from upload `API`"));
        assert!(!holds("Acme only", "Acme on"));
    }
}
