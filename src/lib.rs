//! Forecasts the heap of Python programs without running them.

pub mod algebra;
pub mod ir;
pub mod lower;
pub mod project;
pub mod summary;
