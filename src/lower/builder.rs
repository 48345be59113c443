//! The state of lowering one file, and what gives its identifiers, lines and regions.

use std::collections::VecDeque;

use heapcast_facts::{Call, Facts, Map, Obj, Region, RegionKind, Symbol, Symbols, Var};
use rustpython_text_size::{Ranged, TextRange, TextSize};

use super::embedded::Embedded;
use super::frame::Frame;
use super::functions::Pending;
use super::scope::{MODULE, ScopeId, Scopes};
use super::values::Known;
use super::{Constant, Counts, Links, LowerInput};
use crate::ir::{Block, Function, Item, Op};

/// The state of lowering one file.
pub(super) struct Lowerer<'a> {
    pub(super) input: &'a LowerInput<'a>,
    pub(super) embedded: &'a Embedded,
    pub(super) scopes: Scopes,
    pub(super) symbols: Symbols,
    pub(super) facts: Facts,
    pub(super) links: Links,
    pub(super) next: Counts,
    pub(super) functions: Vec<Function>,
    pub(super) queue: VecDeque<Pending<'a>>,
    pub(super) frame: Frame,
    /// The line that new identifiers and items are of.
    pub(super) line: u32,
    /// Annotations are not evaluated where they stand.
    pub(super) lazy_annotations: bool,

    /// The dotted names of functions and classes.
    pub(super) qualified: Map<Obj, Symbol>,
    /// How many lambdas each function or class has so far.
    pub(super) lambdas: Map<Symbol, u32>,
    /// Names that class bodies bind: attributes of these names may be more than what is stored.
    pub(super) class_names: Map<Symbol, ()>,
    /// The namespaces that class statements hand to metaclasses.
    pub(super) namespaces: Map<Obj, Var>,

    /// What functions see of names that they share.
    pub(super) cells: Map<(ScopeId, Symbol), Var>,
    /// The constant that a cell holds, if it is bound to one alone.
    pub(super) cell_known: Map<Var, Option<Known>>,
    /// The class or function that a cell holds, if it is bound once.
    pub(super) cell_definitions: Map<Var, Option<Obj>>,
    /// Names that the module does not bind.
    pub(super) names: Map<Symbol, Var>,
    /// The same by variable.
    pub(super) name_of: Map<Var, Symbol>,
    /// What attributes were read, by what holds them.
    pub(super) read_of: Map<Var, (Var, Symbol)>,

    /// Constants.
    pub(super) known: Map<Var, Known>,
    /// Parameters that are `None` where a call leaves them out.
    pub(super) optional: Map<Var, ()>,
    /// How texts begin that are put together.
    pub(super) prefixes: Map<Var, Symbol>,
    /// How all strings in a container begin.
    pub(super) element_prefixes: Map<Var, Symbol>,
    /// What gathers surplus arguments: builtin containers.
    pub(super) gathered: Map<Var, ()>,
    /// Displays of constant strings, and what iterating them gives.
    pub(super) choices: Map<Var, Vec<Symbol>>,
    /// Variables that a `def` or `class` statement defines, undecorated.
    pub(super) definitions: Map<Var, Obj>,
    /// What `globals()` returned.
    pub(super) global_tables: Map<Var, ()>,
    /// The lengths of tuple displays.
    pub(super) tuple_lengths: Map<Var, u32>,
    /// Parameters.
    pub(super) formal_vars: Map<Var, ()>,
    /// Constants that calls pass.
    pub(super) constants: Map<Var, ()>,
    /// The cells of names that nested functions share.
    pub(super) captured_vars: Map<Var, ()>,
    /// The lengths of list displays, as long as nothing else can reach them.
    pub(super) list_lengths: Map<Var, u32>,
}

/// The object of the module; always the first of its file.
pub(super) const MODULE_OBJECT: Obj = Obj(0);

impl<'a> Lowerer<'a> {
    pub(super) fn new(
        input: &'a LowerInput<'a>,
        embedded: &'a Embedded,
        scopes: Scopes,
        symbols: Symbols,
    ) -> Self {
        let mut lowerer = Self {
            input,
            embedded,
            scopes,
            symbols,
            facts: Facts::default(),
            links: Links::default(),
            next: Counts::default(),
            functions: Vec::new(),
            queue: VecDeque::new(),
            frame: Frame::new(MODULE_OBJECT, Region(0), MODULE),
            line: 1,
            lazy_annotations: input.python >= (3, 14),
            qualified: Map::default(),
            lambdas: Map::default(),
            class_names: Map::default(),
            namespaces: Map::default(),
            cells: Map::default(),
            cell_known: Map::default(),
            cell_definitions: Map::default(),
            names: Map::default(),
            name_of: Map::default(),
            read_of: Map::default(),
            known: Map::default(),
            optional: Map::default(),
            prefixes: Map::default(),
            element_prefixes: Map::default(),
            gathered: Map::default(),
            choices: Map::default(),
            definitions: Map::default(),
            global_tables: Map::default(),
            tuple_lengths: Map::default(),
            formal_vars: Map::default(),
            constants: Map::default(),
            captured_vars: Map::default(),
            list_lengths: Map::default(),
        };
        lowerer.new_object_raw();
        lowerer
    }

    fn new_object_raw(&mut self) -> Obj {
        let object = Obj(self.next.objects);
        self.next.objects += 1;
        object
    }

    /// A new object of the current function.
    pub(super) fn new_object(&mut self) -> Obj {
        let object = self.new_object_raw();
        self.facts.object_in.push((object, self.frame.function));
        self.facts
            .object_line
            .push((object, MODULE_OBJECT, self.line));
        object
    }

    /// A new object of the current function that is an instance of a builtin type.
    pub(super) fn new_site(&mut self, kind: Constant) -> Obj {
        let object = self.new_object();
        self.links.sites.push((object, kind));
        object
    }

    /// A new variable of the current function and region.
    pub(super) fn new_var(&mut self) -> Var {
        self.new_var_of(self.frame.function)
    }

    pub(super) fn new_var_of(&mut self, owner: Obj) -> Var {
        let var = Var(self.next.vars);
        self.next.vars += 1;
        self.facts.variable_in.push((var, owner));
        if self.frame.region != self.frame.outermost && owner == self.frame.function {
            self.facts.defined_in.push((var, self.frame.region));
        }
        var
    }

    /// A new call site of the current function.
    pub(super) fn new_call(&mut self) -> Call {
        let call = self.new_call_of(self.frame.function);
        if self.frame.region != self.frame.outermost {
            self.facts.call_region.push((call, self.frame.region));
        }
        call
    }

    /// A new call that other syntax than a call expression makes.
    pub(super) fn new_implied_call(&mut self) -> Call {
        let call = self.new_call();
        self.facts.implied_call.push((call,));
        call
    }

    pub(super) fn new_call_of(&mut self, owner: Obj) -> Call {
        let call = Call(self.next.calls);
        self.next.calls += 1;
        self.facts.call_in.push((call, owner, self.line));
        call
    }

    /// A new region inside of the current one; the caller makes it current.
    pub(super) fn new_region(&mut self, kind: RegionKind) -> Region {
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

    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        self.symbols.intern(text)
    }

    /// Makes the line of `node` current.
    pub(super) fn at(&mut self, node: &impl Ranged) {
        self.line = self.line_of(node.range());
    }

    pub(super) fn line_of(&self, range: TextRange) -> u32 {
        self.line_at(range.start())
    }

    pub(super) fn line_at(&self, offset: TextSize) -> u32 {
        let offset = u32::from(offset);
        self.input
            .line_starts
            .partition_point(|&start| start <= offset) as u32
    }

    /// Appends an item to the current block.
    pub(super) fn push(&mut self, op: Op) {
        if self.input.keep_ir {
            self.frame.block.push(Item {
                line: self.line,
                op,
            });
        }
    }

    /// Runs `body` in a new region; the result is the region and its items.
    pub(super) fn in_region<R>(
        &mut self,
        kind: RegionKind,
        body: impl FnOnce(&mut Self) -> R,
    ) -> (Region, Block, R) {
        let region = self.new_region(kind);
        let outer = std::mem::replace(&mut self.frame.region, region);
        let (block, result) = self.in_block(body);
        self.frame.region = outer;
        (region, block, result)
    }

    /// Runs `body` with a block of its own; the result has the block's items.
    pub(super) fn in_block<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> (Block, R) {
        let outer = std::mem::take(&mut self.frame.block);
        let guards = self.frame.guards.len();
        let result = body(self);
        self.frame.guards.truncate(guards);
        let block = std::mem::replace(&mut self.frame.block, outer);
        (block, result)
    }
}
