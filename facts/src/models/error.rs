//! What can be wrong with a model file.

use std::fmt;
use std::sync::Arc;

/// Where something stands in a model file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) line: usize,
}

impl Place {
    pub(super) fn error(&self, message: impl Into<String>) -> ModelError {
        ModelError {
            file: self.file.to_string(),
            line: self.line,
            message: message.into(),
        }
    }
}

/// What is wrong with a model file, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1; 0 where the file could not be read at all.
    pub line: usize,
    /// What is wrong, in lower case.
    pub message: String,
}

impl fmt::Display for ModelError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if self.line > 0 {
            write!(out, ":{}", self.line)?;
        }
        write!(out, ": {}", self.message)
    }
}

impl std::error::Error for ModelError {}
