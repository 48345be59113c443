//! Moving a file's code to its place in the program.

use heapcast_facts::{Column, Relocation, Var};

use super::{
    Argument, Block, Callee, Comprehension, Const, Function, Handler, Index, Loop, LoopKind,
    Module, Op, Phi,
};

impl Module {
    /// Moves all identifiers to their place in the program.
    pub fn relocate(&mut self, by: &Relocation<'_>) {
        for function in &mut self.functions {
            function.relocate(by);
        }
    }
}

/// Identifiers that move.
trait Move {
    fn shift(&mut self, by: &Relocation<'_>);
}

impl<C: Column> Move for C {
    fn shift(&mut self, by: &Relocation<'_>) {
        *self = self.relocate(by);
    }
}

fn shift_option(var: &mut Option<Var>, by: &Relocation<'_>) {
    if let Some(var) = var {
        var.shift(by);
    }
}

fn shift_phis(phis: &mut [Phi], by: &Relocation<'_>) {
    for phi in phis {
        phi.to.shift(by);
        for var in &mut phi.from {
            var.shift(by);
        }
    }
}

fn shift_block(block: &mut Block, by: &Relocation<'_>) {
    for item in block {
        item.op.relocate(by);
    }
}

impl Function {
    fn relocate(&mut self, by: &Relocation<'_>) {
        self.object.shift(by);
        self.name.shift(by);
        self.region.shift(by);
        for parameter in &mut self.parameters {
            parameter.name.shift(by);
            parameter.var.shift(by);
            shift_option(&mut parameter.default, by);
        }
        shift_block(&mut self.body, by);
    }
}

impl Index {
    fn relocate(&mut self, by: &Relocation<'_>) {
        match self {
            Self::Value(var) => var.shift(by),
            Self::Slice { lower, upper, step } => {
                shift_option(lower, by);
                shift_option(upper, by);
                shift_option(step, by);
            }
        }
    }
}

impl Callee {
    fn relocate(&mut self, by: &Relocation<'_>) {
        match self {
            Self::Value(var) => var.shift(by),
            Self::Method(base, name) | Self::Protocol(base, name) => {
                base.shift(by);
                name.shift(by);
            }
        }
    }
}

impl Argument {
    fn relocate(&mut self, by: &Relocation<'_>) {
        match self {
            Self::Positional(var) | Self::Star(var) | Self::StarStar(var) => var.shift(by),
            Self::Keyword(name, var) => {
                name.shift(by);
                var.shift(by);
            }
        }
    }
}

impl Loop {
    fn relocate(&mut self, by: &Relocation<'_>) {
        self.region.shift(by);
        match &mut self.kind {
            LoopKind::For { iterable, element } => {
                iterable.shift(by);
                element.shift(by);
            }
            LoopKind::While { header, test } => {
                shift_block(header, by);
                test.shift(by);
            }
        }
        shift_phis(&mut self.phis, by);
        shift_block(&mut self.body, by);
        shift_block(&mut self.or_else, by);
        shift_phis(&mut self.exits, by);
    }
}

impl Handler {
    fn relocate(&mut self, by: &Relocation<'_>) {
        self.region.shift(by);
        shift_phis(&mut self.phis, by);
        self.exception.shift(by);
        shift_block(&mut self.body, by);
    }
}

impl Comprehension {
    fn relocate(&mut self, by: &Relocation<'_>) {
        self.to.shift(by);
        self.object.shift(by);
        shift_block(&mut self.body, by);
    }
}

impl Op {
    fn relocate(&mut self, by: &Relocation<'_>) {
        match self {
            Self::Const { to, value } => {
                to.shift(by);
                if let Const::Str(text) = value {
                    text.shift(by);
                }
            }
            Self::StoreCell { cell, from, name } => {
                cell.shift(by);
                from.shift(by);
                name.shift(by);
            }
            Self::Narrow { to, from }
            | Self::Yield { to, from }
            | Self::YieldFrom { to, from }
            | Self::Await { to, from }
            | Self::Unpack { to, from, .. } => {
                to.shift(by);
                from.shift(by);
            }
            Self::Unary { to, operand, .. } => {
                to.shift(by);
                operand.shift(by);
            }
            Self::Binary {
                to, left, right, ..
            }
            | Self::Compare {
                to, left, right, ..
            } => {
                to.shift(by);
                left.shift(by);
                right.shift(by);
            }
            Self::Attribute { to, base, name } => {
                to.shift(by);
                base.shift(by);
                name.shift(by);
            }
            Self::SetAttribute { base, name, from } => {
                base.shift(by);
                name.shift(by);
                from.shift(by);
            }
            Self::DeleteAttribute { base, name } => {
                base.shift(by);
                name.shift(by);
            }
            Self::Subscript { to, base, index } => {
                to.shift(by);
                base.shift(by);
                index.relocate(by);
            }
            Self::SetSubscript { base, index, from } => {
                base.shift(by);
                index.relocate(by);
                from.shift(by);
            }
            Self::DeleteSubscript { base, index } => {
                base.shift(by);
                index.relocate(by);
            }
            Self::Delete { var } => var.shift(by),
            Self::Return { from } | Self::Raise { from } => shift_option(from, by),
            Self::Collect { key, value } => {
                shift_option(key, by);
                value.shift(by);
            }
            Self::Break | Self::Continue => {}
            _ => self.relocate_compound(by),
        }
    }

    fn relocate_compound(&mut self, by: &Relocation<'_>) {
        match self {
            Self::Display {
                to,
                object,
                elements,
                ..
            } => {
                to.shift(by);
                object.shift(by);
                for (var, _) in elements {
                    var.shift(by);
                }
            }
            Self::DictDisplay {
                to,
                object,
                entries,
            } => {
                to.shift(by);
                object.shift(by);
                for (key, value) in entries {
                    shift_option(key, by);
                    value.shift(by);
                }
            }
            Self::Format { to, parts, .. } => {
                to.shift(by);
                for part in parts {
                    part.shift(by);
                }
            }
            Self::SliceObject {
                to,
                lower,
                upper,
                step,
            } => {
                to.shift(by);
                shift_option(lower, by);
                shift_option(upper, by);
                shift_option(step, by);
            }
            Self::Call {
                to,
                call,
                callee,
                arguments,
            } => {
                to.shift(by);
                call.shift(by);
                callee.relocate(by);
                for argument in arguments {
                    argument.relocate(by);
                }
            }
            Self::Closure { to, function } => {
                to.shift(by);
                function.shift(by);
            }
            Self::Class { to, class, bases } => {
                to.shift(by);
                class.shift(by);
                for base in bases {
                    base.shift(by);
                }
            }
            Self::Import { to, name } => {
                to.shift(by);
                name.shift(by);
            }
            Self::UnpackRest {
                to, from, object, ..
            } => {
                to.shift(by);
                from.shift(by);
                object.shift(by);
            }
            _ => self.relocate_regions(by),
        }
    }

    fn relocate_regions(&mut self, by: &Relocation<'_>) {
        match self {
            Self::Loop(inner) => inner.relocate(by),
            Self::Branch(inner) => {
                inner.test.shift(by);
                for region in &mut inner.regions {
                    region.shift(by);
                }
                shift_block(&mut inner.then, by);
                shift_block(&mut inner.or_else, by);
                shift_phis(&mut inner.phis, by);
            }
            Self::Comprehension(inner) => inner.relocate(by),
            Self::Try(inner) => {
                inner.region.shift(by);
                shift_block(&mut inner.body, by);
                for handler in &mut inner.handlers {
                    handler.relocate(by);
                }
                shift_phis(&mut inner.phis, by);
                shift_phis(&mut inner.finally_phis, by);
                shift_block(&mut inner.finally, by);
            }
            Self::With(inner) => {
                inner.region.shift(by);
                inner.manager.shift(by);
                shift_block(&mut inner.body, by);
                shift_phis(&mut inner.phis, by);
            }
            _ => {}
        }
    }
}
