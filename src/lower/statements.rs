//! Simple statements, assignment targets and imports.

use heapcast_facts::{Field, Symbol, Var};
use rustpython_ast::{self as ast, Expr, Stmt};

use super::ImportTarget;
use super::builder::Lowerer;
use crate::ir::{Const, DisplayKind, Index, Op};

impl<'a> Lowerer<'a> {
    /// Statements in order, as far as they can be reached.
    pub(crate) fn statements(&mut self, statements: &'a [Stmt]) {
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
            Stmt::Return(inner) => {
                let value = inner.value.as_deref().map(|value| self.expression(value));
                self.at(inner);
                self.return_value(value);
            }
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

    // ---- assignment ------------------------------------------------------------------------

    fn assignment(&mut self, assignment: &'a ast::StmtAssign) {
        if let ([Expr::Tuple(targets)], Expr::Tuple(values)) =
            (assignment.targets.as_slice(), &*assignment.value)
            && targets.elts.len() == values.elts.len()
            && !targets
                .elts
                .iter()
                .chain(&values.elts)
                .any(Expr::is_starred_expr)
        {
            // `a, b = b, a` makes no tuple.
            let values: Vec<Var> = values
                .elts
                .iter()
                .map(|value| self.expression(value))
                .collect();
            for (target, value) in targets.elts.iter().zip(values) {
                self.assign(target, value);
            }
            return;
        }
        let value = self.expression(&assignment.value);
        for target in &assignment.targets {
            self.assign(target, value);
        }
        if let [Expr::Name(name)] = assignment.targets.as_slice()
            && name.id.as_str() == "__all__"
        {
            self.exported_names(&assignment.value);
        }
    }

    /// The strings of `__all__`.
    fn exported_names(&mut self, value: &Expr) {
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

    /// Binds a target to a value.
    pub(crate) fn assign(&mut self, target: &'a Expr, value: Var) {
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), value),
            Expr::Attribute(attribute) => {
                let base = self.expression(&attribute.value);
                self.at(attribute);
                let name = self.mangle(attribute.attr.as_str());
                self.note_instance_attribute(base, name);
                self.store_attribute(base, name, value);
                self.attribute_protocol(base, name, value);
            }
            Expr::Subscript(subscript) => {
                let base = self.expression(&subscript.value);
                let index = self.index(&subscript.slice);
                self.at(subscript);
                self.store_item(base, index, value);
            }
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, value),
            Expr::List(list) => self.unpack(&list.elts, value),
            Expr::Starred(starred) => self.assign(&starred.value, value),
            _ => {}
        }
    }

    pub(super) fn note_instance_attribute(&mut self, base: Var, name: Symbol) {
        if let Some(class) = self.frame.class
            && self.frame.receiver == Some(base)
        {
            self.facts.instance_attribute.push((class.object, name));
        }
    }

    /// A class may define `__setattr__`.
    fn attribute_protocol(&mut self, base: Var, name: Symbol, value: Var) {
        let special = self.intern("__setattr__");
        let text = self.constant(Const::Str(name));
        self.special_call(base, special, Symbol(0), &[text, value]);
    }

    /// `a, *b, c = value`
    fn unpack(&mut self, targets: &'a [Expr], value: Var) {
        let element = self.user_element(value);
        let star = targets.iter().position(Expr::is_starred_expr);
        let count = targets.len();
        let known_length = self.display_length(value);
        for (index, target) in targets.iter().enumerate() {
            let from_back = star.is_some_and(|star| index > star);
            if star == Some(index) {
                let (rest, object) = self.new_container(DisplayKind::List);
                self.frame.publish(rest);
                let after = (count - index - 1) as u32;
                self.unpack_rest(
                    rest,
                    value,
                    index as u32,
                    known_length.map(|len| len - after.min(len)),
                );
                self.push(Op::UnpackRest {
                    to: rest,
                    from: value,
                    object,
                    before: index as u32,
                    after,
                });
                self.assign(target, rest);
                continue;
            }
            let position = match (from_back, known_length) {
                (false, _) => Some(index as u32),
                (true, Some(length)) => length.checked_sub((count - index) as u32),
                (true, None) => None,
            };
            let part = self.unpacked(value, element, position);
            let number = if from_back { count - index - 1 } else { index } as u32;
            self.push(Op::Unpack {
                to: part,
                from: value,
                index: number,
                from_back,
            });
            self.assign(target, part);
        }
    }

    fn unpacked(&mut self, value: Var, element: Var, position: Option<u32>) -> Var {
        if let Some(index) = position
            && let Some(known) = self.remembered(value, Field::index(index))
        {
            return known;
        }
        let part = self.new_var();
        match position {
            Some(index) => {
                self.facts.load.push((value, Field::index(index), part));
                self.facts.load.push((value, Field::UNKNOWN, part));
                self.facts.load.push((value, Field::KEYS, part));
            }
            None => self.facts.load.push((value, Field::ALL, part)),
        }
        self.facts.assign.push((part, element));
        part
    }

    /// What a class of the project iterates over; it is not told apart by position.
    fn user_element(&mut self, value: Var) -> Var {
        let (_, iterator) = self.protocol_unless(value, "__iter__", "");
        let (_, element) = self.protocol_unless(iterator, "__next__", "");
        self.facts.iterate.push((iterator, element));
        element
    }

    /// The elements between the ones that other targets take.
    fn unpack_rest(&mut self, rest: Var, value: Var, before: u32, end: Option<u32>) {
        match end {
            Some(end) => {
                for (place, index) in (before..end).enumerate() {
                    let part = self.new_var();
                    self.facts.load.push((value, Field::index(index), part));
                    self.facts.load.push((value, Field::UNKNOWN, part));
                    self.facts
                        .store
                        .push((rest, Field::index(place as u32), part));
                }
            }
            None => self.facts.elements.push((rest, value)),
        }
    }

    fn augmented(&mut self, assignment: &'a ast::StmtAugAssign) {
        let old = match &*assignment.target {
            Expr::Name(name) => self.read_name(name.id.as_str()),
            other => self.expression(other),
        };
        let value = self.expression(&assignment.value);
        self.at(assignment);
        let result = self.binary(assignment.op, old, value, true);
        self.assign(&assignment.target, result);
    }

    fn delete(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                let var = self.read_name(name.id.as_str());
                self.push(Op::Delete { var });
                let symbol = self.mangle(name.id.as_str());
                if let Some(slot) = self.local_slot(symbol) {
                    self.frame.set(slot, None);
                }
            }
            Expr::Attribute(attribute) => {
                let base = self.expression(&attribute.value);
                let name = self.mangle(attribute.attr.as_str());
                let text = self.constant(Const::Str(name));
                let (call, _) = self.protocol_unless(base, "__delattr__", "");
                self.facts.actual.push((call, 0, text));
                let call = self.new_implied_call();
                self.facts.delete.push((call, base, name));
                self.frame.forget();
                self.push(Op::DeleteAttribute { base, name });
            }
            Expr::Subscript(subscript) => {
                let base = self.expression(&subscript.value);
                let index = self.index(&subscript.slice);
                self.frame.forget();
                self.delete_item(base, index);
            }
            Expr::Tuple(tuple) => {
                for element in &tuple.elts {
                    self.delete(element);
                }
            }
            Expr::List(list) => {
                for element in &list.elts {
                    self.delete(element);
                }
            }
            _ => {}
        }
    }

    // ---- raise and assert ------------------------------------------------------------------

    fn raise(&mut self, statement: &'a ast::StmtRaise) {
        let mut from = statement.exc.as_deref().map(|value| self.expression(value));
        if let Some(cause) = statement.cause.as_deref() {
            let cause = self.expression(cause);
            if let Some(raised) = from {
                let name = self.intern("__cause__");
                self.facts
                    .store
                    .push((raised, Field::attribute(name), cause));
            }
        }
        self.at(statement);
        if let (Some(raised), Some(value)) = (statement.exc.as_deref(), from)
            && !raised.is_call_expr()
        {
            from = Some(self.raise_class(value));
        }
        if let Some(value) = from {
            let region = self.frame.region;
            self.facts.raises.push((region, value));
        }
        self.flush();
        self.push(Op::Raise { from });
        self.frame.reachable = false;
    }

    /// `raise E` makes an instance where `E` is a class.
    fn raise_class(&mut self, value: Var) -> Var {
        let (_, to) = self.protocol_unless(value, "<raise>", "");
        self.facts.assign.push((to, value));
        to
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

    // ---- imports ---------------------------------------------------------------------------

    fn import_statement(&mut self, statement: &'a ast::StmtImport) {
        for alias in &statement.names {
            let dotted = alias.name.as_str();
            let symbol = self.intern(dotted);
            let (target, bound) = match &alias.asname {
                Some(name) => (
                    ImportTarget::Module {
                        level: 0,
                        name: symbol,
                    },
                    name.as_str(),
                ),
                None => {
                    let top = dotted.split('.').next().unwrap_or_default();
                    (ImportTarget::Top { name: symbol }, top)
                }
            };
            let var = self.import(target);
            self.flush();
            self.push(Op::Import {
                to: var,
                name: symbol,
            });
            self.bind(bound, var);
        }
    }

    fn import_from(&mut self, statement: &'a ast::StmtImportFrom) {
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
            self.bind(alias.asname.as_ref().unwrap_or(&alias.name).as_str(), var);
        }
    }

    /// The value of a constant condition, where it has one.
    pub(crate) fn static_truth(&self, test: &Expr) -> Option<bool> {
        match test {
            Expr::BooleanLiteral(literal) => Some(literal.value),
            Expr::NoneLiteral(_) => Some(false),
            Expr::NumberLiteral(number) => match &number.value {
                ast::Number::Int(value) => value.as_i64().map(|value| value != 0),
                _ => None,
            },
            Expr::Name(name) if name.id.as_str() == "TYPE_CHECKING" => Some(false),
            Expr::Attribute(attribute) if attribute.attr.as_str() == "TYPE_CHECKING" => Some(false),
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                self.static_truth(&unary.operand).map(|value| !value)
            }
            Expr::Compare(compare) => self.version_test(compare),
            _ => None,
        }
    }

    /// `sys.version_info >= (3, 8)` is decided by the analysed version.
    fn version_test(&self, compare: &ast::ExprCompare) -> Option<bool> {
        let is_version = matches!(&*compare.left, Expr::Attribute(attribute)
            if attribute.attr.as_str() == "version_info"
                && matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == "sys"));
        let [Expr::Tuple(version)] = &*compare.comparators else {
            return None;
        };
        if !is_version || version.elts.len() > 2 {
            return None;
        }
        let parts: Option<Vec<u32>> = version
            .elts
            .iter()
            .map(|part| match part {
                Expr::NumberLiteral(number) => match &number.value {
                    ast::Number::Int(value) => value.as_u32(),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let parts = parts?;
        let actual = [self.input.python.0, self.input.python.1];
        let actual = actual.get(..parts.len())?;
        match compare.ops.first()? {
            ast::CmpOp::GtE => Some(actual >= parts.as_slice()),
            ast::CmpOp::Lt => Some(actual < parts.as_slice()),
            ast::CmpOp::Gt if parts.len() == 2 => Some(actual >= parts.as_slice()),
            ast::CmpOp::LtE if parts.len() == 2 => Some(actual < parts.as_slice()),
            _ => None,
        }
    }

    /// Imports below `if TYPE_CHECKING` serve annotations; nothing else of it runs.
    pub(crate) fn typing_imports(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            self.at(statement);
            match statement {
                Stmt::Import(inner) => self.import_statement(inner),
                Stmt::ImportFrom(inner) => self.import_from(inner),
                _ => {}
            }
        }
    }

    /// An index that stands for a variable.
    pub(crate) fn index_of(value: Var) -> Index {
        Index::Value(value)
    }
}
