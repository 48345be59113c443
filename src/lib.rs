//! Forecasts the heap of Python programs without running them.

pub mod ir;
pub mod algebra;
