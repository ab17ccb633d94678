//! Tables in the documentation that are made of the code.

use std::fs;
use std::path::Path;

/// Holds the text between two comments, `<!-- name -->` and `<!-- end -->`, against what it should be, or
/// writes it there with `BLESS=1`.
pub fn renew(file: &Path, name: &str, table: &str) {
    let text = fs::read_to_string(file).unwrap();
    let (start, end) = (format!("<!-- {name} -->\n"), "<!-- end -->");
    let from = text.find(&start).expect("the place of the table") + start.len();
    let to = from + text[from..].find(end).expect("the end of the table");
    let mut made = text.clone();
    made.replace_range(from..to, table);
    if std::env::var("BLESS").is_ok_and(|bless| bless == "1") {
        fs::write(file, &made).unwrap();
    } else {
        assert!(made == text, "{} is stale: BLESS=1 rewrites its tables", file.display());
    }
}
