//! The parts of a multipart form. Paths that begin with `super` lead to stand-ins here; in a client,
//! they are the crate `reqwest` and the type that stands for a file.

#[allow(dead_code)]
impl super::FilePart {
    /// A part that is a file, of a media type unless it names its own.
    fn to_part(
        &self,
        media: ::std::option::Option<&str>,
    ) -> ::std::result::Result<super::reqwest::multipart::Part, ::std::string::String> {
        let mut part = super::reqwest::multipart::Part::bytes(self.bytes.clone());
        // Servers take a part without a file name for a text.
        let name = self.file_name.clone().unwrap_or_else(|| "file".to_owned());
        part = part.file_name(quotable(&name));
        match self.content_type.as_deref().or(media) {
            Some(kind) => part.mime_str(kind).map_err(|error| error.to_string()),
            None => Ok(part),
        }
    }

    /// A part that is a text unless it has the name of a file.
    fn to_any_part(
        &self,
        media: ::std::option::Option<&str>,
    ) -> ::std::result::Result<super::reqwest::multipart::Part, ::std::string::String> {
        if self.file_name.is_some() {
            return self.to_part(media);
        }
        let part = super::reqwest::multipart::Part::bytes(self.bytes.clone());
        match self.content_type.as_deref().or(media) {
            Some(kind) => part.mime_str(kind).map_err(|error| error.to_string()),
            None => Ok(part),
        }
    }
}

/// The name of a part or file in quotes, as browsers write it.
#[allow(dead_code)]
fn quotable(name: &str) -> ::std::string::String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Adds a part to a form, which is made for its first one. Its name is in quotes: `reqwest` writes one with a blank
/// or a letter beyond ASCII as `name*`, which RFC 7578, section 4.2, rules out.
#[allow(dead_code)]
fn add_part(
    form: ::std::option::Option<super::reqwest::multipart::Form>,
    name: impl ::std::convert::Into<::std::borrow::Cow<'static, str>>,
    part: super::reqwest::multipart::Part,
) -> ::std::option::Option<super::reqwest::multipart::Form> {
    let new = || super::reqwest::multipart::Form::new().percent_encode_noop();
    Some(form.unwrap_or_else(new).part(quotable(&name.into()), part))
}

/// Sends a form. One without a part is its closing delimiter alone, as browsers send it: `reqwest` makes an
/// empty body of it, which is no multipart body.
#[allow(dead_code)]
pub(crate) fn with_form(
    request: super::reqwest::RequestBuilder,
    form: ::std::option::Option<super::reqwest::multipart::Form>,
) -> super::reqwest::RequestBuilder {
    if let Some(form) = form {
        return request.multipart(form);
    }
    let form = super::reqwest::multipart::Form::new();
    let boundary = form.boundary();
    request
        .header(
            super::reqwest::header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={boundary}"),
        )
        .body(format!("--{boundary}--\r\n"))
}

/// Texts and numbers are parts, lists are several parts of one name, objects are JSON.
#[allow(dead_code)]
fn add_to_form(
    form: ::std::option::Option<super::reqwest::multipart::Form>,
    name: impl ::std::convert::Into<::std::borrow::Cow<'static, str>>,
    media: ::std::option::Option<&str>,
    value: &impl ::serde::Serialize,
) -> ::std::result::Result<
    ::std::option::Option<super::reqwest::multipart::Form>,
    ::std::string::String,
> {
    use ::serde_json::Value;
    const JSON: &str = "application/json";
    let name = name.into();
    let part = |text: ::std::string::String, media: ::std::option::Option<&str>| {
        let part = super::reqwest::multipart::Part::text(text);
        match media {
            Some(kind) => part.mime_str(kind).map_err(|error| error.to_string()),
            None => Ok(part),
        }
    };
    let one = |value: Value| match value {
        Value::String(text) if media != Some(JSON) => part(text, media),
        Value::Object(_) => part(value.to_string(), media.or(Some(JSON))),
        plain => part(plain.to_string(), media),
    };
    Ok(match ::serde_json::to_value(value).map_err(|error| error.to_string())? {
        Value::Null => form,
        Value::Array(items) if media != Some(JSON) => {
            let mut form = form;
            for item in items {
                form = add_part(form, name.clone(), one(item)?);
            }
            form
        }
        value => add_part(form, name, one(value)?),
    })
}

#[cfg(test)]
mod tests;
