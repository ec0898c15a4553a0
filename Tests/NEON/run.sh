#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Cross-compiles the kernels for arm64, runs them under qemu and compares every result's bits with this machine's; then
# those of AVX2 with AVX-512's or, on machines without AVX-512, its 16-lane source compiled for AVX2.
# Needs clang, gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user. CLANG and QEMU name other programs.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
clang=${CLANG:-clang}
for tool in "$clang" aarch64-linux-gnu-gcc "${QEMU:-qemu-aarch64}"; do
    command -v "$tool" >/dev/null 2>&1 || { echo "NEON: left out, there is no $tool (Tools/install-test-tools.sh)"; exit 0; }
done
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cd "$build"
sources="$root/Sources/LSTMKernels/*.c $root/Tests/NEON/driver.c"
. "$root/Tests/Kernels/compile.sh"
flags="-std=c11 -Wall -Wextra -Werror -I $root/Sources/LSTMKernels/include -I $root/Sources/LSTMLayout/include"

agrees() { # NAME RESULTS
    if ! diff native.txt "$2" >differences; then
        head differences
        echo "$1: not the bits of $set" >&2
        exit 1
    fi
    echo "$1: $(wc -l <"$2") results with the bits of $set"
}

compile native native.objects "$clang" -O2 $flags
./native >native.txt 2>set.txt
set=$(cat set.txt)

for level in -O2 -O0; do
    compile - "neon$level" "$clang" --target=aarch64-linux-gnu $level $flags -DNO_FORK
    aarch64-linux-gnu-gcc -static "neon$level"/*.o -lm -lpthread -o neon
    "${QEMU:-qemu-aarch64}" ./neon >neon.txt 2>said || { cat said >&2; exit 1; }
    agrees "NEON $level" neon.txt
done

if [ "$set" = avx512 ]; then
    ./native avx2 >avx2.txt 2>/dev/null
    agrees "AVX2" avx2.txt
elif [ "$set" = avx2 ]; then
    compile sixteen sixteen.objects "$clang" -O2 $flags '-DSIXTEEN_LANES_TARGET="avx2,fma,f16c"'
    ./sixteen 16 >sixteen.txt 2>/dev/null
    agrees "16 lanes" sixteen.txt
fi
