//! Forecasts the heap of Python programs without running them.

pub mod algebra;
pub mod analysis;
pub mod commands;
mod components;
pub mod interface;
pub mod ir;
pub mod lower;
pub mod program;
pub mod project;
pub mod summary;
