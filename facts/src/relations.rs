//! Every input relation, in one place: what it indicates, and its columns.
//!
//! The rules derive from these relations alone, so a folder of them on disk, one tab-separated
//! file each, is a whole program to the engine.

use std::fmt;

use crate::Symbols;
use crate::ids::{Call, Column, Field, Obj, Region, Relocation, Var};
use crate::symbols::Symbol;

/// The program: the owner of what belongs to no function, and the unit of all code that is
/// not cloned. Always the first object.
pub const PROGRAM: Obj = Obj(0);

macro_rules! tags {
    ($(#[$doc:meta])* $name:ident, $type:literal, { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// The tag as it is written in relation files.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.text())
            }
        }

        impl Column for $name {
            const TYPE: &'static str = $type;

            fn relocate(self, _: &Relocation<'_>) -> Self { self }

            fn write(self, out: &mut String, _: &Symbols) { out.push_str(self.text()); }

            fn read(text: &str, _: &mut Symbols) -> Result<Self, &'static str> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(concat!("expected one of", $(" ", $text,)*)),
                }
            }
        }
    };
}

tags!(
    /// What an object is.
    ObjectKind, "object kind", {
        /// The program itself.
        Program = "program",
        /// A module of the project.
        Module = "module",
        /// A `def`, `lambda` or method of the project.
        Function = "function",
        /// A class of the project.
        Class = "class",
        /// What an expression allocates: a display, a comprehension, a generator, a closure's
        /// argument tuple.
        Site = "site",
        /// A module that a model describes.
        ModelModule = "model-module",
        /// A function that a model describes.
        ModelFunction = "model-function",
        /// A class that a model describes.
        ModelClass = "model-class",
        /// A name of code that cannot be seen.
        External = "external",
    }
);

tags!(
    /// What a region is.
    RegionKind, "region kind", {
        /// The body of a function, lambda or module.
        Function = "function",
        /// The body of a `for` or `while` statement: one iteration.
        Loop = "loop",
        /// One iteration of a comprehension or generator expression.
        Comprehension = "comprehension",
        /// One arm of an `if`, a conditional expression, a boolean operator or a `match`.
        Branch = "branch",
        /// The protected part of a `try`.
        Try = "try",
        /// An `except` or `finally` part.
        Handler = "handler",
        /// The body of a `with`.
        With = "with",
    }
);

/// One column of a relation.
#[derive(Debug, Clone, Copy)]
pub struct ColumnInfo {
    /// The column's name.
    pub name: &'static str,
    /// The type of its values, as in the schema.
    pub type_name: &'static str,
}

/// The description of one relation.
#[derive(Debug, Clone)]
pub struct RelationInfo {
    /// Its name, which is its file's stem.
    pub name: &'static str,
    /// What a row indicates.
    pub doc: &'static str,
    /// Its columns in order.
    pub columns: Vec<ColumnInfo>,
}

macro_rules! relations {
    ($($(#[doc = $doc:literal])* $name:ident($($column:ident: $type:ty),*);)*) => {
        /// All input relations of a program, or of one file before it is linked.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Facts {
            $($(#[doc = $doc])* pub $name: Vec<($($type,)*)>,)*
        }

        impl Facts {
            /// The schema: every relation with its columns.
            #[must_use]
            pub fn schema() -> Vec<RelationInfo> {
                vec![$(RelationInfo {
                    name: stringify!($name),
                    doc: concat!($($doc,)*).trim_ascii(),
                    columns: vec![$(ColumnInfo {
                        name: stringify!($column),
                        type_name: <$type as Column>::TYPE,
                    },)*],
                },)*]
            }

            /// Adds the rows of `other`, moved to their place in the program.
            pub fn append(&mut self, other: &Self, by: &Relocation<'_>) {
                $(self.$name.extend(other.$name.iter().map(|&($($column,)*)| {
                    ($($column.relocate(by),)*)
                }));)*
            }

            /// Sorts every relation and drops repeated rows.
            pub fn normalise(&mut self) {
                $(self.$name.sort_unstable(); self.$name.dedup();)*
            }

            /// How many rows each relation has, by name.
            #[must_use]
            pub fn sizes(&self) -> Vec<(&'static str, usize)> {
                vec![$((stringify!($name), self.$name.len()),)*]
            }

            /// Hands each relation's name and tab-separated rows to `sink`, in schema order.
            ///
            /// # Errors
            /// The first error of `sink`.
            pub fn dump<E>(
                &self,
                symbols: &Symbols,
                mut sink: impl FnMut(&'static str, &str) -> Result<(), E>,
            ) -> Result<(), E> {
                let mut text = String::new();
                $(
                    text.clear();
                    for &($($column,)*) in &self.$name {
                        $($column.write(&mut text, symbols); text.push('\t');)*
                        text.pop();
                        text.push('\n');
                    }
                    sink(stringify!($name), &text)?;
                )*
                Ok(())
            }

            /// The first row that has an identifier past `limit`: its relation, and which of the
            /// relation's rows it is, from 1.
            #[must_use]
            pub fn identifier_past(&self, limit: u32) -> Option<(&'static str, usize)> {
                $(
                    let row = self.$name.iter().position(|&($($column,)*)| {
                        false $(|| $column.number() > limit)*
                    });
                    if let Some(row) = row {
                        return Some((stringify!($name), row + 1));
                    }
                )*
                None
            }

            /// Reads the rows of relation `name` from tab-separated `text`.
            ///
            /// # Errors
            /// The line (from 1) and what is wrong with it; line 0 if there is no such relation.
            pub fn load(
                &mut self,
                name: &str,
                text: &str,
                symbols: &mut Symbols,
            ) -> Result<(), (usize, String)> {
                match name {
                    $(stringify!($name) => {
                        for (number, line) in text.lines().enumerate() {
                            let mut fields = line.split('\t');
                            $(let $column = read_column::<$type>(
                                &mut fields, stringify!($column), symbols,
                            ).map_err(|message| (number + 1, message))?;)*
                            if fields.next().is_some() {
                                return Err((number + 1, "more fields than columns".into()));
                            }
                            self.$name.push(($($column,)*));
                        }
                        Ok(())
                    })*
                    _ => Err((0, format!("no input relation is called {name}"))),
                }
            }
        }
    };
}

impl Facts {
    /// The first object that is not taken: past all that exist, whether or not they have a kind.
    #[must_use]
    pub fn next_object(&self) -> Obj {
        let objects = self.object.iter().map(|row| row.0);
        let instances = self.instance_of.iter().map(|row| row.0);
        let made = self.object_in.iter().map(|row| row.0);
        let last = objects.chain(instances).chain(made).max();
        Obj(last.unwrap_or(PROGRAM).0 + 1)
    }
}

fn read_column<'a, C: Column>(
    fields: &mut impl Iterator<Item = &'a str>,
    name: &str,
    symbols: &mut Symbols,
) -> Result<C, String> {
    let text = fields
        .next()
        .ok_or_else(|| format!("column {name} is missing"))?;
    C::read(text, symbols).map_err(|expected| format!("column {name}: {expected}, not {text:?}"))
}

relations! {
    // ---- what there is -------------------------------------------------------------------

    /// `object(object, kind, name)` indicates that `object` is a `kind` with that dotted name.
    object(object: Obj, kind: ObjectKind, name: Symbol);
    /// `instance_of(object, class)` indicates that the static `object` is an instance of `class`.
    instance_of(object: Obj, class: Obj);
    /// `object_in(object, function)` indicates that the code of `function` (or of a module)
    /// creates `object`.
    object_in(object: Obj, function: Obj);
    /// `object_line(object, module, line)` indicates where `object` stands in the source.
    object_line(object: Obj, module: Obj, line: u32);
    /// `variable_in(var, function)` indicates that `var` belongs to `function` or to a module.
    variable_in(var: Var, function: Obj);
    /// `call_in(call, function, line)` indicates that `call` stands in `function` (or a module).
    call_in(call: Call, function: Obj, line: u32);
    /// `implied_call(call)` indicates that syntax other than a call expression makes `call`.
    implied_call(call: Call);
    /// `module_global(module, name, cell)` indicates that `cell` holds the module's global `name`.
    module_global(module: Obj, name: Symbol, cell: Var);
    /// `clonable(function, copies)` indicates that `function`, with all that is nested in it, is
    /// small and has few callers, so that each call gets a copy of its own; calls past the first
    /// `copies` share the code as it stands.
    clonable(function: Obj, copies: u32);
    /// `hub_parameter(var)` indicates a parameter of a function with so many call sites that
    /// what flows into it is widened: an allocation becomes "any object of its class".
    hub_parameter(var: Var);
    /// `stored_parameter(function, base, field, formal)` indicates that a function with many call
    /// sites stores the parameter `formal` in the field of `base` as it was passed.
    stored_parameter(function: Obj, base: Var, field: Field, formal: Var);
    /// `stored_special(class, name)` indicates that code stores a special method of that name in the
    /// class after its statement; 0 stands for any class of the project.
    stored_special(class: Obj, name: Symbol);
    /// `merged_class(class)` indicates a class that is instantiated in so many places that its
    /// instances are not told apart.
    merged_class(class: Obj);
    /// `entry_parameter(var, class)` indicates that callers outside of the program may pass an
    /// instance of `class` for the parameter `var`.
    entry_parameter(var: Var, class: Obj);
    /// `annotated(var, annotation)` indicates that unseen callers pass, for the parameter `var`,
    /// an instance of the class that the variable `annotation` holds.
    annotated(var: Var, annotation: Var);

    /// `annotated_container(var, object)` indicates that unseen callers pass the container `object`
    /// for the parameter `var`.
    annotated_container(var: Var, object: Obj);
    /// `annotated_element(object, field, var)` indicates that such a container holds, in `field`,
    /// what unseen callers pass for `var`.
    annotated_element(object: Obj, field: Field, var: Var);

    // ---- values --------------------------------------------------------------------------

    /// `alloc(var, object)` indicates that `var` holds `object` from its definition on.
    alloc(var: Var, object: Obj);
    /// `assign(to, from)` indicates that `to` may hold what `from` holds.
    assign(to: Var, from: Var);
    /// `load(base, field, to)` indicates that `to` is read from `field` of `base`.
    load(base: Var, field: Field, to: Var);
    /// `store(base, field, from)` indicates that `from` is stored in `field` of `base`.
    store(base: Var, field: Field, from: Var);
    /// `load_prefix(base, prefix, to)` indicates that `to` is read from an attribute of `base`
    /// whose name starts with `prefix` (`getattr(base, "visit_" + kind)`).
    load_prefix(base: Var, prefix: Symbol, to: Var);
    /// `load_by_key(base, key, to)` indicates that the `load` of `to` from any element of `base` is from the
    /// one that the parameter `key` selects.
    load_by_key(base: Var, key: Var, to: Var);
    /// `store_by_key(base, key, from)` indicates that the `store` of `from` under an unknown key of `base` is
    /// under what the parameter `key` holds.
    store_by_key(base: Var, key: Var, from: Var);
    /// `constant(var, field)` indicates that `var`, an argument or a default, is a constant, and which
    /// element of a container it selects.
    constant(var: Var, field: Field);
    /// `load_named(base, name, to)` indicates that `to` is read from the attribute of `base` whose
    /// name is the string in the variable `name`.
    load_named(base: Var, name: Var, to: Var);
    /// `store_named(base, name, from)` indicates that `from` is stored in such an attribute.
    store_named(base: Var, name: Var, from: Var);
    /// `import_named(name, to)` indicates that `to` is the module whose name is the string in the
    /// variable `name`.
    import_named(name: Var, to: Var);
    /// `named_string(object, text)` indicates that `object` is the constant string `text`, which is
    /// told apart because it names something.
    named_string(object: Obj, text: Symbol);
    /// `prefixed(prefix, name)` indicates that the attribute `name` starts with `prefix`.
    prefixed(prefix: Symbol, name: Symbol);
    /// `elements(to, from)` indicates that all elements of container `from`, known keys or not,
    /// are put into container `to` (`*xs` in a display, slices, `+`).
    elements(to: Var, from: Var);
    /// `slice(to, from, start, stop)` indicates that the elements of container `from` from index
    /// `start` on, before `stop`, are put into container `to`, the first of them as its first.
    slice(to: Var, from: Var, start: u32, stop: u32);
    /// `iterate(base, to)` indicates that `to` takes each element that iterating the builtin
    /// container in `base` gives.
    iterate(base: Var, to: Var);
    /// `super_of(var, class, receiver)` indicates that `var` is `super()` in a method of `class`.
    super_of(var: Var, class: Obj, receiver: Var);
    /// `class_of(to, from)` indicates that `to` is `type(from)`.
    class_of(to: Var, from: Var);
    /// `narrow_to(to, from, class)` indicates that `to` is `from` where it is an instance of the
    /// class in `class`.
    narrow_to(to: Var, from: Var, class: Var);
    /// `narrow_from(to, from, class)` indicates that `to` is `from` where it is no instance of
    /// the class in `class`.
    narrow_from(to: Var, from: Var, class: Var);

    // ---- calls ---------------------------------------------------------------------------

    /// `call(call, callee)` indicates that `call` calls what `callee` holds.
    call(call: Call, callee: Var);
    /// `method_call(call, base, name)` indicates the call `base.name(…)`.
    method_call(call: Call, base: Var, name: Symbol);
    /// `protocol_call(call, base, name, unless)` indicates that `call` calls the special method
    /// `name` of the class of `base`, if that class has no method `unless` (which is empty where
    /// there is no such condition).
    protocol_call(call: Call, base: Var, name: Symbol, unless: Symbol);
    /// `reflected_call(call, base, name, left, unless)` indicates that `call` calls `name`
    /// (`__radd__`) of `base` if what `left` holds has no method `unless` (`__add__`).
    reflected_call(call: Call, base: Var, name: Symbol, left: Var, unless: Symbol);
    /// `delete(call, base, name)` indicates that `call` deletes the attribute `name` of `base`.
    delete(call: Call, base: Var, name: Symbol);
    /// `forwards(class, base, to)` indicates that `to` is read from the attribute of `base` whose
    /// name is what the `__getattr__` of `class` is asked for.
    forwards(class: Obj, base: Var, to: Var);
    /// `decorator_call(call)` indicates that `call` applies a decorator.
    decorator_call(call: Call);
    /// `actual(call, index, var)` indicates the positional argument `var`.
    actual(call: Call, index: u32, var: Var);
    /// `actual_keyword(call, name, var)` indicates the keyword argument `name=var`.
    actual_keyword(call: Call, name: Symbol, var: Var);
    /// `actual_star(call, index, var)` indicates the argument `*var` after `index` others.
    actual_star(call: Call, index: u32, var: Var);
    /// `actual_star_star(call, var)` indicates the argument `**var`.
    actual_star_star(call: Call, var: Var);
    /// `creation(call, class)` indicates that `call` calls the metaclass of `class` where the class
    /// statement stands.
    creation(call: Call, class: Obj);
    /// `constructs(call, class)` indicates that `call` makes an instance of the class that `class`
    /// holds and runs no `__init__`, as `object.__new__` does.
    constructs(call: Call, class: Var);
    /// `call_result(call, var)` indicates that `var` receives what `call` returns.
    call_result(call: Call, var: Var);

    // ---- functions -----------------------------------------------------------------------

    /// `function_in(function, parent)` indicates that `function` is defined directly in the
    /// function, class or module `parent`.
    function_in(function: Obj, parent: Obj);
    /// `formal(function, index, var)` indicates the positional parameter number `index`.
    formal(function: Obj, index: u32, var: Var);
    /// `formal_keyword(function, name, var)` indicates that the parameter `var` can be passed by
    /// `name`.
    formal_keyword(function: Obj, name: Symbol, var: Var);
    /// `formal_star(function, index, tuple)` indicates the parameter `*tuple` after `index`
    /// positional ones.
    formal_star(function: Obj, index: u32, tuple: Var);
    /// `formal_star_star(function, dict)` indicates the parameter `**dict`.
    formal_star_star(function: Obj, dict: Var);
    /// `default_value(function, formal, var)` indicates that the parameter `formal` takes what `var`
    /// holds where a call passes no argument for it.
    default_value(function: Obj, formal: Var, var: Var);
    /// `return_value(function, var)` indicates that `function` may return `var`.
    return_value(function: Obj, var: Var);
    /// `none_value(var)` indicates that `var` holds `None` from its definition on.
    none_value(var: Var);
    /// `literal(var)` indicates that `var` is a constant of the code: no execution makes it.
    literal(var: Var);
    /// `return_if(function, var, formal, given)` indicates that `function` returns `var`, which it
    /// does nowhere else, only where a call passes something for the parameter `formal` (`given` is
    /// 1), or only where that is `None` or left out (0).
    return_if(function: Obj, var: Var, formal: Var, given: u32);

    // ---- classes -------------------------------------------------------------------------

    /// `base_class(class, index, var)` indicates that base number `index` of `class` is what
    /// `var` holds.
    base_class(class: Obj, index: u32, var: Var);
    /// `root_class(class, root)` indicates that `class` inherits from `root` after all its bases.
    root_class(class: Obj, root: Obj);
    /// `metaclass(class, var)` indicates that `class` has the metaclass that `var` holds.
    metaclass(class: Obj, var: Var);
    /// `class_attribute(class, name, var)` indicates that the body of `class` leaves `var` under
    /// `name`.
    class_attribute(class: Obj, name: Symbol, var: Var);
    /// `declared_attribute(class, name, var)` indicates that the body of `class` annotates `name`,
    /// and that `var` stands for what unseen code may put there.
    declared_attribute(class: Obj, name: Symbol, var: Var);
    /// `overridden(class, name, heir)` indicates that `heir` inherits from `class` and has a `name`
    /// of its own, where unseen code may pass an `heir` as a `class`.
    overridden(class: Obj, name: Symbol, heir: Obj);
    /// `instance_attribute(class, name)` indicates that a method of `class` assigns `self.name`.
    instance_attribute(class: Obj, name: Symbol);
    /// `data_field(class, index, name)` indicates field number `index` that a dataclass-like
    /// `class` declares itself, which its generated `__init__` stores.
    data_field(class: Obj, index: u32, name: Symbol);
    /// `match_argument(class, index, name)` indicates element number `index` of the class's
    /// `__match_args__`.
    match_argument(class: Obj, index: u32, name: Symbol);
    /// `positional_pattern(subject, index, part)` indicates that a class pattern binds its
    /// positional part number `index` of `subject` to `part`.
    positional_pattern(subject: Var, index: u32, part: Var);
    /// `enum_member(class, name)` indicates a name that a class body binds to a plain value,
    /// which is a member where `class` is an enumeration.
    enum_member(class: Obj, name: Symbol);
    /// `class_namespace(object, class)` indicates the dict that the metaclass of `class` is called
    /// with: what it holds under a constant key, the class has as an attribute.
    class_namespace(object: Obj, class: Obj);
    /// `iterates(class, field)` indicates that iterating an instance of the modelled `class`
    /// gives its `field`.
    iterates(class: Obj, field: Field);
    /// `model_base(class, index, base)` indicates base number `index` of a modelled `class`.
    model_base(class: Obj, index: u32, base: Obj);
    /// `model_member(owner, name, object)` indicates that the modelled module or class `owner`
    /// has `object` under `name`.
    model_member(owner: Obj, name: Symbol, object: Obj);

    // ---- control and regions -------------------------------------------------------------

    /// `region(region, kind, function, line)` indicates a region of `function`.
    region(region: Region, kind: RegionKind, function: Obj, line: u32);
    /// `region_parent(region, parent)` indicates that `parent` is the innermost region around
    /// `region`.
    region_parent(region: Region, parent: Region);
    /// `defined_in(var, region)` indicates that `var` is defined in `region`; only variables
    /// defined below their function's outermost region are listed.
    defined_in(var: Var, region: Region);
    /// `call_region(call, region)` indicates that `call` stands in `region`; only calls below
    /// their function's outermost region are listed.
    call_region(call: Call, region: Region);
    /// `raises(region, var)` indicates that `region` raises what `var` holds.
    raises(region: Region, var: Var);
    /// `catches(region, class, var)` indicates that the `try` region `region` has a handler for
    /// the class in `class`, which binds the exception to `var`.
    catches(region: Region, class: Var, var: Var);
    /// `generates(generator, region)` indicates that each iteration of `region`, a clause of a
    /// generator expression, gives elements of what the variable `generator` holds.
    generates(generator: Var, region: Region);
    /// `takes_singly(function, formal)` indicates that the modelled `function` lets go of each
    /// element of its parameter `formal` before it takes the next.
    takes_singly(function: Obj, formal: Var);
    /// `yields(function, var)` indicates that the generator `function` yields `var`.
    yields(function: Obj, var: Var);
    /// `captures(function, cell)` indicates that `function` reads `cell` of an enclosing function.
    captures(function: Obj, cell: Var);
}
