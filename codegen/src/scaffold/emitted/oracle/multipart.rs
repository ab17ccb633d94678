//! The parts of `multipart/form-data` (RFC 7578).

/// A part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub file: Option<String>,
    pub media: Option<String>,
    pub body: Vec<u8>,
}

/// Takes a body apart.
///
/// # Errors
/// What is no such body.
pub fn parse(content_type: &str, raw: &[u8]) -> Result<Vec<Part>, String> {
    let boundary = parameter(content_type, "boundary").ok_or("no boundary")?;
    let mark = [b"\r\n--", boundary.as_bytes()].concat();
    let whole = [b"\r\n", raw].concat();
    let mut rest =
        after(&whole, &mark).filter(|(before, _)| before.is_empty()).ok_or("no start")?.1;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let inside = rest.strip_prefix(b"\r\n").ok_or("no line after a boundary")?;
        let (text, following) = after(inside, &mark).ok_or("no end")?;
        parts.push(part(text)?);
        rest = following;
    }
}

/// What stands before and after the first place of something.
fn after<'r>(bytes: &'r [u8], mark: &[u8]) -> Option<(&'r [u8], &'r [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

/// A name as browsers write it in quotes.
fn unquoted(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

fn part(text: &[u8]) -> Result<Part, String> {
    let (head, body) = match text.strip_prefix(b"\r\n") {
        Some(body) => (&b""[..], body),
        None => after(text, b"\r\n\r\n").ok_or("no end of a part's head")?,
    };
    let mut part = Part { body: body.to_vec(), ..Part::default() };
    let mut is_named = false;
    for line in String::from_utf8_lossy(head).split("\r\n") {
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-disposition" => {
                part.name = unquoted(&parameter(value, "name").ok_or("a part without a name")?);
                part.file = parameter(value, "filename").map(|name| unquoted(&name));
                is_named = true;
            }
            "content-type" => part.media = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    if is_named { Ok(part) } else { Err("a part without a disposition".to_owned()) }
}

/// A parameter of a header. A quote, and the end of a line, is percent-encoded (RFC 7578, section 2, and
/// HTML) or escaped.
fn parameter(header: &str, name: &str) -> Option<String> {
    let at = header.find(&format!("{name}="))?;
    let rest = header.get(at + name.len() + 1..)?;
    let Some(quoted) = rest.strip_prefix('"') else {
        return Some(rest.split(';').next()?.trim().to_owned());
    };
    let (mut text, mut characters) = (String::new(), quoted.chars());
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => text.push(characters.next()?),
            other => text.push(other),
        }
    }
    Some(text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}
