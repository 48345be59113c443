//! A variable that crepe's `for` binds is not joined on: `for y in it, Next(y, z)` is a cross
//! product. No rule may have an atom that uses such a variable.

use std::fs;
use std::path::{Path, PathBuf};

/// The atoms of a rule that use a variable that a `for` before them binds.
fn trapped(rule: &str) -> Vec<String> {
    let Some((_, body)) = rule.split_once("<-") else {
        return Vec::new();
    };
    let mut bound: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for clause in clauses(body) {
        if let Some(rest) = clause.strip_prefix("for ") {
            let pattern = rest.split(" in ").next().unwrap_or(rest);
            bound.extend(identifiers(pattern));
        } else if clause
            .trim_start_matches('!')
            .starts_with(char::is_uppercase)
            && identifiers(&clause).iter().any(|name| bound.contains(name))
        {
            found.push(clause);
        }
    }
    found
}

/// The clauses of a rule's body: its parts between commas outside of all brackets.
fn clauses(body: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in body.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(if character == '\n' { ' ' } else { character });
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

fn identifiers(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| word.starts_with(|first: char| first.is_lowercase() || first == '_'))
        .filter(|word| !matches!(*word, "_" | "ref" | "mut"))
        .map(str::to_owned)
        .collect()
}

/// The rules in the `crepe!` blocks of a source file.
fn rules(source: &str) -> Vec<String> {
    let mut rules = Vec::new();
    for block in source.split("crepe! {").skip(1) {
        let block = block.split("\n}").next().unwrap_or(block);
        let code: Vec<&str> = block
            .lines()
            .map(|line| line.split("//").next().unwrap_or(line))
            .collect();
        let code = code.join("\n");
        rules.extend(
            code.split(';')
                .filter(|rule| rule.contains("<-"))
                .map(str::to_owned),
        );
    }
    rules
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_atom_uses_a_for_variable() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut seen = 0;
    for file in files {
        let source = fs::read_to_string(&file).expect("a readable file");
        for rule in rules(&source) {
            seen += 1;
            let atoms = trapped(&rule);
            assert!(atoms.is_empty(), "{}: {atoms:?} in {rule}", file.display());
        }
    }
    assert!(seen > 100, "the scan found only {seen} rules");
}

#[test]
fn the_scan_finds_the_trap() {
    assert_eq!(
        trapped("Path(x, z) <- Node(x), for y in all(x), Next(y, z)"),
        ["Next(y, z)"]
    );
    assert_eq!(
        trapped("R(x) <- A(x), for (a, b) in f(x, 1), !Next(b, _)"),
        ["!Next(b, _)"]
    );
    assert!(trapped("R(x, z) <- A(x), for v in f(x), let y = v, Next(y, z)").is_empty());
    assert!(trapped("R(x, y) <- A(x), for y in f(x), (y > x)").is_empty());
}
