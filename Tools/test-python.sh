#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# test-python.sh PROGRAM: installs the wheel that `make wheel` wrote into an empty virtual environment, and runs the package's tests there,
# against the program. Left out, with a word, where Python, its venv or the network is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$PWD/${1:-.build/release/lstmc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
leave_out() { echo "python: $1; its tests are left out" >&2; exit 0; }

command -v python3 > /dev/null || leave_out "there is no python3"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || leave_out "python3 is older than 3.9"
python3 -m venv "$work/venv" > "$work/log" 2>&1 || leave_out "python3 makes no virtual environment (apt install python3-venv)"
wheels=(Python/dist/lstmc-*.whl)
[[ -f ${wheels[0]} ]] || { echo "python: there is no wheel; run make wheel" >&2; exit 1; }
export PIP_DISABLE_PIP_VERSION_CHECK=1
# numpy is all that comes from elsewhere.
"$work/venv/bin/pip" install --quiet numpy > "$work/log" 2>&1 || leave_out "pip fetches no numpy: $(tail -1 "$work/log")"
"$work/venv/bin/pip" install --quiet --no-index "${wheels[0]}"
"$work/venv/bin/pip" check
size=$(wc -c < "${wheels[0]}")
((size <= 12000000)) || { echo "python: the wheel has $size bytes, more than 12,000,000" >&2; exit 1; }
# Away from the sources, so that what is imported is what is installed.
cp -r Python/tests "$work/tests"
export LSTMC_CLONE=$PWD LSTMC=$program
(cd "$work/tests" && "$work/venv/bin/python" -W error::ResourceWarning -m unittest --buffer)
echo "the wheel of $size bytes, ${wheels[0]}, installs into an empty virtual environment and does what its README shows"
