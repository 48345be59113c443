//! What a user sees when Python is analysed: broken input, interrupted runs, full disks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Folder, Ran};

const SHOP: &[(&str, &str)] = &[
    ("shop/__init__.py", ""),
    (
        "shop/app.py",
        "from shop.orders import load\n\n\ndef main(rows):\n    return load(rows)\n\n\ndef idle():\n    pass\n",
    ),
    (
        "shop/orders.py",
        "def load(rows):\n    out = []\n    for row in rows:\n        out.append(row)\n    return out\n",
    ),
];

/// A project that takes a while.
fn large() -> Folder {
    let folder = Folder::new(&[]);
    let function = |number: u32| {
        format!("def f{number}(xs):\n    return [g(x) for x in xs if f{number}(xs)]\n\n\n")
    };
    let text: String = (0..4000).map(function).collect();
    for number in 0..40 {
        folder.write(&format!("big/m{number}.py"), text.as_bytes());
    }
    folder
}

fn lines(text: &str, start: &str) -> usize {
    text.lines().filter(|line| line.starts_with(start)).count()
}

#[test]
fn the_call_graph_has_the_edges() {
    let ran = Folder::new(SHOP).run(&["callgraph", "shop", "--format", "pycg"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        value["shop.app.main"],
        serde_json::json!(["shop.orders.load"])
    );
    assert_eq!(value["shop.app.idle"], serde_json::json!([]));
}

#[test]
fn the_settings_name_entries() {
    let folder = Folder::new(SHOP);
    folder.write("heapcast.toml", b"entry = ['shop.app.main']\n");
    let ran = folder.run(&["callgraph", ".", "--format", "pycg"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert!(value.get("shop.app.main").is_some());
    assert!(value.get("shop.app.idle").is_none());

    folder.write("heapcast.toml", b"entry = ['nope']\n");
    let ran = folder.run(&["callgraph", ".", "--format", "pycg"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("there is no function `nope`"));
}

#[test]
fn the_summary_has_a_row_for_each_function() {
    let ran = Folder::new(SHOP).run(&["summary", "shop", "--format", "json"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let rows = value["rows"].as_array().expect("rows");
    for name in ["shop.app.main", "shop.app.idle", "shop.orders.load"] {
        assert!(rows.iter().any(|row| row["function"] == name), "{name}");
    }
}

#[test]
fn every_format_is_repeatable_and_independent_of_the_threads() {
    let folder = Folder::new(SHOP);
    for (command, format) in [
        ("summary", "table"),
        ("summary", "csv"),
        ("summary", "markdown"),
        ("callgraph", "table"),
        ("callgraph", "json"),
        ("callgraph", "dot"),
    ] {
        let run =
            |threads| folder.run(&[command, "shop", "--format", format, "--threads", threads]);
        let (one, four) = (run("1"), run("4"));
        assert_eq!(one.code, Some(0));
        assert_eq!(one.out, four.out, "{command} --format {format}");
        assert!(!one.out.contains('\u{1b}'));
    }
}

#[test]
fn a_broken_file_is_named_and_the_rest_is_analysed() {
    let folder = Folder::new(SHOP);
    folder.write("shop/broken.py", b"def f(:\n    pass\n");
    let ran = folder.run(&["callgraph", "shop"]);
    assert_eq!(ran.code, Some(0));
    // The parser goes on after an error, so a line may have several.
    let named = lines(&ran.err, "heapcast: warning: shop/broken.py:1:");
    assert!(named >= 1, "{}", ran.err);
    assert_eq!(named, ran.err.lines().count(), "{}", ran.err);
    assert!(ran.out.contains("shop.orders.load"));
    assert!(
        ran.out
            .contains("missing, wholly or in part: 1 file: shop/broken.py")
    );
}

#[test]
fn null_bytes_and_wrong_encodings_are_named() {
    let folder = Folder::new(SHOP);
    folder.write("shop/null.py", b"x = 1\0\n");
    folder.write("shop/bytes.py", b"x = '\xff'\n");
    folder.write("shop/codec.py", b"# -*- coding: nonsense -*-\n");
    let ran = folder.run(&["summary", "shop"]);
    assert_eq!(ran.code, Some(0));
    for name in ["null", "bytes", "codec"] {
        let start = format!("heapcast: warning: shop/{name}.py");
        assert_eq!(lines(&ran.err, &start), 1, "{}", ran.err);
    }
}

#[test]
fn a_path_that_does_not_exist_is_unreadable_input() {
    let ran = Folder::new(SHOP).run(&["summary", "shop", "nowhere"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(lines(&ran.err, "heapcast: error: "), 1, "{}", ran.err);
    assert!(ran.err.contains("nowhere"));
}

#[test]
fn an_empty_project_is_no_error() {
    for files in [&[][..], &[("notes.txt", "")][..]] {
        let ran = Folder::new(files).run(&["summary"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert_eq!(
            lines(&ran.err, "heapcast: warning: there are no Python files"),
            1
        );
    }
    let ran = Folder::new(&[]).run(&["callgraph", "--format", "pycg"]);
    assert_eq!(ran.out, "{}\n");
}

#[test]
fn an_empty_file_is_a_module_that_calls_nothing() {
    let ran = Folder::new(&[("a.py", "")]).run(&["callgraph", "a.py", "--format", "pycg"]);
    assert_eq!((ran.code, &*ran.out), (Some(0), "{\n  \"a\": []\n}\n"));
}

#[test]
fn standard_input_is_a_module() {
    let folder = Folder::new(&[]);
    let mut command = folder.heapcast();
    command.args(["callgraph", "-", "--format", "pycg"]);
    let ran = Ran::new(
        command
            .write_stdin("def f():\n    g()\n\ndef g():\n    pass\n")
            .output()
            .expect("an output"),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value.as_object().map(serde_json::Map::len), Some(3));
}

#[test]
fn no_color_is_respected_and_colour_can_be_forced() {
    let folder = Folder::new(SHOP);
    let mut forced = folder.heapcast();
    let forced = forced
        .args(["summary", "shop", "--color", "always"])
        .output();
    assert!(Ran::new(forced.expect("an output")).out.contains('\u{1b}'));
    let mut plain = folder.heapcast();
    let plain = plain
        .args(["summary", "shop"])
        .env("NO_COLOR", "1")
        .output();
    assert!(!Ran::new(plain.expect("an output")).out.contains('\u{1b}'));
}

#[test]
fn verbose_prints_the_stages_on_standard_error() {
    let ran = Folder::new(SHOP).run(&["callgraph", "shop", "-v"]);
    assert!(lines(&ran.err, "stage ") >= 4, "{}", ran.err);
    assert_eq!(lines(&ran.out, "stage "), 0);
    for line in ran.err.lines().filter(|line| line.starts_with("stage ")) {
        assert!(line.ends_with('s'), "{line}");
    }
}

#[test]
fn verbose_names_what_was_given_up_with_its_line() {
    let calls: String = (0..300)
        .map(|number| format!("keep([{number}])\n"))
        .collect();
    let text = format!("def keep(value):\n    kept.append(value)\n\n\nkept = []\n{calls}");
    let folder = Folder::new(&[("hub.py", &text)]);
    let ran = folder.run(&["callgraph", "hub.py", "-v"]);
    let bound = "bound parameters 1 in 1, most in hub.keep (hub.py:1)\n";
    assert!(ran.err.contains(bound), "{}", ran.err);
    folder.run(&["facts", "hub.py", "-o", "out"]);
    let rows = std::fs::read_to_string(folder.path().join("out/derived/bounded.tsv"));
    let rows = rows.expect("the relation");
    assert!(rows.contains("\tparameters\t1\n"), "{rows}");
}

#[test]
fn the_relations_of_a_project_can_be_solved_again() {
    let folder = Folder::new(SHOP);
    assert_eq!(folder.run(&["facts", "shop", "-o", "facts"]).code, Some(0));
    let solved = folder.run(&["solve", "facts", "-o", "derived"]);
    assert_eq!((solved.code, &*solved.err), (Some(0), ""));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    for name in [
        "call_target",
        "call_graph_edge",
        "var_points_to",
        "outlives",
    ] {
        let (first, second) = (
            format!("facts/derived/{name}.tsv"),
            format!("derived/{name}.tsv"),
        );
        assert_eq!(read(&first), read(&second), "{name}");
    }
    // A second run replaces the first.
    assert_eq!(folder.run(&["facts", "shop", "-o", "facts"]).code, Some(0));
    assert_eq!(
        folder.names(),
        ["derived", "facts", "shop"].map(PathBuf::from)
    );
}

#[test]
fn a_closed_pipe_ends_a_run_silently() {
    let folder = large();
    for command in ["callgraph", "summary"] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("heapcast"))
            .args([command, "big"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("an output");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

/// Runs the binary through a shell that lets no file grow past a few kilobytes.
#[cfg(unix)]
fn run_on_full_disk(folder: &Folder, arguments: &str) -> Ran {
    let binary = assert_cmd::cargo::cargo_bin!("heapcast");
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec '{}' {arguments}",
        binary.display()
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(folder.path());
    Ran::new(shell.output().expect("an output"))
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let folder = large();
    for arguments in ["facts big -o facts", "callgraph big -o calls.txt"] {
        let ran = run_on_full_disk(&folder, arguments);
        assert_eq!(ran.code, Some(2));
        assert_eq!(
            lines(&ran.err, "heapcast: error: cannot write `"),
            1,
            "{}",
            ran.err
        );
        assert_eq!(folder.names(), [Path::new("big")]);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_half_written() {
    let folder = large();
    for delay in [50, 400, 1500] {
        let child = Command::new(assert_cmd::cargo::cargo_bin!("heapcast"))
            .args(["facts", "big", "-o", "facts"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .spawn();
        let mut child = child.expect("a process");
        std::thread::sleep(Duration::from_millis(delay));
        let signalled = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        let status = child.wait().expect("an end");
        if signalled.is_ok_and(|status| status.success()) && status.code() != Some(0) {
            assert_eq!(status.code(), Some(130));
            assert_eq!(folder.names(), [Path::new("big")]);
        } else {
            // It was done before.
            std::fs::remove_dir_all(folder.path().join("facts")).expect("the relations");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(SHOP);
    folder.write("shop/secret.py", b"x = 1\n");
    let secret = folder.path().join("shop/secret.py");
    let hidden = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&secret, hidden).expect("permissions");
    if std::fs::read(&secret).is_ok() {
        return; // The superuser reads everything.
    }
    let ran = folder.run(&["summary", "shop"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(
        lines(&ran.err, "heapcast: warning: shop/secret.py"),
        1,
        "{}",
        ran.err
    );
}

#[cfg(unix)]
#[test]
fn links_that_go_round_end() {
    let folder = Folder::new(SHOP);
    let link = folder.path().join("shop/again");
    std::os::unix::fs::symlink("..", link).expect("a link");
    assert_eq!(folder.run(&["summary", "shop"]).code, Some(0));
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named_before_the_work() {
    let ran = Folder::new(SHOP).run(&["facts", "shop", "-o", "none/facts"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("there is no folder"), "{}", ran.err);
}

#[test]
fn nested_brackets_and_long_expressions_do_not_overflow() {
    let folder = Folder::new(&[]);
    let nested = format!("x = {}1{}\n", "(".repeat(1000), ")".repeat(1000));
    folder.write("deep.py", nested.as_bytes());
    let long = format!("x = 1{}\n", " + y".repeat(100_000));
    folder.write("long.py", long.as_bytes());
    let ran = folder.run(&["callgraph", "."]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        lines(&ran.err, "heapcast: warning: deep.py:1"),
        1,
        "{}",
        ran.err
    );
}

#[test]
fn many_functions_of_one_file_take_time_in_proportion() {
    let function = |number: u32| format!("def f{number}(a):\n    return a\n");
    let text: String = (0..100_000).map(function).collect();
    let folder = Folder::new(&[("many.py", &text)]);
    let mut command = folder.heapcast();
    command.args(["callgraph", "many.py", "--format", "pycg"]);
    // It takes minutes where each binding looks at all earlier ones.
    let ran = Ran::new(
        command
            .timeout(Duration::from_secs(60))
            .output()
            .expect("an output"),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}
