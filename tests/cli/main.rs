//! The binary as a user sees it: output, exit codes, and what is left behind.

mod pipeline;
mod support;
mod usage;
