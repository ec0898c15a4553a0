#!/usr/bin/env bash
# Uses the plugins as a stranger would: a package of its own, in a temporary folder, that depends on this one by path.
# Holds together the three ways to generated code: build plugin, command plugin and command line give the same bytes.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package=$work/Stranger
# Kept between runs, so that only the first one builds the tool.
scratch=${CONSUMER_SCRATCH:-$root/.build-consumer}
swift=${SWIFT:-swift}

step() { echo "-- $*"; }
fail() { echo "test-consumer: $*" >&2; exit 1; }
build() { "$swift" build --package-path "$package" --scratch-path "$scratch" "$@"; }

mkdir -p "$package/Sources/stranger" "$package/Sources/Kept" "$package/Tests/KeptTests"
echo "// Generated code comes here." > "$package/Sources/Kept/Kept.swift"
echo "// Generated tests come here." > "$package/Tests/KeptTests/Kept.swift"
cat > "$package/Package.swift" <<END
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Stranger",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "lstmc", path: "$root")],
    targets: [
        .executableTarget(
            name: "stranger",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc")],
            exclude: ["weights.safetensors"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")]),
        .target(name: "Kept", dependencies: [.product(name: "LSTMRuntime", package: "lstmc")]),
        .testTarget(name: "KeptTests", dependencies: ["Kept"]),
    ],
    swiftLanguageModes: [.v6]
)
END
cat > "$package/Sources/stranger/Own.lstm.yaml" <<'END'
lstmc: 1
name: Own
input: { features: 100 }
weights:
  file: weights.safetensors
  names: { lstm: "" }
  ignore: [x, h0, c0, output, h_n, c_n, "*.f64"]
layers:
  - lstm: lstm
    hidden_size: 16
END
cat > "$package/Sources/stranger/main.swift" <<'END'
let model = Own()
let result = try model([Float](repeating: 0.5, count: 300))
print("steps", result.output.count / 16, Own.specFingerprint)
END
cp "$root/Specs/seed-one-layer.safetensors" "$package/Sources/stranger/weights.safetensors"

step "a package with one plugin line builds, without a warning, and runs"
build > "$work/log" 2>&1 || { cat "$work/log"; fail "the package does not build"; }
if grep -n "warning:" "$work/log" | grep -v "argument-parser"; then fail "the build warns"; fi
first=$("$scratch/debug/stranger")
[[ $first == "steps 3 "* ]] || fail "the program printed: $first"

step "the build plugin, the command plugin and the command line write the same bytes"
built=$(find "$scratch/plugins" -name Own.swift | head -n 1)
lstmc=$(find "$scratch" -path '*debug/lstmc*' -name 'lstmc*' -type f -perm -u+x ! -name '*.d' | head -n 1)
[[ -n $built && -n $lstmc ]] || fail "the plugin's output or the tool cannot be found in $scratch"
"$lstmc" generate "$package/Sources/stranger/Own.lstm.yaml" --output "$work/by-hand" > /dev/null
cmp "$built" "$work/by-hand/Own.swift" || fail "the build plugin and the command line differ"
"$swift" package --package-path "$package" --scratch-path "$scratch" --allow-writing-to-package-directory \
    generate-lstm > "$work/log" 2>&1 || { cat "$work/log"; fail "generate-lstm fails"; }
cmp "$built" "$package/Sources/stranger/Generated/Own.swift" || fail "the two plugins differ"
rm -r "$package/Sources/stranger/Generated"

step "the tests that generate writes pass, and fail once the weights are others"
kept() { "$lstmc" generate "$package/Sources/stranger/Own.lstm.yaml" --output "$package/Sources/Kept" "$@" > /dev/null; }
tests() { "$swift" test --package-path "$package" --scratch-path "$scratch" > "$work/log" 2>&1; }
kept --tests "$package/Tests/KeptTests"
tests || { cat "$work/log"; fail "the generated tests fail"; }
grep -q 'Test "Own gives what it gave when it was generated" passed' "$work/log" || { cat "$work/log"; fail "no test ran"; }
cp "$package/Sources/stranger/weights.safetensors" "$work/weights"
change_weights() {
    python3 - "$package/Sources/stranger/weights.safetensors" <<'END'
import sys
path = sys.argv[1]
data = bytearray(open(path, "rb").read())
header = int.from_bytes(data[:8], "little")
start = data.index(b'"weight_hh_l0"')
offset = int(data[start:].split(b'"data_offsets":[')[1].split(b",")[0])
data[8 + header + offset + 2] ^= 0x40
open(path, "wb").write(data)
END
}
change_weights
kept
if tests; then cat "$work/log"; fail "the generated tests pass with other weights"; fi
grep -q "Expectation failed" "$work/log" || { cat "$work/log"; fail "the generated tests fail for another reason"; }
cp "$work/weights" "$package/Sources/stranger/weights.safetensors"

step "a changed checkpoint rebuilds"
change_weights
build > "$work/log" 2>&1 || { cat "$work/log"; fail "the package does not build with changed weights"; }
second=$("$scratch/debug/stranger")
[[ $second != "$first" ]] || fail "the program still has the old weights"

step "a mistake in the spec stops the build at its line and column"
sed -i.bak 's/    hidden_size: 16/    hidden_sise: 16/' "$package/Sources/stranger/Own.lstm.yaml"
if build > "$work/log" 2>&1; then fail "a broken spec builds"; fi
grep -q "Own.lstm.yaml:10:5: error: unknown key 'hidden_sise'" "$work/log" || { cat "$work/log"; fail "no located error"; }
mv "$package/Sources/stranger/Own.lstm.yaml.bak" "$package/Sources/stranger/Own.lstm.yaml"

step "two specs that would be one file are an error"
mkdir "$package/Sources/stranger/again"
cp "$package/Sources/stranger/Own.lstm.yaml" "$package/Sources/stranger/again/"
if build > "$work/log" 2>&1; then fail "two specs of one name build"; fi
grep -q "would both become Own.swift" "$work/log" || { cat "$work/log"; fail "the error does not say why"; }
rm -r "$package/Sources/stranger/again"

step "the examples build and run"
examples=$root/Examples
"$swift" build --package-path "$examples" --scratch-path "$scratch-examples" > "$work/log" 2>&1 \
    || { cat "$work/log"; fail "the examples do not build"; }
words=$("$scratch-examples/debug/thai-words" "$(cat "$root/Specs/thai-sentence.txt")")
[[ $words == "มนุษย์ ทั้ง หลาย เกิด "* ]] || fail "thai-words printed: $words"
"$scratch-examples/debug/drive" "$work/state.json" | grep -q "samples 0 to 4409" || fail "drive does not start"
"$scratch-examples/debug/drive" "$work/state.json" | grep -q "samples 4410 to 8819" || fail "drive does not resume"
echo "consumer tests passed"
