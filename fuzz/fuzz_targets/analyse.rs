//! Every stage takes what any bytes are lowered to.

#![no_main]

mod input;

use heapcast::analysis::{Solved, call_graph};
use heapcast::commands::progress::Monitor;
use heapcast::{program, project, summary};
use heapcast_facts::cpython::SizeTable;
use libfuzzer_sys::fuzz_target;

/// The largest input; longer ones only repeat what shorter ones have.
const LONGEST: usize = 2048;

fuzz_target!(|bytes: &[u8]| {
    if bytes.len() > LONGEST {
        return;
    }
    let (monitor, options) = (Monitor::silent(), input::options());
    let mut program = program::load(&input::project(bytes), &options, &monitor)
        .expect("what is wrong with a file is a diagnostic");
    let derived = program::solve(&mut program, &monitor);
    let mut solved = Solved { program, derived };
    std::hint::black_box(call_graph(&solved));
    let sizes = SizeTable::for_version(None).expect("the newest version has a table");
    let pool = project::pool(options.threads).expect("a thread");
    let rows = pool.install(|| summary::rows(&solved.program, &mut solved.derived, &sizes));
    std::hint::black_box(rows);
});
