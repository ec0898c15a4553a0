#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Compiles every C file of the kernels with -ffast-math and expects the error that says why not, and without it none.
# CLANG names another compiler.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
clang=${CLANG:-clang}
command -v "$clang" >/dev/null 2>&1 || { echo "fast-math: left out, there is no $clang"; exit 0; }
said=$(mktemp)
trap 'rm -f "$said"' EXIT
count=0
for file in "$root"/Sources/LSTMKernels/*.c; do
    flags="-std=c11 -I $root/Sources/LSTMKernels/include -I $root/Sources/LSTMLayout/include -fsyntax-only"
    "$clang" $flags "$file"
    for fast in -ffast-math -ffinite-math-only; do
        if "$clang" $flags $fast "$file" 2>"$said" || ! grep -q "promises the same bits" "$said"; then
            echo "$file compiles with $fast: include rounding.inc first" >&2
            exit 1
        fi
    done
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "there are no C files" >&2; exit 1; }
echo "fast-math: refused by all $count C files"
