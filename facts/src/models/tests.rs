//! Tests of the loader and of the embedded files.

use std::collections::BTreeSet;

use super::read::definitions;
use super::{ModelNames, Models, NextIds, SizeExpr, embedded};
use crate::{Facts, Field, Obj, ObjectKind, PROGRAM, Symbols};

const OBJECT: (&str, &str) = (
    "object.toml",
    "module = \"builtins\"\n[class.object]\n[class.list]\n[class.tuple]\n[class.dict]\n[class.str]\nshared = true\n[class.int]\nshared = true\n",
);

struct Emitted {
    facts: Facts,
    symbols: Symbols,
    names: ModelNames,
    ids: NextIds,
}

impl Emitted {
    fn of(models: &Models) -> Self {
        let (mut facts, mut symbols) = (Facts::default(), Symbols::default());
        let mut ids = NextIds::default();
        let names = models.emit(&mut facts, &mut symbols, &mut ids);
        Self {
            facts,
            symbols,
            names,
            ids,
        }
    }

    /// The facts of one modelled function, added to a few builtin classes.
    fn function(text: &str) -> Self {
        let mut models = Models::default();
        models.add(&[OBJECT, ("own.toml", text)]).expect("valid");
        Self::of(&models)
    }

    fn text(&self) -> String {
        let mut all = String::new();
        let sink = |name: &'static str, rows: &str| {
            all.push_str(&format!("{name}\n{rows}"));
            Ok::<(), ()>(())
        };
        self.facts.dump(&self.symbols, sink).expect("no error");
        all
    }

    fn member(&self, owner: &str, name: &str) -> Option<Obj> {
        let owner = self.names.object(owner)?;
        let name = self.symbols.get(name)?;
        let rows = self.facts.model_member.iter();
        rows.filter(|row| row.0 == owner && row.1 == name)
            .map(|row| row.2)
            .next()
    }
}

/// Every error of a file, without the file's name.
fn errors(text: &str) -> Vec<String> {
    let errors = Models::default()
        .add(&[OBJECT, ("own.toml", text)])
        .expect_err("the file is wrong");
    let texts = errors.iter().map(ToString::to_string);
    texts
        .map(|text| text.replacen("own.toml:", "", 1))
        .collect()
}

#[test]
fn embedded_models_load() {
    let mut models = Models::default();
    if let Err(errors) = models.add(&embedded::FILES) {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", all.join("\n"));
    }
    println!("{:?}", models.counts());
}

#[test]
fn every_file_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            found.insert(format!("facts/models/{name}"));
        }
    }
    let embedded: BTreeSet<String> = embedded::FILES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(found, embedded);
}

#[test]
fn no_embedded_name_is_defined_in_two_files() {
    let mut seen = BTreeSet::new();
    for (file, text) in embedded::FILES {
        for (name, definition) in definitions(file, text, &mut Vec::new()) {
            let module = matches!(definition.kind, super::definition::Kind::Module);
            assert!(module || seen.insert(name.clone()), "{file}: {name}");
        }
    }
}

#[test]
fn emission_repeats() {
    let (first, second) = (
        Emitted::of(&Models::builtin()),
        Emitted::of(&Models::builtin()),
    );
    assert_eq!(first.text(), second.text());
    assert_eq!(first.ids, second.ids);
    println!("{:?}", first.ids);
    println!("{:?}", first.facts.sizes());
}

#[test]
fn the_program_is_the_first_object() {
    let emitted = Emitted::of(&Models::builtin());
    let (object, kind, name) = emitted.facts.object[0];
    assert_eq!((object, kind), (PROGRAM, ObjectKind::Program));
    assert_eq!(emitted.symbols.text(name), "<program>");
}

#[test]
fn identifiers_are_dense_and_used() {
    let emitted = Emitted::of(&Models::builtin());
    let objects: BTreeSet<u32> = emitted.facts.object.iter().map(|row| row.0.0).collect();
    assert_eq!(objects.len() as u32, emitted.ids.object);
    let vars: BTreeSet<u32> = emitted
        .facts
        .variable_in
        .iter()
        .map(|row| row.0.0)
        .collect();
    assert_eq!(vars.len() as u32, emitted.ids.var);
    let calls: BTreeSet<u32> = emitted.facts.call_in.iter().map(|row| row.0.0).collect();
    assert_eq!(calls.len() as u32, emitted.ids.call);
    let implied: BTreeSet<u32> = emitted
        .facts
        .implied_call
        .iter()
        .map(|row| row.0.0)
        .collect();
    assert_eq!(calls, implied);
}

#[test]
fn names_lead_to_objects() {
    let emitted = Emitted::of(&Models::builtin());
    for name in ["builtins.len", "builtins.map", "builtins.list.append", "io"] {
        assert!(emitted.names.object(name).is_some(), "{name}");
    }
    let os_error = emitted.names.object("builtins.OSError");
    assert_eq!(emitted.names.object("builtins.IOError"), os_error);
    assert_eq!(emitted.member("builtins", "IOError"), os_error);
    for class in [
        "str",
        "builtins.int",
        "NoneType",
        "float",
        "bool",
        "bytes",
        "complex",
    ] {
        assert!(emitted.names.instance(class).is_some(), "{class}");
    }
    assert_eq!(emitted.names.instance("list"), None);
}

#[test]
fn a_method_stores_what_it_is_given() {
    let emitted = Emitted::function(
        "[method.\"builtins.list.append\"]\nparams = [\"self\", \"item\"]\nflow = [\"self[?] = item\"]\n",
    );
    let function = emitted.names.object("builtins.list.append").expect("it");
    let formals: Vec<_> = emitted
        .facts
        .formal
        .iter()
        .map(|row| (row.0, row.1))
        .collect();
    assert_eq!(formals, [(function, 0), (function, 1)]);
    let (receiver, item) = (emitted.facts.formal[0].2, emitted.facts.formal[1].2);
    assert_eq!(emitted.facts.store, [(receiver, Field::UNKNOWN, item)]);
    assert_eq!(emitted.member("builtins.list", "append"), Some(function));
}

#[test]
fn a_reflected_operator_names_both_sides() {
    let emitted = Emitted::function(
        "[function.add]\nparams = [\"a\", \"b\"]\nreturns = \"a.__add__(b) else b.__radd__(a)\"\n",
    );
    let (a, b) = (emitted.facts.formal[0].2, emitted.facts.formal[1].2);
    let [(_, base, name, left, unless)] = emitted.facts.reflected_call[..] else {
        panic!("one reflected call");
    };
    assert_eq!((base, left), (b, a));
    assert_eq!(emitted.symbols.text(name), "__radd__");
    assert_eq!(emitted.symbols.text(unless), "__add__");
}

#[test]
fn each_is_evaluated_once() {
    let emitted = Emitted::function(
        "[function.f]\nparams = [\"key\", \"xs\"]\nflow = [\"key(each(xs))\"]\nreturns = \"new list[each(xs)]\"\n",
    );
    assert_eq!(emitted.facts.iterate.len(), 1);
    assert_eq!(emitted.facts.protocol_call.len(), 3);
}

#[test]
fn a_class_method_is_wrapped() {
    let emitted = Emitted::function(
        "module = \"builtins\"\n[class.classmethod]\n[method.\"dict.fromkeys\"]\nkind = \"class\"\nparams = [\"cls\"]\nreturns = \"cls()\"\n",
    );
    let member = emitted.member("builtins.dict", "fromkeys").expect("it");
    let class = emitted.names.object("builtins.classmethod").expect("it");
    assert!(emitted.facts.instance_of.contains(&(member, class)));
}

#[test]
fn later_files_override_earlier_ones() {
    let mut models = Models::default();
    let first = "[function.f]\nreturns = \"str\"\n";
    let second = "[function.f]\nparams = [\"x\"]\nreturns = \"x\"\n";
    models.add(&[OBJECT, ("a.toml", first)]).expect("valid");
    models.add(&[("b.toml", second)]).expect("valid");
    assert_eq!(models.parameters("f"), Some(vec!["x"]));
}

#[test]
fn wrong_files_leave_models_as_they_were() {
    let mut models = Models::builtin();
    let counts = models.counts();
    models
        .add(&[("a.toml", "[function.f]\nreturns = \"nowhere\"\n")])
        .expect_err("it is wrong");
    assert_eq!(models.counts(), counts);
}

/// Wrong files, each with the line and message of an error.
const WRONG: &[(&str, &str)] = &[
    (
        "[function.f]\nreturns = 'new Nowhere'\n",
        "2: `Nowhere` is not a modelled class (column 1)",
    ),
    (
        "[function.f]\nflow = [\n  'x = 1',\n  'y = = 2',\n]\n",
        "4: expected a value, not `=` (column 5 of \"y = = 2\")",
    ),
    (
        "[function.f]\nreturns = 'here | there'\nparams = ['here']\n",
        "2: `there` is neither a parameter nor assigned (column 8)",
    ),
    (
        "\n[class.C]\nbases = ['D']\n",
        "2: the base `D` is not a modelled class",
    ),
    (
        "[class.C]\nbasis = ['D']\n",
        "2: unknown key `basis` of class `C`",
    ),
    (
        "[function.f]\nparams = ['a', 'a']\n",
        "2: there are two parameters `a` (column 1 of \"a\")",
    ),
    (
        "[function.f]\nflow = 'x[*] = 1'\n",
        "2: a store goes to [?] or to a constant key; [*] is only read (column 1 of \"x[*] = 1\")",
    ),
    (
        "[function.f]\nresult_length = 'len(x)'\n",
        "1: `x` is not a parameter",
    ),
    (
        "[function.f]\nresult_length = 'size(x)'\n",
        "2: `size` is none of len, value, text, packed, deep, max, min, list_table, dict_table, set_table, ways, matches, pieces, covered, found, replaced, put, working (column 1 of \"size(x)\")",
    ),
    (
        "[function.f]\nparams = ['a']\nresult_length = 'matches(a, b)'\n",
        "1: `b` is not a parameter",
    ),
    ("[function.f]\ntext_of = 'a'\n", "1: `a` is not a parameter"),
    (
        "[function.f]\nparams = 3\n",
        "2: expected a string, not a TOML integer",
    ),
    (
        "[class.C]\nplain = ['f: int']\n[method.\"C.f\"]\n",
        "3: `C.f` is defined twice in this file",
    ),
    (
        "[class.C]\nbases = ['D']\n[class.D]\nbases = ['C']\n",
        "1: class `C` inherits from itself",
    ),
    (
        "[function.f]\nreturns = '&g'\n",
        "2: `g` is not modelled (column 1)",
    ),
    (
        "[function.f]\nreturns = 'a.b() else c'\n",
        "2: `else` stands between two calls of special methods like x.__str__() (column 1 of \"a.b() else c\")",
    ),
    ("[method.\"list.f.g\"]\n", "1: there is no class `list.f`"),
];

#[test]
fn errors_name_the_line() {
    for (text, expected) in WRONG {
        let found = errors(text);
        assert!(
            found.iter().any(|error| error == expected),
            "{text}: {found:#?}"
        );
    }
}

#[test]
fn constants_may_have_a_length() {
    let models = Models::builtin();
    assert_eq!(models.constant_length("string.digits"), Some(10));
    assert_eq!(models.constant_length("os.sep"), None);
}

#[test]
fn deep_and_long_expressions_are_refused() {
    let deep = format!("[function.f]\nreturns = '{}'\n", "(".repeat(400));
    assert!(errors(&deep)[0].contains("nested too deeply"));
    let long = format!("[function.f]\nreturns = '\"\"{}'\n", ".a".repeat(5000));
    assert!(errors(&long)[0].contains("too long"));
    let size = format!("[function.f]\nresult_length = '{}'\n", "max(".repeat(140));
    assert!(errors(&size)[0].contains("nested too deeply"));
}

#[test]
fn broken_toml_is_located() {
    assert!(errors("[function.f]\nreturns = \n")[0].starts_with("2: "));
}

#[test]
fn costs_are_kept_with_the_function() {
    let models = Models::builtin();
    let cost = models.costs("builtins.str.upper").expect("it");
    assert_eq!(cost.allocates[0].type_name, "str");
    assert_eq!(cost.result_length, Some(SizeExpr::Length("self".into())));
    let append = models.costs("builtins.list.append").expect("it");
    assert_eq!(append.grows[0].parameter, "self");
}

#[test]
fn sizes_bind_products_first() {
    let one = || Box::new(SizeExpr::Number(1));
    let product = SizeExpr::Multiply(one(), Box::new(SizeExpr::Length("x".into())));
    let expected = SizeExpr::Subtract(Box::new(SizeExpr::Add(one(), Box::new(product))), one());
    assert_eq!(SizeExpr::parse("1 + 1*len(x) - 1"), Ok(expected));
}

#[test]
fn helpers_of_the_models_are_hidden() {
    let names = Emitted::of(&Models::builtin()).names;
    let hidden = |name: &str| names.is_hidden(names.object(name).expect(name));
    assert!(hidden("functools._decorate"));
    assert!(hidden("functools._Key.__call__"));
    assert!(!hidden("functools.partial.__call__"));
    assert!(!hidden("builtins.generator.send"));
}

#[test]
fn damaged_files_are_errors_and_no_worse() {
    let (_, text) = embedded::FILES
        .iter()
        .find(|(name, _)| name.ends_with("contextlib.toml"))
        .expect("the file");
    for (at, with) in (0..text.len())
        .step_by(23)
        .zip("([{|=*.&'+x0\"é".chars().cycle())
    {
        if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
            let damaged = format!("{}{with}{}", &text[..at], &text[at + 1..]);
            let _ = Models::default().add(&[OBJECT, ("damaged.toml", &damaged)]);
            let _ = Models::default().add(&[OBJECT, ("cut.toml", &text[..at])]);
        }
    }
}
