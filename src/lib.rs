//! Forecasts the heap of Python programs without running them.

pub mod commands;
pub mod ir;
