//! Numbers from formulas, as a user asks for them.

use crate::support::Folder;

const APP: &[(&str, &str)] = &[(
    "app.py",
    "def zeros(n):\n    return [0] * n\n\n\nclass Store:\n    def load(self, rows):\n        \
     return [row for row in rows]\n\n    def wait(self, source):\n        while source.more():\n            \
     self.last = source.take()\n",
)];

#[test]
fn the_numbers_are_those_of_the_version_of_python() {
    let folder = Folder::new(APP);
    let ran = folder.run(&[
        "predict",
        "app.py::zeros",
        "--at",
        "n=1_000",
        "--format",
        "json",
        "--python",
        "3.11",
    ]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let function = &value["functions"][0];
    assert_eq!(function["retained"]["bytes"], 8056);
    assert_eq!(function["retained"]["lines"][0]["text"], "return [0] * n");
    assert_eq!(function["retained"]["types"][0]["type"], "list");
    assert_eq!(function["retained"]["grade"], "exact");
}

#[test]
fn a_class_is_its_methods_and_what_they_need_is_listed() {
    let folder = Folder::new(APP);
    let ran = folder.run(&["predict", "app.py::Store"]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    for text in [
        "heapcast: error: the memory of these functions depends on what has no number yet:\n",
        "\n  iterations @ app.py:10 (",
        "\n  len(rows)\n",
        "  hint: ",
    ] {
        assert!(ran.err.contains(text), "{text}: {}", ran.err);
    }
    let ran = folder.run(&["predict", "app.py::Store", "--default", "10"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("app.Store.load  app.py:6"), "{}", ran.out);
    assert!(ran.out.contains("app.Store.wait  app.py:9"), "{}", ran.out);
    assert!(!ran.out.contains("app.zeros"), "{}", ran.out);
}

#[test]
fn a_misspelt_name_is_named_with_the_one_that_was_meant() {
    let ran = Folder::new(APP).run(&["predict", "app.py::Store.load", "--at", "rows=5"]);
    // The parameter is called so: only the number of its elements is missing.
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("\n  len(rows)\n"), "{}", ran.err);
    let ran = Folder::new(APP).run(&["predict", "app.py::Store.load", "--at", "len(row)=5"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("hint: there is `len(rows)`"),
        "{}",
        ran.err
    );
}

#[test]
fn a_sweep_can_be_kept_as_a_table_and_as_a_drawing() {
    let folder = Folder::new(APP);
    let ran = folder.run(&[
        "predict",
        "app.py::zeros",
        "--sweep",
        "n=10..1e4",
        "-o",
        "sweep.txt",
        "--svg",
        "sweep.svg",
    ]);
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "", ""));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    assert!(read("sweep.txt").contains("10,000"));
    let drawing = read("sweep.svg");
    assert!(drawing.starts_with("<svg xmlns=") && drawing.ends_with("</svg>\n"));
    assert_eq!(
        drawing.matches("<text").count(),
        drawing.matches("</text>").count()
    );
}

#[test]
fn what_is_no_number_is_wrong_usage() {
    for arguments in [
        ["predict", "app.py", "--default=-1"],
        ["predict", "app.py", "--sweep=n=9..1"],
        ["predict", "app.py", "--at=n=many"],
        ["predict", "app.py", "--plot"],
    ] {
        let ran = Folder::new(APP).run(&arguments);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{arguments:?}");
    }
}
