//! Makes calls and says how long they took: the median and the 99th percentile in microseconds, and how many a
//! second. On one thread, so that what is counted is the calls'.

use std::sync::Arc;
use std::time::{Duration, Instant};

use calls::{ByHand, Caller, Manis, Wrong};

/// One call after another, and how long each took.
async fn in_turn(client: Arc<impl Caller>, calls: usize) -> Result<Vec<Duration>, Wrong> {
    let mut took = Vec::with_capacity(calls);
    for _ in 0..calls {
        let started = Instant::now();
        client.call().await?;
        took.push(started.elapsed());
    }
    Ok(took)
}

async fn run<C: Caller>(address: &str, calls: usize, concurrency: usize) -> Result<(), Wrong> {
    let client = Arc::new(C::new(address)?);
    let started = Instant::now();
    let tasks: Vec<_> = (0..concurrency)
        .map(|_| tokio::spawn(in_turn(Arc::clone(&client), calls / concurrency)))
        .collect();
    let mut took = Vec::with_capacity(calls);
    for task in tasks {
        took.extend(task.await??);
    }
    let a_second = took.len() as f64 / started.elapsed().as_secs_f64();
    took.sort();
    let at = |share: usize| took.get((took.len() * share / 100).min(took.len() - 1));
    let micros = |share| at(share).map_or(0.0, |took| took.as_secs_f64() * 1e6);
    println!("{:.1} {:.1} {a_second:.0}", micros(50), micros(99));
    Ok(())
}

fn main() -> Result<(), Wrong> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [client, address, calls, concurrency] = arguments.as_slice() else {
        return Err("manis or by-hand, an address, a number of calls, how many at once".into());
    };
    let (calls, concurrency) = (calls.parse()?, concurrency.parse()?);
    if concurrency == 0 || calls < concurrency {
        return Err("at least one call at once".into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match client.as_str() {
        "manis" => runtime.block_on(run::<Manis>(address, calls, concurrency)),
        "by-hand" => runtime.block_on(run::<ByHand>(address, calls, concurrency)),
        other => Err(format!("no client `{other}`").into()),
    }
}
