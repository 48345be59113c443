//! Names: where each is bound, and what it holds.
//!
//! A name that one function alone uses is what was last assigned to it. One that several share has a
//! cell, which holds all that any of them assigns.

use heapcast_facts::{Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::builder::{Lowerer, MODULE_OBJECT};
use super::scope::{MODULE, Name, ScopeId, ScopeKind};
use crate::ir::Op;

impl Lowerer<'_> {
    /// Private names are mangled inside of classes.
    pub(super) fn mangle(&mut self, text: &str) -> Symbol {
        if let Some(class) = self.frame.class
            && let Some(name) = super::scope::mangled(self.symbols.text(class.name), text)
        {
            return self.intern(&name);
        }
        self.intern(text)
    }

    fn name_in(&self, scope: ScopeId, name: Symbol) -> Option<Name> {
        self.scopes.get(scope).names.get(&name).copied()
    }

    /// Where the name is bound, seen from the innermost scope.
    fn resolve(&self, name: Symbol) -> Option<(ScopeId, Name)> {
        let start = self.frame.scopes.last().copied().unwrap_or(MODULE);
        let mut at = Some(start);
        while let Some(id) = at {
            let scope = self.scopes.get(id);
            let visible = scope.kind != ScopeKind::Class || id == start;
            if visible && let Some(found) = self.name_in(id, name) {
                if found.global {
                    break;
                }
                if found.bound && !found.nonlocal {
                    return Some((id, found));
                }
            }
            at = scope.parent;
        }
        self.name_in(MODULE, name)
            .filter(|found| found.bound)
            .map(|found| (MODULE, found))
    }

    /// The cell of a name that several functions share.
    pub(super) fn cell(&mut self, scope: ScopeId, name: Symbol) -> Var {
        if let Some(&cell) = self.cells.get(&(scope, name)) {
            return cell;
        }
        let cell = if scope == MODULE {
            let cell = self.new_var_of(MODULE_OBJECT);
            self.facts.module_global.push((MODULE_OBJECT, name, cell));
            cell
        } else {
            let cell = self.new_var();
            self.captured_vars.insert(cell, ());
            cell
        };
        self.cells.insert((scope, name), cell);
        cell
    }

    /// Declares the cells of a scope that runs in the current frame, before its code.
    pub(super) fn declare_cells(&mut self, scope: ScopeId) {
        let mut shared: Vec<Symbol> = self
            .scopes
            .get(scope)
            .names
            .iter()
            .filter(|(_, name)| name.bound && !name.global && !name.nonlocal)
            .filter(|(_, name)| scope == MODULE || name.captured)
            .map(|(&symbol, _)| symbol)
            .collect();
        shared.sort_unstable();
        for name in shared {
            self.cell(scope, name);
        }
    }

    /// The place of a name in the current frame.
    pub(super) fn slot(&mut self, scope: ScopeId, name: Symbol) -> u32 {
        if let Some(slot) = self.frame.slot(scope, name) {
            return slot;
        }
        let cell = self.cells.get(&(scope, name)).copied();
        self.frame.add_slot(scope, name, cell)
    }

    /// The slot of a name that the current frame binds itself.
    pub(super) fn local_slot(&mut self, name: Symbol) -> Option<u32> {
        let (scope, _) = self.resolve(name)?;
        self.frame
            .scopes
            .contains(&scope)
            .then(|| self.slot(scope, name))
    }

    /// What a name holds here.
    pub(super) fn read_name(&mut self, text: &str) -> Var {
        self.read(text, false)
    }

    /// What a name holds here or later on: annotations may be evaluated once all is bound.
    pub(super) fn read_annotated(&mut self, text: &str) -> Var {
        self.read(text, true)
    }

    fn read(&mut self, text: &str, is_late: bool) -> Var {
        let name = self.mangle(text);
        match self.resolve(name) {
            Some((scope, found)) if self.frame.scopes.contains(&scope) => {
                let slot = self.slot(scope, name);
                if !found.volatile
                    && let Some(var) = self.frame.value(slot)
                {
                    if scope != MODULE {
                        self.frame.capture(scope, var);
                    }
                    return var;
                }
                let is_late = is_late || found.volatile || self.frame.may_be_bound(slot);
                if scope == MODULE && !is_late {
                    // `_map = map` before `def map`.
                    return self.unbound(name);
                }
                if scope == MODULE || found.captured {
                    self.cell(scope, name)
                } else {
                    self.read_outside(scope, name)
                }
            }
            Some((scope, _)) => self.cell(scope, name),
            None => self.unresolved(name),
        }
    }

    /// A class body reads what it has not bound yet from outside.
    fn read_outside(&mut self, scope: ScopeId, name: Symbol) -> Var {
        let outer = self.scopes.get(scope).parent;
        if self.scopes.get(scope).kind == ScopeKind::Class && outer.is_some() {
            if self.name_in(MODULE, name).is_some_and(|found| found.bound) {
                return self.cell(MODULE, name);
            }
            return self.unresolved(name);
        }
        self.new_var()
    }

    /// A name that the module does not bind: a builtin, or one that a star import brings.
    fn unresolved(&mut self, name: Symbol) -> Var {
        if let Some(&var) = self.names.get(&name) {
            return var;
        }
        let var = self.new_var_of(MODULE_OBJECT);
        self.names.insert(name, var);
        self.name_of.insert(var, name);
        self.links.names.push((var, name));
        var
    }

    /// A name of the module before the module binds it: a builtin.
    fn unbound(&mut self, name: Symbol) -> Var {
        let var = self.new_var_of(MODULE_OBJECT);
        self.name_of.insert(var, name);
        self.links.builtins.push((var, name));
        var
    }

    /// The builtin that a variable is, if it surely is one.
    pub(super) fn builtin_name(&self, var: Var) -> Option<&str> {
        self.name_of.get(&var).map(|&name| self.symbols.text(name))
    }

    /// Binds a name.
    pub(super) fn bind(&mut self, text: &str, value: Var) {
        let name = self.mangle(text);
        let start = self.frame.scopes.last().copied().unwrap_or(MODULE);
        let declared = self.name_in(start, name).unwrap_or_default();
        let target = if declared.global {
            Some((MODULE, declared))
        } else {
            self.resolve(name)
        };
        let Some((scope, found)) = target else { return };
        if self.frame.scopes.contains(&scope) {
            let slot = self.slot(scope, name);
            self.bind_slot(slot, value, found.volatile);
        } else {
            let cell = self.cell(scope, name);
            self.store_cell(cell, value, name);
        }
    }

    /// `del name`
    pub(super) fn unbind(&mut self, text: &str) {
        let name = self.mangle(text);
        if let Some(slot) = self.local_slot(name) {
            self.frame.set(slot, None);
        }
    }

    fn bind_slot(&mut self, slot: u32, value: Var, volatile: bool) {
        self.frame.set(slot, Some(value));
        match self.frame.cell_of(slot) {
            Some((cell, name)) if volatile => self.store_cell(cell, value, name),
            Some(_) => self.frame.store_later(slot, value),
            None => {}
        }
    }

    /// Lets other code see the current values of shared names.
    pub(super) fn flush(&mut self) {
        for (slot, value) in self.frame.take_pending() {
            if let Some((cell, name)) = self.frame.cell_of(slot) {
                self.store_cell(cell, value, name);
            }
        }
    }

    fn store_cell(&mut self, cell: Var, value: Var, name: Symbol) {
        let known = self.known.get(&value).copied();
        self.cell_known
            .entry(cell)
            .and_modify(|earlier| {
                if *earlier != known {
                    *earlier = None;
                }
            })
            .or_insert(known);
        let definition = self.definitions.get(&value).copied();
        self.cell_definitions
            .entry(cell)
            .and_modify(|earlier| {
                if *earlier != definition {
                    *earlier = None;
                }
            })
            .or_insert(definition);
        self.facts.assign.push((cell, value));
        self.push(Op::StoreCell {
            cell,
            from: value,
            name,
        });
    }
}

/// The last part of a dotted name.
pub(super) fn last_name(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// The name that `import a.b as c` binds: `c`, or `a` where there is no `as`.
pub(super) fn imported_module(alias: &ast::Alias) -> &str {
    match &alias.asname {
        Some(name) => name.as_str(),
        None => alias.name.as_str().split('.').next().unwrap_or_default(),
    }
}

/// The name that `from m import a as b` binds.
pub(super) fn imported_member(alias: &ast::Alias) -> &str {
    alias.asname.as_ref().unwrap_or(&alias.name).as_str()
}

/// Whether an expression is that name alone.
pub(super) fn is_name(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Name(inner) if inner.id.as_str() == name)
}

/// Whether a text can be a name in Python.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text
            .chars()
            .all(|other| other.is_alphanumeric() || other == '_')
}
