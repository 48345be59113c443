//! Running functions: what is measured, and what goes wrong.
//!
//! The interpreter is the `python3` of the machine. The forecasts here are numbers, so what stands
//! in for sympy is enough, and the tests need no package.

use crate::support::{Folder, Ran};

/// Enough of sympy for formulas of whole numbers.
const SYMPY: &str = include_str!("../interface/stand_in/sympy.py");

const APP: &str = "\
import os, time

def zeros(n):
    print('not a result')
    return [0] * n

def fails(n):
    values = [0] * n
    raise ValueError('no\\nway')

def waits(n):
    time.sleep(600)

def leaves(n):
    os._exit(3)

def collatz(value):
    out = []
    while value != 1:
        out.append(os.getpid())
        value = value // 2 if value % 2 == 0 else 3 * value + 1
    return out

class Store:
    def __init__(self, n):
        self.rows = [0] * n

    def copies(self, times):
        return [list(self.rows) for _ in range(times)]

class Other:
    def copies(self, times):
        return None
";

fn folder() -> Folder {
    Folder::new(&[("app.py", APP), ("lib/sympy.py", SYMPY)])
}

fn verify(folder: &Folder, target: &str, call: &str, more: &[&str]) -> Ran {
    let mut command = folder.heapcast();
    command.args(["verify", target, "--call", call]).args(more);
    command.env("PYTHONPATH", folder.path().join("lib"));
    Ran::new(command.output().expect("an output"))
}

#[test]
fn measured_stands_beside_predicted() {
    let folder = folder();
    let ran = verify(
        &folder,
        "app.py::zeros",
        "zeros(n)",
        &["--sweep", "n=1000,100000", "--format", "json"],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    // It is said before that code is run; what the code prints is no result.
    assert!(
        ran.err
            .starts_with("heapcast: note: this runs `zeros(n)` of app.py with "),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("not a result"), "{}", ran.err);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["schema"], "heapcast.verify/1");
    let rows = value["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 6);
    for row in rows.iter().filter(|row| row["metric"] != "total") {
        let least = row["size"].as_u64().expect("a size") * 8;
        let (measured, predicted) = (row["measured"].as_u64(), row["predicted"].as_u64());
        assert!(measured.is_some_and(|bytes| bytes >= least), "{row}");
        assert!(predicted.is_some_and(|bytes| bytes >= least), "{row}");
    }
    let kept = &rows[5];
    assert_eq!(
        (&kept["metric"], &kept["verdict"]),
        (&"retained".into(), &"held".into())
    );
    assert_eq!(kept["measured"], kept["predicted"]);
    assert!(!folder.path().join("__pycache__").exists());
}

#[test]
fn a_method_is_called_on_an_object_that_is_made_for_it() {
    let ran = verify(
        &folder(),
        "app.py::Store.copies",
        "Store(1000).copies(5)",
        &[],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.starts_with("app.Store.copies  app.py:"),
        "{}",
        ran.out
    );
    // The object's own list is not of the call.
    let retained = ran.out.lines().find(|line| line.starts_with("retained"));
    let measured = retained.and_then(|line| line.split_whitespace().nth(1));
    let measured: u64 = measured
        .expect("a number")
        .replace(',', "")
        .parse()
        .expect("digits");
    assert!((40_000..41_000).contains(&measured), "{}", ran.out);
}

#[test]
fn a_module_is_imported_with_its_package() {
    let folder = folder();
    folder.write("src/shop/__init__.py", b"");
    folder.write("src/shop/size.py", b"UNIT = 1\n");
    folder.write(
        "src/shop/app.py",
        b"from .size import UNIT\n\ndef zeros(n):\n    return [0] * n\n",
    );
    for target in ["src/shop/app.py::zeros", "src::shop.app.zeros"] {
        let ran = verify(&folder, target, "zeros(UNIT * 1000)", &[]);
        assert_eq!(ran.code, Some(0), "{target}: {}", ran.err);
    }
}

/// What the loop does is determined, and what asks the system does not run in a slice.
#[test]
fn a_forecast_without_a_number_is_open() {
    let ran = verify(&folder(), "app.py::collatz", "collatz(6)", &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.contains("a formula of iterations @ app.py:"),
        "{}",
        ran.out
    );
}

#[test]
fn what_goes_wrong_is_one_line() {
    let folder = folder();
    let wrong: [(&str, &str, &[&str], &str); 8] = [
        ("zeros", "zeros(", &[], "`zeros(` is not a call: "),
        (
            "zeros",
            "fails(3)",
            &[],
            "`fails(3)` is not a call of `zeros`",
        ),
        ("zeros", "zeros", &[], "`zeros` is not a call of `zeros`"),
        (
            "zeros",
            "zeros(none)",
            &[],
            "NameError: name 'none' is not defined",
        ),
        ("fails", "fails(3)", &[], "ValueError: no way (app.py:9)"),
        (
            "waits",
            "waits(3)",
            &["--timeout", "1"],
            "`waits(3)` takes longer than 1 s",
        ),
        (
            "leaves",
            "leaves(3)",
            &[],
            "the interpreter ended while it ran `leaves(3)` (exit status: 3)",
        ),
        (
            "Store.copies",
            "Other().copies(3)",
            &[],
            "`Other().copies(3)` calls `Other.copies` and not `Store.copies`",
        ),
    ];
    for (name, call, more, expected) in wrong {
        let ran = verify(&folder, &format!("app.py::{name}"), call, more);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{call}: {}", ran.err);
        let errors: Vec<&str> = ran
            .err
            .lines()
            .filter(|l| l.contains(": error: "))
            .collect();
        assert_eq!(errors.len(), 1, "{}", ran.err);
        assert!(
            errors[0].starts_with(&format!("heapcast: error: {expected}")),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_module_that_cannot_be_imported_is_named_with_its_line() {
    let folder = folder();
    folder.write(
        "odd.py",
        b"def f(n):\n    return n\n\nimport nowhere_to_be_found\n",
    );
    let ran = verify(&folder, "odd.py::f", "f(3)", &[]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    let expected = "heapcast: error: `odd` cannot be imported: ModuleNotFoundError: No module named \
        'nowhere_to_be_found' (odd.py:4)\n";
    assert!(ran.err.contains(expected), "{}", ran.err);
}

#[test]
fn without_sympy_it_is_said_how_to_get_it() {
    let folder = folder();
    folder.write("lib/sympy.py", b"raise ImportError('not here')\n");
    let ran = verify(&folder, "app.py::zeros", "zeros(3)", &[]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert!(
        ran.err
            .contains("heapcast: error: the forecast needs sympy"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("-m pip install sympy`"), "{}", ran.err);
}

#[test]
fn an_interpreter_that_is_none_is_named() {
    let ran = verify(
        &folder(),
        "app.py::zeros",
        "zeros(3)",
        &["--python-path", "none/python"],
    );
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    let expected =
        "heapcast: error: cannot run the interpreter `none/python`: no such file or directory\n";
    assert!(ran.err.starts_with(expected), "{}", ran.err);
}

#[test]
fn a_forecast_of_another_version_is_warned_of() {
    let ran = verify(
        &folder(),
        "app.py::zeros",
        "zeros(1000)",
        &["--python", "3.9"],
    );
    let warned = ran
        .err
        .contains("the forecast is of CPython 3.9, the measurement of 3.");
    assert!(warned || ran.out.contains("CPython 3.9."), "{}", ran.err);
}
