#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# artifactbundle.sh build BUNDLE [OTHER...]: builds the plugins' tool for this machine, linked statically, and writes an artifact
# bundle of it and of what is in the others.
# artifactbundle.sh merge BUNDLE OTHER...: the same without a tool of this machine.
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
# debug is for tests: the same bytes from a tool that builds sooner.
configuration=${CONFIGURATION:-release}
tool=lstmc-generate
fail() { echo "artifactbundle: $1" >&2; exit 1; }

mode=${1:-}
bundle=${2:-}
case $mode in build | merge) ;; *) fail "artifactbundle.sh build BUNDLE [OTHER...], or artifactbundle.sh merge BUNDLE OTHER..." ;; esac
case $bundle in *.artifactbundle) ;; *) fail "'$bundle' does not end in .artifactbundle, and SwiftPM asks for that" ;; esac
shift 2
[ "$mode" = build ] || [ $# -gt 0 ] || fail "there is nothing to merge"

mkdir -p "$(dirname "$bundle")"
new=$bundle.new.$$
trap 'rm -rf "$new"' EXIT
mkdir "$new"

version_of() { sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$1/info.json" | head -n 1; }

# A linker takes a shared library where both are in a folder: this one has the archive alone. SwiftPM asks a .pc file for it.
only_archives() {
    libraries=$PWD/.build/archives
    mkdir -p "$libraries"
    for folder in "/usr/lib/$(uname -m)-linux-gnu" /usr/lib64 /opt/homebrew/lib /usr/local/lib /usr/lib; do
        [ -f "$folder/libyaml.a" ] || continue
        cp "$folder/libyaml.a" "$libraries/"
        case $folder in /usr/lib*) headers= ;; *) headers="-I${folder%/lib}/include" ;; esac
        printf 'Name: LibYAML\nDescription: The archive alone\nVersion: 0\nCflags: %s\nLibs: -L"%s" -lyaml\n' \
            "$headers" "$libraries" > "$libraries/yaml-0.1.pc"
        return
    done
    fail "there is no libyaml.a to link statically; Debian's libyaml-dev and Homebrew's libyaml have one"
}

version=
if [ "$mode" = build ]; then
    only_archives
    # On Apple's systems Swift's runtime is part of the system.
    if [ "$(uname -s)" = Darwin ]; then static=; else static=--static-swift-stdlib; fi
    # A build of its own: to link statically is an option of every module, and would have the next build make all of them anew.
    PKG_CONFIG_PATH=$libraries "$swift" build -c "$configuration" --product $tool $static --scratch-path .build/bundle
    triple=$("$swift" -print-target-info | sed -n 's/.*"unversionedTriple": *"\([^"]*\)".*/\1/p' | head -n 1)
    [ -n "$triple" ] || fail "'$swift -print-target-info' names no triple"
    mkdir -p "$new/$triple"
    cp ".build/bundle/$configuration/$tool" "$new/$triple/$tool"
    strip "$new/$triple/$tool"
    version=$("$new/$triple/$tool" --version)
fi

for other in "$@"; do
    [ -f "$other/info.json" ] || fail "$other has no info.json: it is no artifact bundle"
    theirs=$(version_of "$other")
    [ -n "$theirs" ] && grep -q "\"$tool\"" "$other/info.json" || fail "$other is no bundle of $tool"
    [ "${version:=$theirs}" = "$theirs" ] || fail "$other has version $theirs, and the rest $version; make them of the same sources"
    for folder in "$other"/*/; do
        triple=$(basename "$folder")
        [ -f "$folder/$tool" ] || fail "$folder has no $tool"
        [ ! -e "$new/$triple" ] || fail "two bundles have a tool for $triple; leave one out"
        cp -R "$folder" "$new/$triple"
    done
done

{
    printf '{\n  "schemaVersion": "1.0",\n  "artifacts": {\n    "%s": {\n      "type": "executable",\n' $tool
    printf '      "version": "%s",\n      "variants": [' "$version"
    separator=
    for folder in "$new"/*/; do
        triple=$(basename "$folder")
        printf '%s\n        { "path": "%s/%s", "supportedTriples": ["%s"] }' "$separator" "$triple" $tool "$triple"
        separator=,
    done
    printf '\n      ]\n    }\n  }\n}\n'
} > "$new/info.json"

rm -rf "$bundle"
mv "$new" "$bundle"
trap - EXIT
echo "$(cd "$bundle" && pwd)"
