//! Escape on small programs written by hand; see `common` for the notation.

mod common;

use common::Program;

#[test]
fn a_local_of_an_iteration_does_not_outlive_it() {
    let program = Program::new(
        "def f xs
           loop l
             x = each xs
             row = new
             row.[] = x
           end",
    );
    assert!(program.outlives("f.row").is_empty());
    assert!(program.kept().is_empty());
}

#[test]
fn what_is_appended_to_a_list_outlives_the_iteration_but_not_the_function() {
    let program = Program::new(
        "def f xs
           out = new
           loop l
             pair = new
             out.[] = pair
           end",
    );
    assert_eq!(program.outlives("f.pair"), ["l: Variable"]);
    assert!(program.outlives("f.out").is_empty());
}

#[test]
fn what_is_appended_to_a_returned_list_outlives_both() {
    let program = Program::new(
        "def f xs
           out = new
           loop l
             branch b
               pair = new
               out.[] = pair
             end
           end
           return out",
    );
    assert_eq!(
        program.outlives("f.pair"),
        [
            "f(): Returned",
            "l: Variable",
            "l: Returned",
            "b: Variable",
            "b: Returned"
        ]
    );
}

#[test]
fn the_loops_own_variable_carries_a_value_over() {
    let program = Program::new(
        "def f xs
           last = new
           loop l
             inner = new
             last = inner
           end",
    );
    assert_eq!(program.outlives("f.inner"), ["l: Variable"]);
}

#[test]
fn a_store_into_an_alias_is_a_store_into_the_original() {
    let program = Program::new(
        "def f p
           q = p
           items = q.items
           loop l
             x = new
             items.[] = x
           end",
    );
    assert_eq!(
        program.outlives("f.x"),
        ["f(): Parameter(0)", "l: Variable", "l: Parameter(0)"]
    );
}

#[test]
fn a_merge_does_not_make_its_operands_hold_each_other() {
    let program = Program::new(
        "def f p
           a = new
           m = a
           m = p",
    );
    assert!(program.outlives("f.a").is_empty());
}

#[test]
fn another_field_does_not_lead_out() {
    let program = Program::new(
        "def f
           p = new
           x = new
           p.kept = x
           y = p.other
           return y",
    );
    assert!(program.outlives("f.x").is_empty());
}

#[test]
fn a_value_read_back_from_a_container_flows_on() {
    let program = Program::new(
        "def f
           box = new
           x = new
           box.[0] = x
           y = box.[]
           return y",
    );
    assert_eq!(program.outlives("f.x"), ["f(): Returned"]);
    assert!(program.outlives("f.box").is_empty());
}

#[test]
fn an_object_put_elsewhere_takes_along_what_is_put_into_it_later() {
    let program = Program::new(
        "def f out
           box = new
           inner = new
           box.items = inner
           out.[] = inner
           again = box.items
           x = new
           again.[] = x",
    );
    assert_eq!(program.outlives("f.x"), ["f(): Parameter(0)"]);
    assert!(program.outlives("f.box").is_empty());
}

#[test]
fn the_elements_of_a_copy_are_shared_but_the_copy_is_not() {
    let program = Program::new(
        "def f p
           copy = new
           copy += p
           own = new
           copy.[] = own
           first = copy.[0]
           deep = new
           first.tags = deep",
    );
    assert_eq!(program.outlives("f.own"), Vec::<String>::new());
    assert_eq!(program.outlives("f.deep"), ["f(): Parameter(0)"]);
}

#[test]
fn globals_and_captured_variables_keep() {
    let program = Program::new(
        "global cache
         def put key
           entry = new
           cache.[] = entry
         def outer
           seen = new
         def outer.inner x
           seen.[] = x",
    );
    assert_eq!(program.outlives("put.entry"), ["put(): Global"]);
    assert_eq!(program.kept(), ["outer.inner.x: Closure"]);
}

#[test]
fn a_returned_closure_holds_what_it_captures() {
    let program = Program::new(
        "def make
           buffer = new
           unused = new
           get = def make.get
           return get
         def make.get
           size = buffer.size",
    );
    assert_eq!(program.outlives("make.buffer"), ["make(): Returned"]);
    assert!(program.outlives("make.unused").is_empty());
}

#[test]
fn a_captured_variable_that_is_only_read_stays() {
    let program = Program::new(
        "def outer
           buffer = new
           get = def outer.get
         def outer.get
           size = buffer.size",
    );
    assert!(program.outlives("outer.buffer").is_empty());
}

#[test]
fn callees_say_what_they_keep() {
    let program = Program::new(
        "def append self x
           self.[] = x
         def identity x
           return x
         def length x
           n = x.size
           return n
         def use
           list = new
           loop l
             a = new
             t1 = list.append(a)
             b = new
             t2 = identity(b)
             c = new
             t3 = length(c)
           end
           return list",
    );
    assert_eq!(
        program.outlives("use.a"),
        ["use(): Returned", "l: Variable", "l: Returned"]
    );
    assert!(program.outlives("use.b").is_empty());
    assert!(program.outlives("use.c").is_empty());
    assert_eq!(
        program.kept(),
        ["append.x: Parameter(0)", "identity.x: Returned"]
    );
}

#[test]
fn one_callers_arguments_do_not_end_up_with_another_caller() {
    let program = Program::new(
        "global cache
         def identity x
           return x
         def first
           a = new
           cache = identity(a)
         def second
           b = new
           r = identity(b)",
    );
    assert_eq!(program.outlives("first.a"), ["first(): Global"]);
    assert!(program.outlives("second.b").is_empty());
}

#[test]
fn recursion_reaches_a_fixpoint() {
    let program = Program::new(
        "def walk node out
           item = new
           out.[] = item
           next = node.next
           r = walk(next out)
         def use
           out = new
           tree = new
           r = walk(tree out)
           return out",
    );
    assert_eq!(program.outlives("walk.item"), ["walk(): Parameter(1)"]);
    assert_eq!(program.outlives("use.tree"), Vec::<String>::new());
}

#[test]
fn an_instance_holds_what_its_init_stores() {
    let program = Program::new(
        "def init self items label
           self.items = items
         def make
           items = new
           label = new
           p = new init(items label)
           extra = new
           again = p.items
           again.[] = extra
           return items",
    );
    assert_eq!(program.outlives("make.extra"), ["make(): Returned"]);
    assert!(program.outlives("make.label").is_empty());
    assert!(program.outlives("make.p").is_empty());
}

#[test]
fn a_bare_instance_may_hold_all_arguments() {
    let program = Program::new(
        "def make
           a = new
           p = new object(a)
           return p",
    );
    assert_eq!(program.outlives("make.a"), ["make(): Returned"]);
}

#[test]
fn all_kinds_of_arguments_find_their_parameters() {
    let program = Program::new(
        "global keep
         def f a b k= *rest **named
           keep.a = a
           keep.k = k
           keep.rest = rest
           keep.named = named
         def use xs
           a = new
           b = new
           c = new
           k = new
           z = new
           r = f(a b c k=k z=z)
         def star
           e = new
           xs = new
           xs.[] = e
           r = f(*xs)",
    );
    for kept in ["a", "c", "k", "z"] {
        let name = format!("use.{kept}");
        assert_eq!(program.outlives(&name), ["use(): Global"], "{name}");
    }
    assert!(program.outlives("use.b").is_empty());
    assert_eq!(program.outlives("star.e"), ["star(): Global"]);
    assert!(program.outlives("star.xs").is_empty());
}

#[test]
fn unknown_code_keeps_what_it_is_given() {
    let program = Program::new(
        "def f
           a = new
           r = ?(a)
           b = new
           r.x = b",
    );
    assert_eq!(program.outlives("f.a"), ["f(): Unknown"]);
    assert_eq!(program.outlives("f.b"), ["f(): Unknown"]);
}

#[test]
fn a_raised_value_reaches_the_handler_and_the_caller() {
    let program = Program::new(
        "def fail x
           error = new
           error.args = x
           raise error
         def use
           detail = new
           try t
             r = fail(detail)
           end
           catch t problem
           return problem",
    );
    assert_eq!(program.outlives("fail.error"), ["fail(): Thrown"]);
    assert_eq!(
        program.outlives("use.detail"),
        ["use(): Returned", "use(): Thrown"]
    );
}

#[test]
fn a_generator_gives_what_it_yields_and_holds_its_parameters() {
    let program = Program::new(
        "def numbers source
           x = new
           yield x
         def use
           source = new
           g = numbers(source)
           return g",
    );
    assert_eq!(program.outlives("numbers.x"), ["numbers(): Yielded"]);
    assert_eq!(program.outlives("use.source"), ["use(): Returned"]);
}

#[test]
fn a_part_of_a_result_may_outlive_the_result() {
    let program = Program::new(
        "def split
           parts = new
           part = new
           parts.[] = part
           return parts
         def use
           out = new
           loop l
             parts = split()
             first = parts.[0]
             out.[] = first
           end",
    );
    assert!(program.outlives("use.parts").is_empty());
    assert_eq!(program.parts_outlive("use.parts"), ["l: Variable"]);
}

#[test]
fn a_bound_method_that_is_passed_holds_its_receiver() {
    let mut program = Program::new(
        "def on_event self x
           self.last = x
         def use callbacks
           handler = new
           method = handler.on_event
           callbacks.[] = method",
    );
    // The class has the method.
    let name = program.symbols.intern("on_event");
    let var = heapcast_facts::Var(1000);
    program
        .facts
        .variable_in
        .push((var, heapcast_facts::Obj(1)));
    program
        .facts
        .class_attribute
        .push((heapcast_facts::Obj(2), name, var));
    program.facts.alloc.push((var, heapcast_facts::Obj(3)));
    assert_eq!(program.outlives("use.handler"), ["use(): Parameter(0)"]);
}
