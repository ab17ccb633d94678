//! The server, in a process of its own: says its address, and serves until it is ended.

use tokio::net::TcpListener;

async fn run() -> Result<(), calls::Wrong> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    calls::server::serve(listener).await
}

fn main() -> Result<(), calls::Wrong> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}
