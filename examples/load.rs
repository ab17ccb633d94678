//! A bounded load: 10,000 calls, 64 at a time, against a server on loopback in this process.
//!
//! `cargo run --release --example load` prints throughput, memory and open sockets on the way,
//! and ends with an error if any call fails or anything is left behind.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::{StreamExt, stream};
use manis::Client;
use manis::types::{Customer, CustomerUpdate};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CALLS: usize = 10_000;
const CONCURRENCY: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let examples = include_str!("../spec/upstream/update-customer-info.examples.json");
    let examples: serde_json::Value = serde_json::from_str(examples)?;
    let update: CustomerUpdate = serde_json::from_value(examples[2]["request"]["json"].clone())?;
    let (url, open) = serve(examples[2]["response"]["json"].to_string()).await?;
    let client = Client::builder(url).build()?;

    let started = Instant::now();
    let failed = Arc::new(AtomicUsize::new(0));
    println!("{:>6} calls {:>8} KiB resident {:>3} connections", 0, resident()?, 0);
    for part in 1..=10 {
        let calls = stream::iter(0..CALLS / 10).map(|_| call(&client, &update));
        let results: Vec<_> = calls.buffer_unordered(CONCURRENCY).collect().await;
        failed.fetch_add(results.iter().filter(|ok| !**ok).count(), Ordering::Relaxed);
        let (done, open) = (part * CALLS / 10, open.load(Ordering::Relaxed));
        println!("{done:>6} calls {:>8} KiB resident {open:>3} connections", resident()?);
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{:.0} calls a second, {} failed",
        CALLS as f64 / seconds,
        failed.load(Ordering::Relaxed)
    );

    drop(client);
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let left = open.load(Ordering::Relaxed);
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    println!("after the client is dropped: {left} connections, {tasks} task (the server)");
    if failed.load(Ordering::Relaxed) + left > 0 || tasks > 1 {
        return Err("calls failed, or something was left behind".into());
    }
    Ok(())
}

async fn call(client: &Client, update: &CustomerUpdate) -> bool {
    let id = manis::uuid::Uuid::nil();
    let result: Result<manis::ResponseValue<Customer>, _> =
        client.update_customer_info().customer_id(id).body(update.clone()).send().await;
    result.is_ok_and(|customer| customer.psp_results.as_ref().is_some_and(|it| it.len() == 2))
}

/// A server that keeps connections open and answers everything with one body.
async fn serve(body: String) -> Result<(String, Arc<AtomicUsize>), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let response: Arc<str> = format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into();
    let open = Arc::new(AtomicUsize::new(0));
    let counter = open.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let (response, counter) = (response.clone(), counter.clone());
            tokio::spawn(async move {
                counter.fetch_add(1, Ordering::Relaxed);
                // A client that closes the connection is how it ends.
                let _ = answer(connection, &response).await;
                counter.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
    Ok((url, open))
}

async fn answer(mut connection: TcpStream, response: &str) -> std::io::Result<()> {
    let mut received = Vec::new();
    while connection.read_buf(&mut received).await? > 0 {
        while let Some(end) = end_of_request(&received) {
            received.drain(..end);
            connection.write_all(response.as_bytes()).await?;
        }
    }
    Ok(())
}

/// Where the first request ends, if all of it is there.
fn end_of_request(received: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(received).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let length: usize = length.parse().ok()?;
    (body.len() >= length).then_some(head.len() + 4 + length)
}

/// Memory of this process in KiB, as Linux counts it; 0 elsewhere.
fn resident() -> Result<usize, Box<dyn Error>> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return Ok(0) };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
