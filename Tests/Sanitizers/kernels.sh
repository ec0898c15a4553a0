#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the kernels of every instruction set that this machine has under AddressSanitizer and UndefinedBehaviorSanitizer,
# on buffers of exactly the sizes that the header promises, and compares the results with those of an ordinary build.
# Needs clang with its sanitizers' runtimes. CLANG names another one.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
clang=${CLANG:-clang}
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cd "$build"
sources="$root/Sources/LSTMKernels/*.c $root/Tests/NEON/driver.c"
. "$root/Tests/Kernels/compile.sh"
flags="-std=c11 -g -Wall -Wextra -Werror -I $root/Sources/LSTMKernels/include -I $root/Sources/LSTMLayout/include"
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"

echo 'int main(void) { return 0; }' >probe.c
if ! "$clang" $sanitizers probe.c -o probe >probe.txt 2>&1 || ! ./probe; then
    echo "Sanitized kernels: left out, $clang cannot link the sanitizers"
    exit 0
fi
compile plain plain.objects "$clang" -O2 $flags
# At -O1 most checks are still in place and the vectors stay vectors; the linker's remarks are of no use here.
compile sanitized sanitized.objects "$clang" -O1 $flags $sanitizers 2>link.txt || { cat link.txt >&2; exit 1; }

ran=0
for set in avx512 avx2 neon baseline; do
    ./plain "$set" >expected.txt 2>/dev/null || continue
    ./sanitized "$set" >found.txt 2>report.txt || { cat report.txt >&2; exit 1; }
    if ! diff expected.txt found.txt >differences; then
        head differences
        echo "$set: other bits under the sanitizers" >&2
        exit 1
    fi
    echo "$set: $(wc -l <found.txt) results under AddressSanitizer and UndefinedBehaviorSanitizer, no report, the same bits"
    ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || { echo "no instruction set ran" >&2; exit 1; }
