//! What dominates, as a user asks for it.

use crate::support::Folder;

const SHOP: &[(&str, &str)] = &[
    ("shop/__init__.py", ""),
    (
        "shop/app.py",
        "from shop.orders import table\n\n\ndef main(n):\n    rows = table(n)\n    return rows, [0] * 3\n\n\n\
         def idle():\n    pass\n",
    ),
    (
        "shop/orders.py",
        "def table(n):\n    return [row(n) for _ in range(n)]\n\n\ndef row(n):\n    return bytearray(n)\n",
    ),
];

fn json(arguments: &[&str]) -> serde_json::Value {
    let ran = Folder::new(SHOP).run(&[&["top"], arguments, &["--format", "json"]].concat());
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    serde_json::from_str(&ran.out).expect("JSON")
}

#[test]
fn the_functions_of_a_folder_are_ranked() {
    let value = json(&["shop"]);
    let rows = value["functions"].as_array().expect("functions");
    let names: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["function"].as_str())
        .collect();
    let place = |name: &str| names.iter().position(|own| *own == name).expect("a row");
    assert!(place("shop.orders.table") < place("shop.orders.row"));
    assert!(place("shop.orders.row") < place("shop.app.idle"));
    let table = &rows[place("shop.orders.table")];
    assert_eq!(table["growth"], "O(n²)");
    assert_eq!(table["mostly"]["type"], "bytearray");
}

#[test]
fn the_calls_of_a_function_lead_to_the_line_that_allocates() {
    let value = json(&["shop::app.main", "--metric", "retained", "--at", "n=5000"]);
    let mut node = &value["lines"][0];
    let mut lines = Vec::new();
    while !node.is_null() {
        lines.push((
            node["function"].as_str().expect("a name"),
            node["line"].as_u64(),
        ));
        node = &node["lines"][0];
    }
    let expected = [
        ("shop.app.main", Some(5)),
        ("shop.orders.table", Some(2)),
        ("shop.orders.row", Some(6)),
    ];
    assert_eq!(lines, expected);
    assert_eq!(value["lines"][0]["text"], "rows = table(n)");
}

#[test]
fn a_recursive_function_is_entered_once() {
    let folder = Folder::new(&[(
        "tree.py",
        "def build(depth):\n    if depth == 0:\n        return None\n    return [build(depth - 1), build(depth - 1)]\n",
    )]);
    let ran = folder.run(&["top", "tree.py::build", "--depth", "64"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    let ran = folder.run(&["top", "tree.py::build", "--depth", "65"]);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn the_result_is_the_same_however_many_threads_there_are() {
    let folder = Folder::new(SHOP);
    let run = |threads| folder.run(&["top", "shop", "--threads", threads]).out;
    assert_eq!(run("1"), run("4"));
}
