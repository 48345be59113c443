//! The state of lowering one file: fresh identifiers, the current function's frame, and the
//! primitive steps that write an IR item and its facts together.

use std::collections::{HashMap, VecDeque};

use ahash::RandomState;
use heapcast_facts::{Call, Facts, Field, Obj, Region, RegionKind, Symbol, Symbols, Var, hasher};
use rustpython_text_size::{Ranged, TextRange, TextSize};

use super::functions::Pending;
use super::scope::{MODULE, Name, ScopeId, ScopeKind, Scopes};
use super::{Constant, Counts, ImportLink, ImportTarget, Links, LowerInput, Rebind};
use crate::ir::{Argument, Block, Callee, Const, DisplayKind, Function, Item, Op, Phi};

/// A map with the project's hasher.
pub(crate) type Map<K, V> = HashMap<K, V, RandomState>;

/// An empty [`Map`].
pub(crate) fn map<K, V>() -> Map<K, V> {
    HashMap::with_hasher(hasher())
}

/// How many remembered field values are kept at once; past that, all are forgotten.
const REMEMBERED: usize = 64;

/// A constant that steers the analysis: a key, an attribute name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Str(Symbol),
    Int(i64),
    Bool(bool),
    None,
}

/// A loop that is being lowered.
pub(crate) struct LoopFrame {
    /// The slots that its body may assign.
    pub(crate) slots: Vec<u32>,
    /// The values of `slots` at each `break`.
    pub(crate) breaks: Vec<Vec<Option<Var>>>,
    /// The values of `slots` at each `continue`.
    pub(crate) continues: Vec<Vec<Option<Var>>>,
}

/// The class whose body or method is being lowered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClassContext {
    pub(crate) object: Obj,
    pub(crate) name: Symbol,
}

/// The function that is being lowered.
pub(crate) struct Frame {
    pub(crate) function: Obj,
    pub(crate) outermost: Region,
    pub(crate) region: Region,
    /// The scopes whose code runs in this frame, innermost last.
    pub(crate) scopes: Vec<ScopeId>,
    pub(crate) class: Option<ClassContext>,
    pub(crate) receiver: Option<Var>,
    /// The name that `__getattr__` is asked for, in its body.
    pub(crate) asked: Option<Var>,
    pub(crate) block: Block,
    pub(crate) reachable: bool,
    pub(crate) loops: Vec<LoopFrame>,
    /// How many `try` and `with` statements are open; assignments are logged while there are.
    pub(crate) tries: u32,
    pub(crate) log: Vec<(u32, Var)>,
    /// The generator object, where the function is a generator.
    pub(crate) generator: Option<Var>,
    slots: Map<(ScopeId, Symbol), u32>,
    slot_cells: Vec<Option<(Var, Symbol)>>,
    env: Vec<Option<Var>>,
    trail: Vec<(u32, Option<Var>)>,
    /// Values of shared names that no other code can have seen yet; of several for a slot and region
    /// the last counts.
    pending: Vec<(u32, Region, Var)>,
    /// What a field is known to hold here.
    pub(crate) memory: Vec<((Var, Field), Var)>,
    /// Containers made here that nothing else can reach yet.
    pub(crate) fresh: Map<Var, ()>,
}

impl Frame {
    pub(crate) fn new(function: Obj, region: Region, scope: ScopeId) -> Self {
        Self {
            function,
            outermost: region,
            region,
            scopes: vec![scope],
            class: None,
            receiver: None,
            asked: None,
            block: Block::new(),
            reachable: true,
            loops: Vec::new(),
            tries: 0,
            log: Vec::new(),
            generator: None,
            slots: map(),
            slot_cells: Vec::new(),
            env: Vec::new(),
            trail: Vec::new(),
            pending: Vec::new(),
            memory: Vec::new(),
            fresh: map(),
        }
    }

    /// The value of a slot, if it is bound.
    pub(crate) fn value(&self, slot: u32) -> Option<Var> {
        self.env.get(slot as usize).copied().flatten()
    }

    /// Binds a slot.
    pub(crate) fn set(&mut self, slot: u32, value: Option<Var>) {
        let place = &mut self.env[slot as usize];
        self.trail.push((slot, *place));
        *place = value;
        if self.tries > 0
            && let Some(var) = value
        {
            self.log.push((slot, var));
        }
    }

    /// A point to come back to.
    pub(crate) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Undoes all bindings since `mark`; the result is what the changed slots held.
    pub(crate) fn rewind(&mut self, mark: usize) -> Vec<(u32, Option<Var>)> {
        let mut changed: Vec<u32> = self.trail[mark..].iter().map(|&(slot, _)| slot).collect();
        changed.sort_unstable();
        changed.dedup();
        let ends = changed
            .iter()
            .map(|&slot| (slot, self.env[slot as usize]))
            .collect();
        while self.trail.len() > mark {
            if let Some((slot, old)) = self.trail.pop() {
                self.env[slot as usize] = old;
            }
        }
        ends
    }

    /// Forgets what fields are known to hold.
    pub(crate) fn forget(&mut self) {
        self.memory.clear();
        self.fresh.clear();
    }

    /// A value may from now on be reached by other code.
    pub(crate) fn publish(&mut self, var: Var) {
        self.fresh.remove(&var);
    }
}

/// The state of lowering one file.
pub(crate) struct Lowerer<'a> {
    pub(crate) input: &'a LowerInput<'a>,
    pub(crate) scopes: Scopes,
    pub(crate) symbols: Symbols,
    pub(crate) facts: Facts,
    pub(crate) links: Links,
    pub(crate) next: Counts,
    pub(crate) functions: Vec<Function>,
    pub(crate) queue: VecDeque<Pending<'a>>,
    pub(crate) frame: Frame,
    pub(crate) line: u32,
    pub(crate) known: Map<Var, Known>,
    pub(crate) prefixes: Map<Var, Symbol>,
    pub(crate) tuple_lengths: Map<Var, u32>,
    pub(crate) class_names: Map<Symbol, ()>,
    pub(crate) lambdas: Map<Symbol, u32>,
    /// The namespaces that class statements hand to metaclasses.
    pub(crate) namespaces: Map<Obj, Var>,
    /// Annotations are not evaluated where they stand.
    pub(crate) lazy_annotations: bool,
    pub(crate) qualified: Map<Obj, Symbol>,
    /// Variables that a `def` or `class` statement defines, undecorated.
    pub(crate) definitions: Map<Var, Obj>,
    /// What `globals()` returned.
    pub(crate) global_tables: Map<Var, ()>,
    /// Displays of constant strings, and what iterating them gives.
    pub(crate) choices: Map<Var, Vec<Symbol>>,
    /// The class or function that a cell holds, if it is bound once.
    cell_definitions: Map<Var, Option<Obj>>,
    /// The lengths of list displays, as long as nothing else can reach them.
    pub(crate) list_lengths: Map<Var, u32>,
    cells: Map<(ScopeId, Symbol), Var>,
    cell_known: Map<Var, Option<Known>>,
    names: Map<Symbol, Var>,
    pub(crate) name_of: Map<Var, Symbol>,
}

/// Whether a text can name an attribute or a module.
fn is_dotted_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && text.split('.').all(is_identifier)
}

/// Whether a text can be a name in Python.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text
            .chars()
            .all(|other| other.is_alphanumeric() || other == '_')
}

/// Longer constants are not names of anything.
const LONGEST_NAME: usize = 60;

/// The object of the module; always the first of its file.
pub(crate) const MODULE_OBJECT: Obj = Obj(0);

impl<'a> Lowerer<'a> {
    pub(crate) fn new(input: &'a LowerInput<'a>, scopes: Scopes, symbols: Symbols) -> Self {
        let mut lowerer = Self {
            input,
            scopes,
            symbols,
            facts: Facts::default(),
            links: Links::default(),
            next: Counts::default(),
            functions: Vec::new(),
            queue: VecDeque::new(),
            frame: Frame::new(MODULE_OBJECT, Region(0), MODULE),
            line: 1,
            known: map(),
            prefixes: map(),
            tuple_lengths: map(),
            class_names: map(),
            lambdas: map(),
            namespaces: map(),
            lazy_annotations: input.python >= (3, 14),
            qualified: map(),
            definitions: map(),
            global_tables: map(),
            choices: map(),
            cell_definitions: map(),
            list_lengths: map(),
            cells: map(),
            cell_known: map(),
            names: map(),
            name_of: map(),
        };
        lowerer.new_object_raw();
        lowerer
    }

    // ---- identifiers -----------------------------------------------------------------------

    fn new_object_raw(&mut self) -> Obj {
        let object = Obj(self.next.objects);
        self.next.objects += 1;
        object
    }

    /// A new object of the current function.
    pub(crate) fn new_object(&mut self) -> Obj {
        let object = self.new_object_raw();
        self.facts.object_in.push((object, self.frame.function));
        self.facts
            .object_line
            .push((object, MODULE_OBJECT, self.line));
        object
    }

    /// A new variable of the current function and region.
    pub(crate) fn new_var(&mut self) -> Var {
        self.new_var_of(self.frame.function)
    }

    pub(crate) fn new_var_of(&mut self, owner: Obj) -> Var {
        let var = Var(self.next.vars);
        self.next.vars += 1;
        self.facts.variable_in.push((var, owner));
        if self.frame.region != self.frame.outermost && owner == self.frame.function {
            self.facts.defined_in.push((var, self.frame.region));
        }
        var
    }

    /// A new call site of the current function.
    pub(crate) fn new_call(&mut self) -> Call {
        let call = self.new_call_of(self.frame.function);
        if self.frame.region != self.frame.outermost {
            self.facts.call_region.push((call, self.frame.region));
        }
        call
    }

    /// A new call that other syntax than a call expression makes.
    pub(crate) fn new_implied_call(&mut self) -> Call {
        let call = self.new_call();
        self.facts.implied_call.push((call,));
        call
    }

    pub(crate) fn new_call_of(&mut self, owner: Obj) -> Call {
        let call = Call(self.next.calls);
        self.next.calls += 1;
        self.facts.call_in.push((call, owner, self.line));
        call
    }

    /// A new region inside of the current one; the caller makes it current.
    pub(crate) fn new_region(&mut self, kind: RegionKind) -> Region {
        let region = Region(self.next.regions);
        self.next.regions += 1;
        self.facts
            .region
            .push((region, kind, self.frame.function, self.line));
        if kind != RegionKind::Function {
            self.facts.region_parent.push((region, self.frame.region));
        }
        region
    }

    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        self.symbols.intern(text)
    }

    /// Makes the line of `node` current.
    pub(crate) fn at(&mut self, node: &impl Ranged) {
        self.line = self.line_of(node.range());
    }

    pub(crate) fn line_of(&self, range: TextRange) -> u32 {
        self.line_at(range.start())
    }

    pub(crate) fn line_at(&self, offset: TextSize) -> u32 {
        let offset = u32::from(offset);
        self.input
            .line_starts
            .partition_point(|&start| start <= offset) as u32
    }

    /// Appends an item to the current block.
    pub(crate) fn push(&mut self, op: Op) {
        if self.input.keep_ir {
            self.frame.block.push(Item {
                line: self.line,
                op,
            });
        }
    }

    /// Runs `body` in a new region; the result is the region and its items.
    pub(crate) fn in_region<R>(
        &mut self,
        kind: RegionKind,
        body: impl FnOnce(&mut Self) -> R,
    ) -> (Region, Block, R) {
        let region = self.new_region(kind);
        let outer = std::mem::replace(&mut self.frame.region, region);
        let items = std::mem::take(&mut self.frame.block);
        let result = body(self);
        self.frame.region = outer;
        let block = std::mem::replace(&mut self.frame.block, items);
        (region, block, result)
    }

    /// After a star import, each global that is bound already holds what the import brings under
    /// its name, if it brings any.
    pub(crate) fn rebind_globals(&mut self, star: u32) {
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

    // ---- names -----------------------------------------------------------------------------

    /// Private names are mangled inside of classes.
    pub(crate) fn mangle(&mut self, text: &str) -> Symbol {
        if let Some(class) = self.frame.class
            && text.starts_with("__")
            && !text.ends_with("__")
        {
            let class_name = self
                .symbols
                .text(class.name)
                .trim_start_matches('_')
                .to_owned();
            if !class_name.is_empty() {
                return self.intern(&format!("_{class_name}{text}"));
            }
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
    pub(crate) fn cell(&mut self, scope: ScopeId, name: Symbol) -> Var {
        if let Some(&cell) = self.cells.get(&(scope, name)) {
            return cell;
        }
        let cell = if scope == MODULE {
            let cell = self.new_var_of(MODULE_OBJECT);
            self.facts.module_global.push((MODULE_OBJECT, name, cell));
            cell
        } else {
            self.new_var()
        };
        self.cells.insert((scope, name), cell);
        cell
    }

    /// Declares the cells of a scope that runs in the current frame, before its code.
    pub(crate) fn declare_cells(&mut self, scope: ScopeId) {
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

    fn slot(&mut self, scope: ScopeId, name: Symbol) -> u32 {
        if let Some(&slot) = self.frame.slots.get(&(scope, name)) {
            return slot;
        }
        let slot = self.frame.env.len() as u32;
        self.frame.slots.insert((scope, name), slot);
        let cell = self.cells.get(&(scope, name)).map(|&cell| (cell, name));
        self.frame.slot_cells.push(cell);
        self.frame.env.push(None);
        slot
    }

    /// The slot of a name that the current frame binds itself.
    pub(crate) fn local_slot(&mut self, name: Symbol) -> Option<u32> {
        let (scope, _) = self.resolve(name)?;
        self.frame
            .scopes
            .contains(&scope)
            .then(|| self.slot(scope, name))
    }

    /// What a name holds here.
    pub(crate) fn read_name(&mut self, text: &str) -> Var {
        let name = self.mangle(text);
        match self.resolve(name) {
            Some((scope, found)) if self.frame.scopes.contains(&scope) => {
                let slot = self.slot(scope, name);
                if !found.volatile
                    && let Some(var) = self.frame.value(slot)
                {
                    return var;
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

    /// The builtin that a variable is, if it surely is one.
    pub(crate) fn builtin_name(&self, var: Var) -> Option<&str> {
        self.name_of.get(&var).map(|&name| self.symbols.text(name))
    }

    /// Binds a name.
    pub(crate) fn bind(&mut self, text: &str, value: Var) {
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

    fn bind_slot(&mut self, slot: u32, value: Var, volatile: bool) {
        self.frame.set(slot, Some(value));
        let Some(Some((cell, name))) = self.frame.slot_cells.get(slot as usize).copied() else {
            return;
        };
        if volatile {
            self.store_cell(cell, value, name);
            return;
        }
        self.frame.pending.push((slot, self.frame.region, value));
    }

    /// Lets other code see the current values of shared names.
    pub(crate) fn flush(&mut self) {
        let mut pending = std::mem::take(&mut self.frame.pending);
        let mut later = map();
        pending.reverse();
        pending.retain(|&(slot, region, _)| later.insert((slot, region), ()).is_none());
        for (slot, _, value) in pending.into_iter().rev() {
            if let Some(Some((cell, name))) = self.frame.slot_cells.get(slot as usize).copied() {
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

    /// The class that a variable (or a cell that is assigned once) holds.
    pub(crate) fn class_named(&self, var: Var) -> Option<Obj> {
        self.definitions
            .get(&var)
            .copied()
            .or_else(|| self.cell_definitions.get(&var).copied().flatten())
    }

    /// The length of a display that is as it was made.
    pub(crate) fn display_length(&self, var: Var) -> Option<u32> {
        self.tuple_lengths.get(&var).copied().or_else(|| {
            self.list_lengths
                .get(&var)
                .copied()
                .filter(|_| self.frame.fresh.contains_key(&var))
        })
    }

    /// The constant that a variable (or a cell that is assigned once) holds.
    pub(crate) fn known(&self, var: Var) -> Option<Known> {
        self.known
            .get(&var)
            .copied()
            .or_else(|| self.cell_known.get(&var).copied().flatten())
    }

    // ---- values ----------------------------------------------------------------------------

    /// A constant.
    pub(crate) fn constant(&mut self, value: Const) -> Var {
        let var = self.new_var();
        let (known, kind) = match &value {
            Const::None => (Some(Known::None), None),
            Const::Ellipsis => (None, None),
            Const::Bool(value) => (Some(Known::Bool(*value)), Some(Constant::Bool)),
            Const::Int(value) => (Some(Known::Int(*value)), Some(Constant::Int)),
            Const::BigInt { .. } => (None, Some(Constant::Int)),
            Const::Float(_) => (None, Some(Constant::Float)),
            Const::Complex => (None, Some(Constant::Complex)),
            Const::Str(text) => (Some(Known::Str(*text)), Some(Constant::Str)),
            Const::Bytes { .. } => (None, Some(Constant::Bytes)),
        };
        if let Some(known) = known {
            self.known.insert(var, known);
        }
        if let Some(Known::Str(text)) = known
            && is_dotted_name(self.symbols.text(text))
        {
            self.links.strings.push((var, text));
        }
        if let Some(kind) = kind {
            self.links.constants.push((var, kind));
        }
        self.push(Op::Const { to: var, value });
        var
    }

    /// Merges values; no variable is made where they are all the same one.
    pub(crate) fn merge(&mut self, from: &[Var]) -> Option<(Var, Option<Phi>)> {
        let (&first, rest) = from.split_first()?;
        if rest.iter().all(|&other| other == first) {
            return Some((first, None));
        }
        let to = self.new_var();
        let mut sources = from.to_vec();
        sources.sort_unstable();
        sources.dedup();
        self.facts
            .assign
            .extend(sources.into_iter().map(|source| (to, source)));
        Some((
            to,
            Some(Phi {
                to,
                from: from.to_vec(),
            }),
        ))
    }

    /// `base.name` as a value.
    pub(crate) fn load_attribute(&mut self, base: Var, name: Symbol) -> Var {
        let field = Field::attribute(name);
        if let Some(var) = self.remembered(base, field) {
            return var;
        }
        let to = self.new_var();
        self.facts.load.push((base, field, to));
        match self.symbols.text(name) {
            "__class__" => self.facts.class_of.push((to, base)),
            "__name__" | "__qualname__" | "__module__" => {
                self.links.constants.push((to, Constant::Str));
            }
            _ => {}
        }
        self.push(Op::Attribute { to, base, name });
        to
    }

    /// `base.name = from`
    pub(crate) fn store_attribute(&mut self, base: Var, name: Symbol, from: Var) {
        let field = Field::attribute(name);
        self.facts.store.push((base, field, from));
        self.push(Op::SetAttribute { base, name, from });
        if self.class_names.contains_key(&name) {
            self.frame.memory.retain(|&((_, other), _)| other != field);
        } else {
            self.remember(base, field, from);
        }
    }

    /// What a field is known to hold at this point.
    pub(crate) fn remembered(&self, base: Var, field: Field) -> Option<Var> {
        self.frame
            .memory
            .iter()
            .rev()
            .find(|(key, _)| *key == (base, field))
            .map(|&(_, var)| var)
    }

    /// After `base[field] = value`; what else may be the same field is forgotten.
    pub(crate) fn remember(&mut self, base: Var, field: Field, value: Var) {
        let frame = &mut self.frame;
        let base_is_fresh = frame.fresh.contains_key(&base);
        frame.memory.retain(|&((other, at), _)| {
            at != field || (other != base && base_is_fresh && frame.fresh.contains_key(&other))
        });
        if frame.memory.len() >= REMEMBERED {
            frame.memory.clear();
        }
        frame.memory.push(((base, field), value));
        frame.publish(value);
    }

    /// Other code runs: it may see shared names and change what it can reach.
    pub(crate) fn other_code_runs(&mut self) {
        self.flush();
        let frame = &mut self.frame;
        frame
            .memory
            .retain(|((base, _), _)| frame.fresh.contains_key(base));
    }

    /// A call; all facts of its arguments are written.
    pub(crate) fn emit_call(&mut self, callee: Callee, arguments: Vec<Argument>) -> (Call, Var) {
        let call = match callee {
            Callee::Value(var) => {
                let call = self.new_call();
                self.facts.call.push((call, var));
                call
            }
            Callee::Method(base, name) => {
                let call = self.new_call();
                self.facts.method_call.push((call, base, name));
                call
            }
            Callee::Protocol(base, name) => self.special_call(base, name, Symbol(0), &[]),
        };
        self.emit_arguments(call, &arguments);
        self.other_code_runs();
        let to = self.new_var();
        self.facts.call_result.push((call, to));
        self.push(Op::Call {
            to,
            call,
            callee,
            arguments,
        });
        (call, to)
    }

    pub(crate) fn emit_arguments(&mut self, call: Call, arguments: &[Argument]) {
        let mut index = 0;
        let mut is_exact = true;
        for &argument in arguments {
            match argument {
                Argument::Positional(var) if is_exact => {
                    self.facts.actual.push((call, index, var));
                    index += 1;
                    self.frame.publish(var);
                }
                Argument::Positional(var) => {
                    let (rest, _) = self.new_container(DisplayKind::List);
                    self.facts.store.push((rest, Field::UNKNOWN, var));
                    self.facts.actual_star.push((call, index, rest));
                    self.frame.publish(var);
                }
                Argument::Keyword(name, var) => {
                    self.facts.actual_keyword.push((call, name, var));
                    self.frame.publish(var);
                }
                Argument::Star(var) => {
                    self.facts.actual_star.push((call, index, var));
                    match self.display_length(var) {
                        Some(length) => index += length,
                        None => is_exact = false,
                    }
                    self.frame.publish(var);
                }
                Argument::StarStar(var) => {
                    self.facts.actual_star_star.push((call, var));
                    self.frame.publish(var);
                }
            }
        }
    }

    /// A special method that syntax calls.
    pub(crate) fn protocol(&mut self, base: Var, name: &str, arguments: &[Var]) -> Var {
        let name = self.intern(name);
        let arguments = arguments
            .iter()
            .map(|&var| Argument::Positional(var))
            .collect();
        self.emit_call(Callee::Protocol(base, name), arguments).1
    }

    /// A special method that syntax calls where the class has no `unless`; no IR of its own.
    pub(crate) fn protocol_unless(&mut self, base: Var, name: &str, unless: &str) -> (Call, Var) {
        let (name, unless) = (self.intern(name), self.intern(unless));
        let call = self.special_call(base, name, unless, &[]);
        let to = self.new_var();
        self.facts.call_result.push((call, to));
        (call, to)
    }

    /// The facts of a call of a special method where the class has no `unless`.
    pub(crate) fn special_call(
        &mut self,
        base: Var,
        name: Symbol,
        unless: Symbol,
        arguments: &[Var],
    ) -> Call {
        let call = self.new_implied_call();
        self.facts.protocol_call.push((call, base, name, unless));
        let arguments = (0..).zip(arguments);
        self.facts
            .actual
            .extend(arguments.map(|(index, &argument)| (call, index, argument)));
        call
    }

    /// Records an import to be resolved when the program is linked.
    pub(crate) fn import(&mut self, target: ImportTarget) -> Var {
        let var = self.new_var();
        let line = self.line;
        self.links.imports.push(ImportLink { var, target, line });
        var
    }
}
