//! The binary as a user sees it: output, exit codes, and what is left behind.

mod explain;
mod paths;
mod pipeline;
mod predict;
mod support;
mod top;
mod usage;
mod verify;
