//! `with`: a manager that is entered and left, and may swallow what its body raises.

use heapcast_facts::RegionKind;
use rustpython_ast as ast;

use super::builder::Lowerer;
use crate::ir::{Const, Op, With};

impl<'a> Lowerer<'a> {
    pub(super) fn with_statement(&mut self, statement: &'a ast::StmtWith) {
        self.with_items(statement, &statement.items);
    }

    fn with_items(&mut self, statement: &'a ast::StmtWith, items: &'a [ast::WithItem]) {
        let Some((item, rest)) = items.split_first() else {
            return self.statements(&statement.body);
        };
        let (enter, exit) = if statement.is_async {
            ("__aenter__", "__aexit__")
        } else {
            ("__enter__", "__exit__")
        };
        let manager = self.expression(&item.context_expr);
        self.at(item);
        let value = self.protocol(manager, enter, &[]);
        if let Some(target) = &item.optional_vars {
            self.assign(target, value);
        }
        let mark = self.frame.mark();
        let ((region, body), log) = self.logged(|lowerer| {
            let (region, body, ()) = lowerer.in_region(RegionKind::With, |lowerer| {
                lowerer.with_items(statement, rest)
            });
            (region, body)
        });
        // A context manager may swallow what its body raises.
        let mut phis = Vec::new();
        if !self.frame.reachable {
            self.frame.rewind(mark);
            self.frame.reachable = true;
            phis = self.interrupted(&log);
        }
        self.frame.forget();
        self.push(Op::With(Box::new(With {
            region,
            manager,
            body,
            phis,
        })));
        let nothing = self.constant(Const::None);
        self.protocol(manager, exit, &[nothing, nothing, nothing]);
    }
}
