//! What can be wrong with a model file.

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ModelError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1; 0 where the file could not be read at all.
    pub line: usize,
    /// What is wrong, in lower case.
    pub message: String,
}
