//! What holds for builtin classes whatever models say.

/// Whether instances of the class of that dotted name never change and hold no other objects, so
/// that nothing is lost where they are one object.
#[must_use]
pub fn is_immutable(class: &str) -> bool {
    matches!(
        class,
        "builtins.str"
            | "builtins.int"
            | "builtins.float"
            | "builtins.bool"
            | "builtins.bytes"
            | "builtins.complex"
            | "builtins.NoneType"
    )
}
