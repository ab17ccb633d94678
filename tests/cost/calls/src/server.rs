//! A server that answers every request with the documented answer, and keeps its connections.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::{Wrong, documented};

/// Serves until the program ends.
///
/// # Errors
/// A connection that cannot be accepted.
pub async fn serve(listener: TcpListener) -> Result<(), Wrong> {
    let body = documented("response")?.to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
    let answer: &str = Box::leak(format!("{head}{}\r\n\r\n{body}", body.len()).into_boxed_str());
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        // Whoever is gone needs no answer.
        tokio::spawn(async move { drop(converse(connection, answer.as_bytes()).await) });
    }
}

/// Answers one request after another.
async fn converse(mut connection: TcpStream, answer: &[u8]) -> Result<(), Wrong> {
    let (mut buffer, mut filled) = (vec![0; 1 << 16], 0);
    loop {
        let received = connection.read(buffer.get_mut(filled..).unwrap_or_default()).await?;
        if received == 0 {
            return Ok(());
        }
        filled += received;
        if let Some(length) = whole(buffer.get(..filled).unwrap_or_default()) {
            // Nobody here sends a second request before the answer to the first.
            filled -= length;
            connection.write_all(answer).await?;
        }
    }
}

/// How long a request is that has been received to its end.
fn whole(received: &[u8]) -> Option<usize> {
    let head = received.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(received.get(..head)?).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = head + length.unwrap_or(0);
    (received.len() >= whole).then_some(whole)
}
