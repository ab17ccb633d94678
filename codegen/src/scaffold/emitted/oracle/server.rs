//! A server on loopback that keeps the bytes of each request as they came.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The server.
pub struct Server {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answer: Vec<u8>,
    received: Vec<Vec<u8>>,
}

impl Server {
    /// Starts one, on a port of its own.
    ///
    /// # Errors
    /// No port that is free.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // What cannot be read or written is seen by the client.
                let _ = serve(stream, &shared);
            }
        });
        Ok(Self { address, state })
    }

    /// What it answers from now on.
    pub fn answer(&self, status: u16, media: Option<&str>, body: &[u8]) {
        let kind = media.map(|media| format!("content-type: {media}\r\n")).unwrap_or_default();
        let length = match status {
            204 => String::new(),
            _ => format!("content-length: {}\r\n", body.len()),
        };
        let head = format!("HTTP/1.1 {status} X\r\n{kind}{length}connection: close\r\n\r\n");
        if let Ok(mut state) = self.state.lock() {
            state.answer = [head.as_bytes(), body].concat();
        }
    }

    /// The requests that came since this was called last.
    pub fn received(&self) -> Vec<Vec<u8>> {
        self.state.lock().map(|mut state| std::mem::take(&mut state.received)).unwrap_or_default()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
    while !super::request::is_whole(&bytes) {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
    }
    let answer = match state.lock() {
        Ok(mut state) if !bytes.is_empty() => {
            state.received.push(bytes);
            state.answer.clone()
        }
        _ => return Ok(()),
    };
    stream.write_all(&answer)
}
