#!/usr/bin/env bash
# How many of the calls that packages really make at run time does `heapcast callgraph` know of?
#
#   bash tests/runtime/run.sh                 all packages
#   bash tests/runtime/run.sh --short         click, jinja2 and networkx
#   bash tests/runtime/run.sh --list click    one package, with what was missed
#   bash tests/runtime/run.sh --together ...  the analysis sees the workload beside the package
#
# By default the analysis sees the package alone, as its authors would run it: what users of the
# package create and pass in is then unknown code to it.
#
# Each workload of tests/runtime/workloads runs under trace_calls.py; compare.py sets its edges
# beside the static ones. Fails when a package's recall is below MIN_RECALL (0.90). The binary is
# $HEAPCAST, or target/release/heapcast. Traces and graphs are left in target/runtime.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../venv.sh"

list=
together=
packages=()
for argument in "$@"; do
    case $argument in
        --short) packages+=(click jinja2 networkx) ;;
        --list) list=yes ;;
        --together) together=yes ;;
        -*) echo "usage: run.sh [--short] [--list] [--together] [PACKAGE...]" >&2; exit 2 ;;
        *) packages+=("$argument") ;;
    esac
done
if [ ${#packages[@]} -eq 0 ]; then
    for workload in "$here"/workloads/*_workload.py; do
        workload=${workload##*/}
        packages+=("${workload%_workload.py}")
    done
fi

heapcast=${HEAPCAST:-$root/target/release/heapcast}
if [ ! -x "$heapcast" ]; then
    echo "$heapcast is not there; build it with: cargo build --release --locked" >&2
    exit 2
fi
make_venv || exit 2
out=$root/target/runtime
mkdir -p "$out"
site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

status=0
[ -n "$list" ] ||
    printf '%-12s %9s %7s %7s %8s\n' package functions edges missed recall
for package in "${packages[@]}"; do
    trace=$out/$package.trace.json
    static=$out/$package.static.json
    if ! "$python" "$here/trace_calls.py" "$site/$package" -o "$trace" \
        "$here/workloads/${package}_workload.py" >"$out/$package.log" 2>&1; then
        echo "$package: the workload failed:"
        tail -n 20 "$out/$package.log"
        status=1
        continue
    fi
    analysed=("$site/$package")
    [ -z "$together" ] || analysed+=("$here/workloads/${package}_workload.py")
    if ! "$heapcast" callgraph "${analysed[@]}" --format pycg >"$static" 2>"$out/$package.err"; then
        echo "$package: the analysis failed:"
        tail -n 20 "$out/$package.err"
        status=1
        continue
    fi
    "$python" "$here/compare.py" "$static" "$trace" $([ -n "$list" ] || echo --row) \
        --min-recall "${MIN_RECALL:-0.9}" || status=1
done
exit $status
