//! The `heapcast` binary.

use std::process::ExitCode;

use heapcast::analysis::Heapcast;
use heapcast::commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(commands::guarded(|| {
        commands::run(std::env::args_os(), &Heapcast)
    }))
}
