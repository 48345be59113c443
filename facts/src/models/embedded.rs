//! The model files that come with the program.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$((
            concat!("facts/models/", $name),
            include_str!(concat!("../../models/", $name)),
        ),)*]
    };
}

/// Every embedded file: name and text.
pub(super) static FILES: [(&str, &str); 13] = files![
    "builtins.toml",
    "collections.toml",
    "concurrency.toml",
    "contextlib.toml",
    "exceptions.toml",
    "functional.toml",
    "io.toml",
    "net.toml",
    "numbers.toml",
    "system.toml",
    "text.toml",
    "tools.toml",
    "typing.toml",
];
