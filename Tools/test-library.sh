#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# test-library.sh FOLDER: compiles a C11 and a C++ program against the liblstmc that `make lib` put into FOLDER, and runs them.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
folder=$(cd "${1:-.build/lib}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "lib: $1" >&2; exit 1; }

strict=(-Wall -Wextra -Wpedantic -Werror -I "$folder" -L "$folder" "-Wl,-rpath,$folder")
"${CC:-cc}" -std=c11 "${strict[@]}" Tests/Library/library.c -o "$work/c" -llstmc -lpthread
"${CXX:-c++}" -std=c++17 "${strict[@]}" Tests/Library/library.cpp -o "$work/cpp" -llstmc -lpthread
"${CC:-cc}" -std=c11 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -x c Sources/LSTMHeader/include/lstmc.h
(cd "$work" && ./c "$root") > "$work/said" 2>&1 || fail "the C program: $(cat "$work/said")"
[[ ! -s $work/said ]] || fail "the library writes: $(head -3 "$work/said")"
(cd "$work" && ./cpp "$root") || fail "the C++ program"

if command -v readelf > /dev/null; then
    # Nothing but the C library: Swift's runtime and libyaml are in it.
    needed=$(readelf -d "$folder/liblstmc.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    for library in $needed; do
        case $library in
            libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | ld-linux*) ;;
            *) fail "liblstmc needs $library" ;;
        esac
    done
    symbols=$(readelf --wide --dyn-syms "$folder/liblstmc.so" | awk '$7 != "UND" && $8 != "" && $1 ~ /^[0-9]+:$/ { print $8 }')
    declared=$(sed -n 's/^[a-z].*[ *]\(lstmc_[a-z_]*\)(.*/\1/p' Sources/LSTMHeader/include/lstmc.h | sort)
    [[ $(sort <<< "$symbols") == "$declared" ]] || fail "what is exported is not what lstmc.h declares: $(diff <(sort <<< "$symbols") <(echo "$declared") | head -5)"
    echo "liblstmc needs $(echo $needed), exports the $(wc -l <<< "$declared") functions of lstmc.h, and has $(wc -c < "$folder/liblstmc.so") bytes"
fi
echo "liblstmc does what lstmc.h says, in C and in C++, from several threads"
