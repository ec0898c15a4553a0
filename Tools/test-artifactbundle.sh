#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Writes an artifact bundle of the plugins' tool, merges it with one of another machine, and uses it from a stranger's package.
# Compares with the release build of lstmc that is there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swift=${SWIFT:-swift}
scratch=${CONSUMER_SCRATCH:-$root/.build-consumer}-prebuilt
tool=lstmc-generate
step() { echo "-- $*"; }
fail() { echo "test-artifactbundle: $*" >&2; exit 1; }
bundles() { CONFIGURATION=debug sh "$root/Tools/artifactbundle.sh" "$@"; }
refused() {
    local message=$1
    shift
    if bundles "$@" > "$work/log" 2>&1; then fail "$* is taken"; fi
    grep -qF -e "$message" "$work/log" || { cat "$work/log"; fail "$* is refused for another reason"; }
}

step "a bundle of this machine's tool"
cd "$root"
own=$work/own/$tool.artifactbundle
bundles build "$own" > "$work/log" 2>&1 || { cat "$work/log"; fail "it cannot be written"; }
triple=$(basename "$own"/*/)
program=$own/$triple/$tool
[[ $("$program" --version) == $(.build/release/lstmc --version) ]] || fail "the tool has another version"
if [[ $(uname -s) == Linux ]] && ldd "$program" | grep -E "libyaml|libswift|libFoundation"; then fail "it is not linked statically"; fi

step "bundles of several machines are one"
other=$work/other.artifactbundle
mkdir -p "$other/riscv64-unknown-linux-gnu"
echo "of another machine" > "$other/riscv64-unknown-linux-gnu/$tool"
sed "s/$triple/riscv64-unknown-linux-gnu/g" "$own/info.json" > "$other/info.json"
merged=$work/merged.artifactbundle
bundles merge "$merged" "$own" "$other" > "$work/log" || fail "they cannot be merged"
python3 - "$merged" "$triple" <<'END' || fail "the merged bundle is not right"
import json, os, sys
folder, triple = sys.argv[1:]
tool = json.load(open(os.path.join(folder, "info.json")))["artifacts"]["lstmc-generate"]
assert tool["type"] == "executable", tool
variants = {variant["supportedTriples"][0]: variant["path"] for variant in tool["variants"]}
assert sorted(variants) == sorted([triple, "riscv64-unknown-linux-gnu"]), variants
assert all(os.path.isfile(os.path.join(folder, path)) for path in variants.values())
assert os.access(os.path.join(folder, variants[triple]), os.X_OK)
END

step "what is no bundle, and what does not go together, is refused, and the bundle that was there stays"
sum() { cksum "$merged/info.json"; }
before=$(sum)
refused "two bundles have a tool for $triple" merge "$merged" "$own" "$own"
refused "is no artifact bundle" merge "$merged" "$own" "$work/own"
sed 's/"version": "[^"]*"/"version": "99.0.0"/' "$other/info.json" > "$work/info.json"
cp "$work/info.json" "$other/info.json"
refused "has version 99.0.0" merge "$merged" "$own" "$other"
refused "does not end in .artifactbundle" merge "$work/merged" "$own"
refused "nothing to merge" merge "$merged"
[[ $(sum) == "$before" ]] || fail "a bundle that was there is another"
[[ -z $(find "$work" -name '*.new.*') ]] || fail "a temporary folder is left"

step "a stranger's package uses it and compiles no tool"
package=$work/stranger
mkdir -p "$package/Sources/stranger"
cp "$root"/Examples/Sources/drive/{Drive.lstm.yaml,drive.safetensors} "$package/Sources/stranger/"
echo 'print("stranger", Drive.specFingerprint)' > "$package/Sources/stranger/main.swift"
cat > "$package/Package.swift" <<END
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Stranger",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "lstmc", path: "$root", traits: [])],
    targets: [
        .executableTarget(
            name: "stranger",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc")],
            exclude: ["drive.safetensors"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")])
    ]
)
END
export LSTMC_ARTIFACT_BUNDLE=$merged
build() { "$swift" build --package-path "$package" --scratch-path "$scratch" > "$work/log" 2>&1; }
build || { cat "$work/log"; fail "the package does not build"; }
if grep -n "warning:" "$work/log"; then fail "the build warns"; fi
[[ $("$scratch/debug/stranger") == "stranger "* ]] || fail "the program does not run"
compiled=$(cd -P "$scratch/debug" && find . -path './*.build/*.o' | cut -d / -f 2 | sort -u | tr '\n' ' ')
[[ $compiled == "LSTMFiles.build LSTMKernels.build LSTMLayout.build LSTMRuntime.build stranger.build " ]] \
    || fail "the package compiled $compiled"
.build/release/lstmc generate "$package/Sources/stranger/Drive.lstm.yaml" --output "$work/by-hand" > /dev/null
cmp "$(find "$scratch/plugins" -name Drive.swift | head -n 1)" "$work/by-hand/Drive.swift" || fail "it and lstmc write other bytes"

step "a mistake in the spec stops the build at its line and column"
sed -i.bak 's/hidden_size/hidden_sise/' "$package/Sources/stranger/Drive.lstm.yaml"
if build; then fail "a broken spec builds"; fi
grep -qE "Drive.lstm.yaml:[0-9]+:[0-9]+: error: unknown key 'hidden_sise'" "$work/log" || { cat "$work/log"; fail "no located error"; }
mv "$package/Sources/stranger/Drive.lstm.yaml.bak" "$package/Sources/stranger/Drive.lstm.yaml"

step "a path without a bundle is an error that names it"
if LSTMC_ARTIFACT_BUNDLE=/nowhere/tool.artifactbundle build; then fail "a bundle that is not there is taken"; fi
grep -q "error:.*/nowhere/tool.artifactbundle" "$work/log" || { cat "$work/log"; fail "the error names no path"; }
echo "the prebuilt tool can be made, merged and used"
