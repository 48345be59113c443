# Sourced by the test scripts: makes .venv with the packages of tests/requirements.txt, once, and
# sets `python` to its interpreter. Needs the network only when the pins change.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$root/.venv/bin/python

make_venv() {
    local base=${PYTHON:-}
    if [ -z "$base" ]; then
        for base in python3.11 python3.12 python3.13 python3; do
            command -v "$base" >/dev/null && break
        done
    fi
    if cmp -s "$root/tests/requirements.txt" "$root/.venv/requirements.txt" &&
        "$python" -c '' 2>/dev/null; then
        return 0
    fi
    "$base" -m venv --clear "$root/.venv" &&
        "$python" -m pip install --quiet --disable-pip-version-check \
            -r "$root/tests/requirements.txt" &&
        cp "$root/tests/requirements.txt" "$root/.venv/requirements.txt"
}
