//! A server that keeps connections, and closes idle ones after a while.
#![allow(dead_code, reason = "no test uses all of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server that answers 200 to every request, and counts connections.
pub struct KeepAlive {
    pub url: String,
    connections: Arc<AtomicUsize>,
}

impl KeepAlive {
    /// Closes what was idle for this long, if it is set.
    pub async fn start(closes_after: Option<Duration>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(connection, closes_after.unwrap_or(Duration::MAX)));
            }
        });
        Self { url, connections }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(mut connection: TcpStream, closes_after: Duration) {
    let mut bytes = Vec::new();
    loop {
        let read = tokio::time::timeout(closes_after, connection.read_buf(&mut bytes)).await;
        if !matches!(read, Ok(Ok(1..))) {
            return;
        }
        // Requests of these tests have no body.
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.clear();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
            let _ = connection.write_all(answer).await;
        }
    }
}
