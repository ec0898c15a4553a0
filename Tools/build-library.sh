#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# build-library.sh FOLDER: links liblstmc of the objects of the release build that is there into FOLDER, with lstmc.h and lstmc.pc.
# Swift's runtime and libyaml are linked into it, and nothing is exported but the functions of lstmc.h.
set -eu
cd "$(dirname "$0")/.."
folder=${1:?build-library.sh FOLDER}
header=Sources/LSTMHeader/include/lstmc.h
archive=.build/release/libLSTMLibrary.a
version=$(sed -n 's/^package let toolVersion = "\(.*\)"$/\1/p' Sources/LSTMGeneration/GenerateRequest.swift)
names=$(sed -n 's/^[a-z].*[ *]\(lstmc_[a-z_]*\)(.*/\1/p' "$header")

[ -f "$archive" ] || { echo "lib: $archive is not built" >&2; exit 1; }
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $(uname -s) in
    Darwin)
        library=liblstmc.dylib
        yaml=$(pkg-config --variable=libdir yaml-0.1 || true)/libyaml.a
        [ -f "$yaml" ] || yaml=-lyaml
        echo "$names" | sed 's/^/_/' > "$work/exported"
        "${SWIFTC:-swiftc}" -emit-library -o "$work/$library" -Xlinker -force_load -Xlinker "$archive" "$yaml" \
            -Xlinker -exported_symbols_list -Xlinker "$work/exported" -Xlinker -dead_strip \
            -Xlinker -install_name -Xlinker "@rpath/$library"
        strip -x "$work/$library"
        ;;
    *)
        library=liblstmc.so
        { echo "{ global:"; echo "$names" | sed 's/$/;/'; echo "local: *; };"; } > "$work/exported"
        # One object of all: what comes from an archive is hidden. libyaml and C++'s runtime, which Swift's is written in, are
        # archives, whose objects fit into a library since everything in them is made local.
        ld=$(command -v ld.lld || command -v ld)
        "$ld" -r --whole-archive "$archive" -o "$work/all.o"
        mkdir "$work/archives"
        for name in libyaml.a libstdc++.a; do
            place=$("${CC:-cc}" -print-file-name="$name")
            if [ -f "$place" ]; then ln -s "$place" "$work/archives/$name"; fi
        done
        # Found in the first folder, an archive comes before the shared library of its name.
        "${SWIFTC:-swiftc}" -emit-library -o "$work/$library" -static-stdlib -use-ld=lld -L "$work/archives" \
            "$work/all.o" -Xclang-linker -static-libgcc \
            -Xlinker "--version-script=$work/exported" -Xlinker --gc-sections -Xlinker --strip-all \
            -Xlinker --no-undefined -Xlinker -soname -Xlinker "$library" -Xlinker -z -Xlinker nodelete
        ;;
esac
cp "$header" "$work/lstmc.h"
cat > "$work/lstmc.pc" << PC
prefix=@PREFIX@
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: lstmc
Description: Runs recurrent models from their specs
Version: $version
Libs: -L\${libdir} -llstmc
Cflags: -I\${includedir}
PC
for file in "$library" lstmc.h lstmc.pc; do mv -f "$work/$file" "$folder/$file"; done
echo "$folder/$library"
