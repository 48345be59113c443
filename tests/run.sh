#!/usr/bin/env bash
# Runs every check there is, and sets up what they need: a Python environment in .venv, and
# cargo-deny in target/tools. Once both are there, and cargo's registry is filled, no network is
# needed. Each section runs whatever became of the others; the last line counts them.
#
#   bash tests/run.sh              everything
#   bash tests/run.sh clippy docs  some sections, by name
set -uo pipefail
cd "$(dirname "$0")/.."
# One stream, so that what a section says stands under its heading.
exec 2>&1
. tests/venv.sh

cargo_deny_version=0.20.2
tools=target/tools

wanted=("$@")
passed=0
failed=()
seen=()

# section NAME TITLE COMMAND...
section() {
    local name=$1 title=$2 start=$SECONDS
    shift 2
    seen+=("$name")
    if [ ${#wanted[@]} -gt 0 ] && [[ " ${wanted[*]} " != *" $name "* ]]; then
        return
    fi
    printf '\n==== %s: %s\n' "$name" "$title"
    if "$@"; then
        passed=$((passed + 1))
        printf -- '---- %s passed in %ss\n' "$name" $((SECONDS - start))
    else
        failed+=("$name")
        printf -- '---- %s FAILED in %ss\n' "$name" $((SECONDS - start))
    fi
}

rust_docs() {
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
}

# Licences, sources and duplicates need no network. Advisories do: the database is a git
# repository. A copy that was fetched earlier will do.
dependencies() {
    local deny=$tools/bin/cargo-deny
    if [ "$("$deny" --version 2>/dev/null)" != "cargo-deny $cargo_deny_version" ]; then
        echo "building cargo-deny $cargo_deny_version (a few minutes, once)"
        cargo install --quiet --locked --root "$tools" --target-dir "$tools/build" \
            cargo-deny --version "=$cargo_deny_version" || return 1
        rm -rf "$tools/build"
    fi
    "$deny" --locked check licenses bans sources || return 1
    if "$deny" --locked fetch db >"$tools/fetch.log" 2>&1; then
        "$deny" --locked check --disable-fetch advisories
    elif compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/crates" >/dev/null; then
        echo "advisories: the database could not be updated; using the copy from earlier"
        "$deny" --locked check --disable-fetch advisories
    else
        echo "advisories: NOT CHECKED, the database could not be fetched"
    fi
}

example() {
    (cd examples/webshop && "$python" -m unittest discover -t . -s tests)
}

# The generator promises programs that compile and import.
generated() {
    local folder
    folder=$(mktemp -d) || return 1
    cargo run --quiet --release --locked --example generate_project -- 10000 "$folder" &&
        "$python" -W error -m compileall -q "$folder" &&
        "$python" tests/import_all.py "$folder"
    local status=$?
    rm -rf "$folder"
    return $status
}

truth() {
    "$python" -m unittest discover -s tests/truth &&
        "$python" tests/truth/run.py target/release/heapcast --check
}

# Before the tests: those of interfaces run what is emitted with its sympy.
section python "the environment in .venv" make_venv
section format "rustfmt" cargo fmt --all --check
section clippy "clippy, warnings are errors" \
    cargo clippy --workspace --all-targets --locked -- -D warnings
# Optimised, because the release build is needed anyway and the tests take a third of the time.
section cargo "unit, property, literate and command-line tests" \
    cargo test --release --workspace --locked
section docs "rustdoc, warnings are errors" rust_docs
section dependencies "licences, sources, advisories" dependencies
if [ -f tests/literate/oracle.py ]; then
    section oracle "literate cases against CPython" "$python" tests/literate/oracle.py
fi
section example "the example's own tests" example
section release "the release build" cargo build --release --locked --workspace
section generated "generated programs compile and import" generated
section tracer "the call tracer's own tests" "$python" -m unittest discover -s tests/runtime
# At least 0.90 each. What does not reach it yet is left to `bash tests/runtime/run.sh`.
section runtime "call graphs against calls really made" \
    bash tests/runtime/run.sh click jinja2 networkx werkzeug rich

section truth "forecasts against what CPython allocates" truth

for name in ${wanted[@]+"${wanted[@]}"}; do
    if [[ " ${seen[*]} " != *" $name "* ]]; then
        echo "no section is called $name; there are: ${seen[*]}" >&2
        exit 2
    fi
done

printf '\n'
if [ ${#failed[@]} -gt 0 ]; then
    printf 'failed: %s\n' "${failed[*]}"
fi
printf '%s passed, %s failed\n' "$passed" "${#failed[@]}"
[ ${#failed[@]} -eq 0 ]
