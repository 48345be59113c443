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
pub(super) static FILES: [(&str, &str); 3] = files!["builtins.toml", "exceptions.toml", "io.toml"];
