//! Decoding, parsing and lowering take any bytes.

#![no_main]

mod input;

use heapcast::program;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Lowers every file and links none: models take longer to load than an input to lower.
    let names = program::imported_names(&input::project(bytes), 0, &input::options());
    std::hint::black_box(names).expect("what is wrong with a file is a diagnostic");
});
