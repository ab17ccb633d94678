//! How far a run is, for whoever shows it. Nobody does unless asked to.

use std::fmt;
use std::sync::Arc;

use crate::error::Stage;

/// What a run is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A stage begins.
    Stage {
        /// Which one.
        stage: Stage,
        /// How much it has to do.
        count: usize,
        /// What is counted, such as `operations`.
        of: &'static str,
    },
    /// One of those is done.
    Done,
    /// The run is at its end, and prints what came of it.
    End,
}

/// Told of every step of a run.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Fn(Step) + Send + Sync>>);

impl Progress {
    /// Progress that is shown.
    pub fn shown(show: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(show)))
    }

    /// A stage begins.
    pub fn stage(&self, stage: Stage, count: usize, of: &'static str) {
        self.tell(Step::Stage { stage, count, of });
    }

    /// One of what the stage counts is done.
    pub fn done(&self) {
        self.tell(Step::Done);
    }

    /// The run is at its end.
    pub fn end(&self) {
        self.tell(Step::End);
    }

    fn tell(&self, step: Step) {
        if let Some(show) = &self.0 {
            show(step);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(shown)" } else { "Progress(silent)" })
    }
}
