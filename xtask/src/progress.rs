//! A bar on a terminal; nothing in a pipe.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use manis_codegen::progress::{Progress, Step};

/// Progress on standard error, which indicatif hides where that is no terminal.
pub fn bar() -> Progress {
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("{spinner} {prefix:10} {bar:30} {pos}/{len} {msg}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    Progress::shown(move |step| match step {
        Step::Stage { stage, count, of } => {
            bar.reset();
            bar.set_length(count as u64);
            bar.set_prefix(stage.to_string());
            bar.set_message(of);
        }
        Step::Done => bar.inc(1),
        Step::End => bar.finish_and_clear(),
    })
}
