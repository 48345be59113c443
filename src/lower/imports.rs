//! Imports, and what a module exports.

use heapcast_facts::{Symbol, Var};
use rustpython_ast::{self as ast, Expr, Stmt};

use super::builder::Lowerer;
use super::names::{imported_member, imported_module};
use super::scope::MODULE;
use super::{ImportLink, ImportTarget, Rebind};
use crate::ir::Op;

impl<'a> Lowerer<'a> {
    pub(super) fn import_statement(&mut self, statement: &'a ast::StmtImport) {
        for alias in &statement.names {
            let symbol = self.intern(alias.name.as_str());
            let var = self.import(match alias.asname {
                Some(_) => ImportTarget::Module {
                    level: 0,
                    name: symbol,
                },
                None => ImportTarget::Top { name: symbol },
            });
            self.flush();
            self.push(Op::Import {
                to: var,
                name: symbol,
            });
            self.bind(imported_module(alias), var);
        }
    }

    pub(super) fn import_from(&mut self, statement: &'a ast::StmtImportFrom) {
        let module = statement.module.as_ref().map_or("", |name| name.as_str());
        let module = self.intern(module);
        let level = statement.level;
        self.flush();
        for alias in &statement.names {
            let name = alias.name.as_str();
            if name == "*" {
                let star = self.links.stars.len() as u32;
                self.links.stars.push((level, module));
                self.rebind_globals(star);
                continue;
            }
            if name == "annotations" && self.symbols.text(module) == "__future__" {
                self.lazy_annotations = true;
            }
            let symbol = self.intern(name);
            let var = self.import(ImportTarget::Member {
                level,
                module,
                name: symbol,
            });
            self.push(Op::Import {
                to: var,
                name: symbol,
            });
            self.bind(imported_member(alias), var);
        }
    }

    /// Imports below `if TYPE_CHECKING` serve annotations; nothing else of it runs.
    pub(super) fn typing_imports(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            self.at(statement);
            match statement {
                Stmt::Import(inner) => self.import_statement(inner),
                Stmt::ImportFrom(inner) => self.import_from(inner),
                _ => {}
            }
        }
    }

    /// The strings of `__all__`.
    pub(super) fn exported_names(&mut self, value: &Expr) {
        let elements = match value {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            _ => return,
        };
        let names = elements
            .iter()
            .filter_map(|element| match element {
                Expr::StringLiteral(text) => Some(self.symbols.intern(text.value.to_str())),
                _ => None,
            })
            .collect();
        self.links.exports = Some(names);
    }

    /// Records an import to be resolved when the program is linked.
    pub(super) fn import(&mut self, target: ImportTarget) -> Var {
        let var = self.new_var();
        let line = self.line;
        self.links.imports.push(ImportLink { var, target, line });
        var
    }

    /// After a star import, each global that is bound already holds what the import brings under
    /// its name, if it brings any.
    pub(super) fn rebind_globals(&mut self, star: u32) {
        if self.frame.scopes.last() != Some(&MODULE) {
            return;
        }
        let names = self.scopes.get(MODULE).names.iter();
        let mut bound: Vec<Symbol> = names
            .filter(|(_, name)| name.bound)
            .map(|(&symbol, _)| symbol)
            .collect();
        bound.sort_unstable();
        for name in bound {
            let slot = self.slot(MODULE, name);
            if let Some(old) = self.frame.value(slot) {
                let var = self.new_var();
                let text = self.symbols.text(name).to_owned();
                self.links.rebinds.push(Rebind {
                    star,
                    name,
                    var,
                    old,
                });
                self.bind(&text, var);
            }
        }
    }
}
