//! How far the work is, and how long it took.

use std::io::{self, IsTerminal};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// How long each stage took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timings {
    stages: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Adds the time of a stage; a stage that comes again is summed up.
    pub fn add(&mut self, name: &'static str, time: Duration) {
        match self.stages.iter_mut().find(|(other, _)| *other == name) {
            Some((_, sum)) => *sum += time,
            None => self.stages.push((name, time)),
        }
    }

    /// The stages in order of their first start.
    #[must_use]
    pub fn stages(&self) -> &[(&'static str, Duration)] {
        &self.stages
    }

    /// One line for each stage: `stage <name> <seconds>s`.
    #[must_use]
    pub fn lines(&self) -> String {
        self.stages
            .iter()
            .map(|(name, time)| format!("stage {name} {:.3}s\n", time.as_secs_f64()))
            .collect()
    }
}

/// Watches the stages of a run: a progress bar on a terminal, and the times.
///
/// It can be shared between threads.
#[derive(Debug)]
pub struct Monitor {
    bar: ProgressBar,
    timings: Mutex<Timings>,
    appearance: Mutex<Option<Appearance>>,
}

impl Monitor {
    /// A monitor that shows nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            timings: Mutex::default(),
            appearance: Mutex::default(),
        }
    }

    /// A monitor that shows a bar once the work takes long, if standard error is a terminal.
    #[must_use]
    pub fn on_terminal() -> Self {
        if !io::stderr().is_terminal() {
            return Self::silent();
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let appearance = Mutex::new(Appearance::start(&bar));
        Self {
            bar,
            timings: Mutex::default(),
            appearance,
        }
    }

    /// Starts a stage of `steps` steps, or of an unknown number; it ends when the result is
    /// dropped.
    pub fn stage(&self, name: &'static str, steps: Option<u64>) -> Stage<'_> {
        self.bar.set_style(style(steps.is_some()));
        self.bar.set_message(name);
        self.bar.set_position(0);
        match steps {
            Some(steps) => self.bar.set_length(steps),
            None => self.bar.unset_length(),
        }
        Stage {
            monitor: self,
            name,
            start: Instant::now(),
        }
    }

    /// Runs `work` as a stage without steps.
    pub fn time<T>(&self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let _stage = self.stage(name, None);
        work()
    }

    /// Removes the bar, so that something can be printed; the times go on.
    pub fn hide(&self) {
        let appearance = self.appearance.lock();
        drop(appearance.unwrap_or_else(PoisonError::into_inner).take());
        self.bar.finish_and_clear();
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
    }

    /// Removes the bar and hands over the times.
    #[must_use]
    pub fn finish(self) -> Timings {
        self.hide();
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Timings> {
        self.timings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.hide();
    }
}

/// A stage that is under way.
#[derive(Debug)]
pub struct Stage<'a> {
    monitor: &'a Monitor,
    name: &'static str,
    start: Instant,
}

impl Stage<'_> {
    /// So many more steps are done.
    pub fn advance(&self, steps: u64) {
        self.monitor.bar.inc(steps);
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        self.monitor.lock().add(self.name, self.start.elapsed());
    }
}

fn style(counted: bool) -> ProgressStyle {
    let template = if counted {
        "{msg:10} [{bar:32}] {pos}/{len} {elapsed}"
    } else {
        "{msg:10} {spinner} {elapsed}"
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .tick_chars("-\\|/ ")
}

/// Lets the bar appear after a while, unless the work ends before.
#[derive(Debug)]
struct Appearance {
    ended: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Appearance {
    fn start(bar: &ProgressBar) -> Option<Self> {
        let ended = Arc::new((Mutex::new(false), Condvar::new()));
        let (shared, bar) = (Arc::clone(&ended), bar.clone());
        let wait = move || {
            let (lock, signal) = &*shared;
            let ended = lock.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = signal.wait_timeout_while(ended, PATIENCE, |ended| !*ended);
            let (ended, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if !*ended {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(TICK);
            }
        };
        // Without the thread there is no bar, and nothing else is amiss.
        let thread = thread::Builder::new().spawn(wait).ok()?;
        Some(Self {
            ended,
            thread: Some(thread),
        })
    }
}

impl Drop for Appearance {
    fn drop(&mut self) {
        let (lock, signal) = &*self.ended;
        *lock.lock().unwrap_or_else(PoisonError::into_inner) = true;
        signal.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_summed_by_stage_in_order_of_first_start() {
        let mut timings = Timings::default();
        timings.add("parse", Duration::from_millis(1200));
        timings.add("lower", Duration::from_millis(30));
        timings.add("parse", Duration::from_millis(5));
        assert_eq!(timings.lines(), "stage parse 1.205s\nstage lower 0.030s\n");
    }

    #[test]
    fn stages_of_several_threads_are_counted() {
        let monitor = Monitor::silent();
        let stage = monitor.stage("lower", Some(2));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| stage.advance(1));
            }
        });
        drop(stage);
        let names: Vec<_> = monitor.finish().stages().iter().map(|row| row.0).collect();
        assert_eq!(names, ["lower"]);
    }

    #[test]
    fn a_bar_that_has_no_time_to_appear_is_given_up_at_once() {
        let start = Instant::now();
        drop(Appearance::start(&ProgressBar::hidden()));
        assert!(start.elapsed() < PATIENCE);
    }
}
