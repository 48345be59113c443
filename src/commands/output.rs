//! Where results go: standard output, or files and folders that appear whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::{NamedTempFile, TempDir};

use super::cli::Color;
use super::error::{Error, reason};
use super::interrupt::pending;

/// The name of the file that says what the relations of a folder are.
pub(crate) const SCHEMA_FILE: &str = "schema.json";
const BUFFER: usize = 1 << 16;

/// What the place that results are printed to can show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Screen {
    /// How many columns there are; without limit if `None`, as in files and pipes.
    pub width: Option<usize>,
    /// Whether colour is wanted.
    pub colour: bool,
}

impl Screen {
    /// What standard output can show.
    #[must_use]
    pub fn of_stdout(color: Color) -> Self {
        let stdout = io::stdout();
        let width = stdout.is_terminal().then(|| {
            let columns = std::env::var("COLUMNS").ok();
            columns
                .and_then(|text| text.parse().ok())
                .filter(|&columns: &usize| columns > 0)
                .or_else(|| {
                    terminal_size::terminal_size_of(&stdout)
                        .map(|(width, _)| usize::from(width.0))
                        .filter(|&columns| columns > 0)
                })
                .unwrap_or(80)
        });
        Self {
            width,
            colour: colour(color, &stdout),
        }
    }
}

/// Whether `stream` is to be written to in colour.
pub(crate) fn colour(color: Color, stream: &impl anstream::stream::RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
    }
}

/// Hands a buffered `sink` to `write`. A reader that has closed the pipe has seen enough: that
/// counts as success.
///
/// # Errors
/// If the sink fails otherwise.
pub(crate) fn print(
    sink: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let mut buffered = BufWriter::with_capacity(BUFFER, sink);
    let result = write(&mut buffered).and_then(|()| buffered.flush());
    // What a failed write left in the buffer is not tried again.
    let _ = buffered.into_parts();
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Error::new(format!(
            "cannot write to standard output: {}",
            reason(&error)
        ))),
        Ok(()) => Ok(()),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(format!(
        "cannot write `{}`: {}",
        path.display(),
        reason(error)
    ))
}

/// Writes the file `target`: it appears whole, or stays as it was. What is no plain file (a
/// device, a named pipe) is written to directly.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn write_file(
    target: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let failed = |error: io::Error| cannot_write(target, &error);
    let place = match fs::canonicalize(target) {
        Ok(place) => place,
        Err(error) if error.kind() == ErrorKind::NotFound => absolute(target)?,
        Err(error) => return Err(failed(error)),
    };
    match fs::metadata(&place) {
        Ok(found) if found.is_dir() => {
            return Err(Error::new(format!(
                "cannot write `{}`: it is a folder",
                target.display()
            )));
        }
        Ok(found) if !found.is_file() => {
            let file = File::options().write(true).open(&place).map_err(failed)?;
            let mut buffered = BufWriter::with_capacity(BUFFER, file);
            let result = write(&mut buffered).and_then(|()| buffered.flush());
            let _ = buffered.into_parts();
            return result.map_err(failed);
        }
        _ => {}
    }
    let mut staged = StagedFile::new(target, &place)?;
    staged.fill(write).map_err(failed)?;
    staged.commit(&place).map_err(failed)
}

/// A file that is being written beside its place.
struct StagedFile {
    file: Option<NamedTempFile>,
}

impl StagedFile {
    fn new(target: &Path, place: &Path) -> Result<Self, Error> {
        let mut pending = pending();
        let replaced = fs::metadata(place).ok().map(|found| found.permissions());
        let file = builder(replaced, 0o666)
            .tempfile_in(parent(place))
            .map_err(|error| missing_parent(target, place, &error))?;
        pending.add(file.path());
        Ok(Self { file: Some(file) })
    }

    fn fill(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let mut buffered = BufWriter::with_capacity(BUFFER, file.as_file_mut());
        let result = write(&mut buffered).and_then(|()| buffered.flush());
        let _ = buffered.into_parts();
        result
    }

    fn commit(mut self, place: &Path) -> io::Result<()> {
        let mut pending = pending();
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        pending.forget(file.path());
        file.persist(place).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut pending = pending();
            pending.forget(file.path());
            drop(file);
        }
    }
}

/// Whether a folder of the given schema may be put at `target`.
///
/// # Errors
/// If something else stands there, or nothing can be put there.
pub(crate) fn check_folder(target: &Path, schema: &str) -> Result<(), Error> {
    let place = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let place = absolute(target)?;
            return match fs::metadata(parent(&place)) {
                Ok(_) => Ok(()),
                Err(error) => Err(missing_parent(target, &place, &error)),
            };
        }
        Err(error) => return Err(cannot_write(target, &error)),
        Ok(_) => fs::canonicalize(target).map_err(|error| cannot_write(target, &error))?,
    };
    if !place.is_dir() {
        return Err(Error::new(format!(
            "cannot write `{}`: it is not a folder",
            target.display()
        )));
    }
    let mut entries = fs::read_dir(&place).map_err(|error| cannot_write(target, &error))?;
    if entries.next().is_none() || schema_of(&place).as_deref() == Some(schema) {
        return Ok(());
    }
    let contents = schema.trim_start_matches("heapcast.");
    let contents = contents.split('/').next().unwrap_or(contents);
    Err(Error::new(format!(
        "cannot write `{}`: the folder has other contents than {contents} written earlier",
        target.display()
    ))
    .hint("name a new folder, or remove this one first"))
}

/// The schema that a folder of relations says it has.
pub(crate) fn schema_of(folder: &Path) -> Option<String> {
    let text = fs::read(folder.join(SCHEMA_FILE)).ok()?;
    let value: Value = serde_json::from_slice(&text).ok()?;
    Some(value.get("schema")?.as_str()?.to_owned())
}

/// A folder that is being written beside its place.
#[derive(Debug)]
pub(crate) struct StagedFolder {
    folder: Option<TempDir>,
    target: PathBuf,
    place: PathBuf,
}

impl StagedFolder {
    /// Starts a folder that will be moved to `target`, replacing one of the same schema.
    ///
    /// # Errors
    /// As [`check_folder`], or if nothing can be created beside `target`.
    pub(crate) fn new(target: &Path, schema: &str) -> Result<Self, Error> {
        check_folder(target, schema)?;
        let place = match fs::canonicalize(target) {
            Ok(place) => place,
            Err(_) => absolute(target)?,
        };
        let mut pending = pending();
        let folder = builder(None, 0o777)
            .tempdir_in(parent(&place))
            .map_err(|error| missing_parent(target, &place, &error))?;
        pending.add(folder.path());
        Ok(Self {
            folder: Some(folder),
            target: target.to_owned(),
            place,
        })
    }

    /// Writes the file `name`, which may stand in a folder of its own.
    ///
    /// # Errors
    /// If that fails.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let _pending = pending();
        let path = folder.path().join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, text))
            .map_err(|error| cannot_write(&self.target.join(name), &error))
    }

    /// Moves the folder to its place.
    ///
    /// # Errors
    /// If that fails; what stood there before is put back.
    pub(crate) fn commit(mut self) -> Result<(), Error> {
        let mut pending = pending();
        let Some(folder) = self.folder.take() else {
            return Ok(());
        };
        let replaced = replace(folder.path(), &self.place);
        pending.forget(folder.path());
        match replaced {
            Ok(()) => {
                // It has moved: there is nothing left to remove at the old path.
                let _ = folder.keep();
                Ok(())
            }
            Err(error) => Err(cannot_write(&self.target, &error)),
        }
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let mut pending = pending();
            pending.forget(folder.path());
            drop(folder);
        }
    }
}

/// Moves the folder `from` to `place`; an earlier folder there is removed.
fn replace(from: &Path, place: &Path) -> io::Result<()> {
    if !place.exists() {
        return fs::rename(from, place);
    }
    let aside = builder(None, 0o777).tempdir_in(parent(place))?;
    let earlier = aside.path().join("earlier");
    fs::rename(place, &earlier)?;
    let moved = fs::rename(from, place);
    if moved.is_err() {
        fs::rename(&earlier, place)?;
    }
    moved
}

/// Temporary files with the permissions of what they replace, or those any new file gets.
/// A new file would be the user's alone otherwise; the system takes away what the mask says.
fn builder(replaced: Option<Permissions>, mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".heapcast-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(replaced.unwrap_or_else(|| Permissions::from_mode(mode)));
    }
    #[cfg(not(unix))]
    let _ = (replaced, mode);
    builder
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| cannot_write(path, &error))
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

fn missing_parent(target: &Path, place: &Path, error: &io::Error) -> Error {
    let folder = parent(place);
    if error.kind() == ErrorKind::NotFound && !folder.exists() {
        return Error::new(format!(
            "cannot write `{}`: there is no folder `{}`",
            target.display(),
            folder.display()
        ))
        .hint("create it first");
    }
    cannot_write(target, error)
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
