//! Statements, each by its kind.

use rustpython_ast::{self as ast, Expr, Stmt};

use super::builder::Lowerer;

impl<'a> Lowerer<'a> {
    /// Statements in order, as far as they can be reached.
    pub(super) fn statements(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            if !self.frame.reachable {
                return;
            }
            self.at(statement);
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Expr(inner) => {
                self.expression(&inner.value);
            }
            Stmt::Assign(assignment) => self.assignment(assignment),
            Stmt::AnnAssign(assignment) => {
                if let Some(value) = &assignment.value {
                    let value = self.expression(value);
                    self.assign(&assignment.target, value);
                }
            }
            Stmt::AugAssign(assignment) => self.augmented(assignment),
            Stmt::FunctionDef(definition) => self.function_definition(definition),
            Stmt::ClassDef(definition) => self.class_definition(definition),
            Stmt::Return(inner) => match inner.value.as_deref() {
                Some(value) => self.return_statement(value),
                None => self.return_value(None),
            },
            Stmt::If(inner) => self.if_statement(inner),
            Stmt::For(inner) => self.for_statement(inner),
            Stmt::While(inner) => self.while_statement(inner),
            Stmt::Try(inner) => self.try_statement(inner),
            Stmt::With(inner) => self.with_statement(inner),
            Stmt::Match(inner) => self.match_statement(inner),
            Stmt::Raise(inner) => self.raise(inner),
            Stmt::Assert(inner) => self.assert(inner),
            Stmt::Import(inner) => self.import_statement(inner),
            Stmt::ImportFrom(inner) => self.import_from(inner),
            Stmt::Delete(inner) => {
                for target in &inner.targets {
                    self.delete(target);
                }
            }
            Stmt::Break(_) => self.break_loop(),
            Stmt::Continue(_) => self.continue_loop(),
            Stmt::TypeAlias(alias) => {
                let value = self.new_var();
                if let Expr::Name(name) = &*alias.name {
                    self.bind(name.id.as_str(), value);
                }
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn assert(&mut self, statement: &'a ast::StmtAssert) {
        let condition = self.condition(&statement.test);
        if let Some(message) = &statement.msg {
            self.arm(&condition.when_false, |lowerer| {
                lowerer.expression(message);
            });
        }
        self.apply_narrowing(&condition.when_true);
    }
}
