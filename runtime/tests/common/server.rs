//! A server on loopback that does exactly what a test says.
#![allow(dead_code, reason = "no test uses all of it")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What a [`Server`] does with one connection, after it has read the request.
#[derive(Clone)]
pub enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and keeps the connection open without a word.
    SendAndStall(Vec<u8>),
    /// Sends these bytes and resets the connection.
    SendAndReset(Vec<u8>),
    /// Sends the bytes this many times, as chunks, and closes.
    SendChunks(Vec<u8>, usize),
    /// Waits, sends these bytes and closes.
    WaitAndSend(Duration, Vec<u8>),
}

/// A server on loopback: one act a connection, the last one for all that follow.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start(acts: impl Into<Vec<Act>>) -> Self {
        let acts = acts.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            for number in 0.. {
                let (connection, _) = listener.accept().await.unwrap();
                let act = acts.get(number).or(acts.last()).unwrap().clone();
                tokio::spawn(serve(connection, act, seen.clone()));
            }
        });
        Self { url, requests }
    }

    /// The requests so far, byte for byte, but for the port.
    pub fn requests(&self) -> Vec<String> {
        let host = self.url.trim_start_matches("http://");
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|request| request.replace(host, "HOST")).collect()
    }
}

/// An address on loopback that refuses connections. It is bound as long as this lives, so that no other test
/// gets its port.
pub struct Refusing {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    _bound: TcpSocket,
}

impl Refusing {
    pub fn new() -> Self {
        let bound = TcpSocket::new_v4().unwrap();
        bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { url: format!("http://{}", bound.local_addr().unwrap()), _bound: bound }
    }
}

async fn serve(mut connection: TcpStream, act: Act, seen: Arc<Mutex<Vec<String>>>) {
    let Some(request) = read_request(&mut connection).await else { return };
    seen.lock().unwrap().push(request);
    // The client may be gone already, which is what some tests are about.
    let _ = match act {
        Act::Send(bytes) => connection.write_all(&bytes).await,
        Act::SendAndStall(bytes) => {
            let _ = connection.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_secs(600)).await;
            Ok(())
        }
        Act::SendAndReset(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let _ = connection.flush().await;
            // What was sent must arrive before the reset does.
            tokio::time::sleep(Duration::from_millis(50)).await;
            connection.set_zero_linger()
        }
        Act::WaitAndSend(wait, bytes) => {
            tokio::time::sleep(wait).await;
            connection.write_all(&bytes).await
        }
        Act::SendChunks(bytes, times) => send_chunks(&mut connection, &bytes, times).await,
    };
}

async fn send_chunks(
    connection: &mut TcpStream,
    bytes: &[u8],
    times: usize,
) -> std::io::Result<()> {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    connection.write_all(head.as_bytes()).await?;
    for _ in 0..times {
        connection.write_all(format!("{:x}\r\n", bytes.len()).as_bytes()).await?;
        connection.write_all(bytes).await?;
        connection.write_all(b"\r\n").await?;
    }
    connection.write_all(b"0\r\n\r\n").await
}

async fn read_request(connection: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let read = connection.read_buf(&mut bytes).await.ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
        if read == 0 {
            return None;
        }
    }
}

/// A response with a JSON body.
pub fn json(status: &str, body: &Value) -> Vec<u8> {
    response(status, "content-type: application/json\r\n", body.to_string().as_bytes())
}

/// A response with any headers (each ending in CRLF) and body.
pub fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
