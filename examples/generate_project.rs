//! Writes a generated Python program to a folder:
//!
//! ```sh
//! cargo run --release --locked --example generate_project -- LINES DIR [SEED]
//! ```

#[path = "../benches/generator/mod.rs"]
mod generator;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (lines, folder, seed) = match arguments.as_slice() {
        [lines, folder] => (lines.parse(), folder, Ok(1)),
        [lines, folder, seed] => (lines.parse(), folder, seed.parse()),
        _ => return usage(),
    };
    let (Ok(lines), Ok(seed)) = (lines, seed) else {
        return usage();
    };
    match write(Path::new(folder), lines, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write to {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: generate_project LINES DIR [SEED]");
    ExitCode::from(2)
}

fn write(folder: &Path, lines: usize, seed: u64) -> io::Result<()> {
    for (path, source) in generator::project(lines, seed) {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, source)?;
    }
    Ok(())
}
