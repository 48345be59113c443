//! What is known: identifiers, interned strings, every input relation, and the models that say
//! what builtins and libraries do.

mod builtins;
pub mod cpython;
mod ids;
mod models;
mod relations;
mod symbols;

pub use builtins::is_immutable;
pub use ids::{Call, Column, Field, FieldKind, Obj, Region, Relocation, Var};
pub use models::{
    Allocation, FunctionCost, Growth, ModelError, ModelNames, Models, NextIds, Several, Shape,
    SizeExpr, TableKind,
};
pub use relations::{ColumnInfo, Facts, ObjectKind, PROGRAM, RegionKind, RelationInfo};
pub use symbols::{FixedState, Map, Symbol, Symbols, hasher};
