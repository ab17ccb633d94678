//! What a call allocates, beside one written by hand. Run it with
//! `cargo test --manifest-path tests/cost/Cargo.toml --package calls`.

use std::sync::mpsc;

use calls::{ByHand, Caller, Manis, Wrong};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Result<Runtime, Wrong> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// The address of a server on a thread of its own: what that allocates is not counted.
fn server() -> Result<String, Wrong> {
    let (say, address) = mpsc::channel();
    std::thread::spawn(move || {
        runtime()?.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            say.send(format!("http://{}", listener.local_addr()?))?;
            calls::server::serve(listener).await
        })
    });
    Ok(address.recv()?)
}

/// Allocations of a hundred calls on one thread, over a connection that is there already.
fn hundred<C: Caller>() -> Result<u64, Wrong> {
    let (runtime, client) = (runtime()?, C::new(&server()?)?);
    let calls = async |number| {
        for _ in 0..number {
            client.call().await?;
        }
        Ok::<_, Wrong>(())
    };
    runtime.block_on(calls(10))?;
    let mut result = Ok(());
    let counted = allocation_counter::measure(|| result = runtime.block_on(calls(100)));
    result.map(|()| counted.count_total)
}

#[test]
fn print_it() -> Result<(), Wrong> {
    for _ in 0..4 {
        println!("manis {} by-hand {}", hundred::<Manis>()?, hundred::<ByHand>()?);
    }
    Ok(())
}
