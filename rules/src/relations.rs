//! Every derived relation as data: what it indicates, its columns, and its rows as text.

use heapcast_facts::{Call, Column, ColumnInfo, Field, Obj, Region, RelationInfo, Symbols, Var};

use crate::derived::{Bound, Derived, Record, Via};

/// Records in records past this depth are written by their number alone.
const DEPTH: usize = 4;

/// A value of a derived relation.
trait Cell: Copy {
    /// The name of its type in the schema.
    const TYPE: &'static str;
    /// Writes it as one tab-separated field.
    fn write(self, out: &mut String, derived: &Derived, symbols: &Symbols);
}

macro_rules! plain_cells {
    ($($type:ty),*) => {
        $(impl Cell for $type {
            const TYPE: &'static str = <$type as Column>::TYPE;

            fn write(self, out: &mut String, _: &Derived, symbols: &Symbols) {
                Column::write(self, out, symbols);
            }
        })*
    };
}

plain_cells!(Var, Call, Region, Field, u32);

/// An object that is written by its number, also where only the rules know of it.
#[derive(Clone, Copy)]
struct Number(Obj);

impl Cell for Number {
    const TYPE: &'static str = "object number";

    fn write(self, out: &mut String, _: &Derived, symbols: &Symbols) {
        Column::write(self.0, out, symbols);
    }
}

impl Cell for Obj {
    const TYPE: &'static str = "object";

    fn write(self, out: &mut String, derived: &Derived, symbols: &Symbols) {
        write_object(self, DEPTH, out, derived, symbols);
    }
}

impl Cell for Bound {
    const TYPE: &'static str = "bound";

    fn write(self, out: &mut String, _: &Derived, _: &Symbols) {
        out.push_str(self.name());
    }
}

impl Cell for Via {
    const TYPE: &'static str = "via";

    fn write(self, out: &mut String, _: &Derived, _: &Symbols) {
        match self {
            Self::Variable => out.push_str("variable"),
            Self::Returned => out.push_str("returned"),
            Self::Parameter(index) => {
                out.push_str("parameter(");
                out.push_str(&index.to_string());
                out.push(')');
            }
            Self::Global => out.push_str("global"),
            Self::Closure => out.push_str("closure"),
            Self::Thrown => out.push_str("thrown"),
            Self::Yielded => out.push_str("yielded"),
            Self::Unknown => out.push_str("unknown"),
        }
    }
}

/// Writes an object: `o12`, or what it is where only the rules know of it.
fn write_object(object: Obj, depth: usize, out: &mut String, derived: &Derived, symbols: &Symbols) {
    let record = if depth == 0 {
        None
    } else {
        derived.record(object)
    };
    match record {
        Some(record) => write_record(record, depth - 1, out, derived, symbols),
        None => Column::write(object, out, symbols),
    }
}

fn write_record(
    record: Record,
    depth: usize,
    out: &mut String,
    derived: &Derived,
    symbols: &Symbols,
) {
    let put = |out: &mut String, object: Obj| {
        write_object(object, depth, out, derived, symbols);
    };
    match record {
        Record::Instance(call, class) => {
            out.push_str("instance(");
            Column::write(call, out, symbols);
            out.push_str(", ");
            put(out, class);
        }
        Record::AnyInstance(class) => {
            out.push_str("any(");
            put(out, class);
        }
        Record::Bound(function, receiver) => {
            out.push_str("bound(");
            put(out, function);
            out.push_str(", ");
            put(out, receiver);
        }
        Record::Super(class, receiver) => {
            out.push_str("super(");
            put(out, class);
            out.push_str(", ");
            put(out, receiver);
        }
        Record::Member(owner, name) => {
            out.push_str("member(");
            put(out, owner);
            out.push_str(", .");
            Column::write(name, out, symbols);
        }
        Record::ExternalInstance(class) => {
            out.push_str("external(");
            put(out, class);
        }
        Record::Namespace(object) => {
            out.push_str("namespace(");
            put(out, object);
        }
        Record::Copy(number, original) => {
            out.push_str("copy(");
            out.push_str(&number.to_string());
            out.push_str(", ");
            put(out, original);
        }
    }
    out.push(')');
}

impl Derived {
    fn numbered_records(&self) -> impl Iterator<Item = (Number, Obj)> {
        let objects = (self.first_record..).map(Obj).take(self.records.len());
        objects.map(|object| (Number(object), object))
    }
}

macro_rules! derived_relations {
    ($derived:ident: $(
        $(#[doc = $doc:literal])* $name:ident($($column:ident: $type:ty),*) in $rows:expr;
    )*) => {
        impl Derived {
            /// The schema: every derived relation with its columns.
            #[must_use]
            pub fn schema() -> Vec<RelationInfo> {
                vec![$(RelationInfo {
                    name: stringify!($name),
                    doc: concat!($($doc,)*).trim_ascii(),
                    columns: vec![$(ColumnInfo {
                        name: stringify!($column),
                        type_name: <$type as Cell>::TYPE,
                    },)*],
                },)*]
            }

            /// How many rows each derived relation has, by name.
            #[must_use]
            pub fn lengths(&self) -> Vec<(&'static str, usize)> {
                let $derived = self;
                vec![$((stringify!($name), $rows.count()),)*]
            }

            /// Hands each derived relation's name and tab-separated rows to `sink`, in schema
            /// order.
            ///
            /// # Errors
            /// The first error of `sink`.
            pub fn dump<E>(
                &self,
                symbols: &Symbols,
                mut sink: impl FnMut(&'static str, &str) -> Result<(), E>,
            ) -> Result<(), E> {
                let $derived = self;
                let mut text = String::new();
                $(
                    text.clear();
                    for ($($column,)*) in $rows {
                        $(Cell::write($column, &mut text, $derived, symbols); text.push('\t');)*
                        text.pop();
                        text.push('\n');
                    }
                    sink(stringify!($name), &text)?;
                )*
                Ok(())
            }
        }
    };
}

derived_relations! { derived:
    /// `var_points_to(var, object)` indicates that `var` may hold `object`.
    var_points_to(var: Var, object: Obj) in derived.var_points_to.iter().copied();
    /// `field_points_to(object, field, value)` indicates that `field` of `object` may hold
    /// `value`.
    field_points_to(object: Obj, field: Field, value: Obj)
        in derived.field_points_to.iter().copied();
    /// `call_target(call, function)` indicates a λ-tag of `call`: a function of the project, a
    /// modelled function or class, or an external name.
    call_target(call: Call, function: Obj) in derived.call_target.iter().copied();
    /// `call_receiver(call, function, receiver)` indicates the object that `call` passes first
    /// when it calls the bound `function`.
    call_receiver(call: Call, function: Obj, receiver: Obj)
        in derived.call_receiver.iter().copied();
    /// `call_graph_edge(caller, callee)` indicates that the code of `caller` calls `callee`.
    call_graph_edge(caller: Obj, callee: Obj) in derived.call_graph_edge.iter().copied();
    /// `instantiates(call, class)` indicates that `call` makes an instance of `class`.
    instantiates(call: Call, class: Obj) in derived.instantiates.iter().copied();
    /// `unknown_call(call)` indicates that no target of `call` is known.
    unknown_call(call: Call) in derived.unknown_call.iter().map(|&call| (call,));
    /// `mro(class, position, ancestor)` indicates that `ancestor` stands at `position` in the
    /// method resolution order of `class`.
    mro(class: Obj, position: u32, ancestor: Obj) in derived.mro.iter().copied();
    /// `outlives(var, region, via)` indicates that the value of `var` may still be reachable when
    /// `region` ends, and through what.
    outlives(var: Var, region: Region, via: Via) in derived.outlives.iter().copied();
    /// `singly(generator, loops)` indicates that each element of the generator expression that
    /// `generator` holds is let go of before the next is taken, unless what takes it keeps it: a loop
    /// over it where `loops` is 1, and a function otherwise.
    singly(generator: Var, loops: u32)
        in derived.singly.iter().map(|&(generator, loops)| (generator, u32::from(loops)));
    /// `bounded(object, bound, places)` indicates that the analysis gave up what `bound` says in so
    /// many places of a function's code, or for a class.
    bounded(object: Obj, bound: Bound, places: u32) in derived.bounded.iter().copied();
    /// `record(number, object)` indicates that the rules call `object`, which is not in the
    /// source, by that number.
    record(number: Number, object: Obj) in derived.numbered_records();
}

#[cfg(test)]
mod tests {
    use super::*;
    use heapcast_facts::Symbol;

    fn derived() -> (Derived, Symbols) {
        let mut symbols = Symbols::default();
        let name: Symbol = symbols.intern("a\tb");
        let derived = Derived {
            var_points_to: vec![(Var(1), Obj(5)), (Var(2), Obj(10)), (Var(3), Obj(11))],
            unknown_call: vec![Call(7)],
            outlives: vec![
                (Var(1), Region(2), Via::Parameter(3)),
                (Var(1), Region(2), Via::Closure),
            ],
            records: vec![
                Record::Instance(Call(12), Obj(5)),
                Record::Bound(Obj(3), Obj(10)),
                Record::Member(Obj(4), name),
            ],
            first_record: 10,
            ..Derived::default()
        };
        (derived, symbols)
    }

    fn dumped(derived: &Derived, symbols: &Symbols, wanted: &str) -> String {
        let mut found = String::new();
        let sink = |name: &'static str, rows: &str| -> Result<(), ()> {
            if name == wanted {
                found.push_str(rows);
            }
            Ok(())
        };
        assert_eq!(derived.dump(symbols, sink), Ok(()));
        found
    }

    #[test]
    fn objects_of_the_rules_are_written_as_what_they_are() {
        let (derived, symbols) = derived();
        assert_eq!(
            dumped(&derived, &symbols, "var_points_to"),
            "v1\to5\nv2\tinstance(c12, o5)\nv3\tbound(o3, instance(c12, o5))\n"
        );
        assert_eq!(
            dumped(&derived, &symbols, "record"),
            "o10\tinstance(c12, o5)\no11\tbound(o3, instance(c12, o5))\n\
             o12\tmember(o4, .a\\tb)\n"
        );
    }

    #[test]
    fn ways_to_outlive_a_region_are_written_in_words() {
        let (derived, symbols) = derived();
        assert_eq!(
            dumped(&derived, &symbols, "outlives"),
            "v1\tr2\tparameter(3)\nv1\tr2\tclosure\n"
        );
    }

    #[test]
    fn records_in_records_end() {
        let (mut derived, symbols) = derived();
        derived.records = vec![Record::AnyInstance(Obj(10))];
        derived.var_points_to = vec![(Var(1), Obj(10))];
        assert_eq!(
            dumped(&derived, &symbols, "var_points_to"),
            "v1\tany(any(any(any(o10))))\n"
        );
    }

    #[test]
    fn every_list_is_a_relation() {
        let (derived, symbols) = derived();
        // A new field of `Derived` does not compile here until it is thought of.
        let Derived {
            var_points_to: _,
            field_points_to: _,
            call_target: _,
            call_receiver: _,
            call_graph_edge: _,
            instantiates: _,
            unknown_call: _,
            mro: _,
            outlives: _,
            singly: _,
            bounded: _,
            records: _,
            first_record: _,
            sizes: _,
        } = &derived;
        for (name, length) in derived.lengths() {
            assert_eq!(dumped(&derived, &symbols, name).lines().count(), length);
        }
        let names: Vec<_> = Derived::schema().iter().map(|info| info.name).collect();
        let lengths: Vec<_> = derived.lengths().iter().map(|row| row.0).collect();
        assert_eq!(names, lengths);
    }
}
