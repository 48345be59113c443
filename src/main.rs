//! The `heapcast` binary.
fn main() {}
