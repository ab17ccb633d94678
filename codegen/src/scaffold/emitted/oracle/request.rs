//! A raw request, taken apart as HTTP has it.

/// What arrived.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// The query as it was sent, if there was one.
    pub query: Option<String>,
    /// Names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// Whether all of a request is here.
pub fn is_whole(bytes: &[u8]) -> bool {
    matches!(parse(bytes), Ok(Some(_)))
}

/// A request; none of one that goes on.
///
/// # Errors
/// What is no HTTP.
pub fn parse(bytes: &[u8]) -> Result<Option<Request>, String> {
    let mut headers = [httparse::EMPTY_HEADER; 128];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(format!("no HTTP: {error}")),
    };
    let target = head.path.unwrap_or_default();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let named = head.headers.iter();
    let headers = named.map(|header| (header.name.to_ascii_lowercase(), header.value.to_vec()));
    let mut request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query,
        headers: headers.collect(),
        body: Vec::new(),
    };
    let rest = bytes.get(length..).unwrap_or_default();
    if request.text("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked")) {
        let Some(body) = chunks(rest)? else { return Ok(None) };
        request.body = body;
    } else if let Some(length) = request.text("content-length") {
        let length: usize = length.parse().map_err(|_| format!("content-length: {length}"))?;
        let Some(body) = rest.get(..length) else { return Ok(None) };
        request.body = body.to_vec();
    }
    Ok(Some(request))
}

/// A body in chunks (RFC 9112, section 7.1).
fn chunks(bytes: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let (mut body, mut rest) = (Vec::new(), bytes);
    loop {
        let (start, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err("no size of a chunk".to_owned()),
        };
        let size = usize::try_from(size).map_err(|error| error.to_string())?;
        let Some(chunk) = rest.get(start..start + size) else { return Ok(None) };
        let Some(after) = rest.get(start + size + 2..) else { return Ok(None) };
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(chunk);
        rest = after;
    }
}

impl Request {
    /// The values of a header, by its name in lower case.
    pub fn all(&self, name: &str) -> Vec<&[u8]> {
        let named = self.headers.iter().filter(|(header, _)| header == name);
        named.map(|(_, value)| value.as_slice()).collect()
    }

    /// The text of the first header of that name.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.all(name).into_iter().next()?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
}
