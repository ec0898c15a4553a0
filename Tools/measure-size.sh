#!/usr/bin/env bash
# Holds what a model adds to a program to its ceiling: the stripped release executable with the Thai segmenter in it, less
# an empty Swift program linked the same way.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
ceiling=518000
package=$root/.build/size
swift=${SWIFT:-swift}

mkdir -p "$package/Sources/empty" "$package/Sources/thai"
cat > "$package/Package.swift" <<END
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Size",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "lstmc", path: "$root")],
    targets: [
        .executableTarget(name: "empty"),
        .executableTarget(name: "thai", dependencies: [.product(name: "LSTMRuntime", package: "lstmc")]),
    ]
)
END
echo 'print("nothing")' > "$package/Sources/empty/main.swift"
cp "$root/Generated/ThaiSegmenter.swift" "$package/Sources/thai/"
cat > "$package/Sources/thai/main.swift" <<'END'
print(try ThaiSegmenter().segments(of: CommandLine.arguments[1]).joined(separator: "|"))
END
"$swift" build -c release --package-path "$package" > "$package/log" 2>&1 || { cat "$package/log"; exit 1; }

size() {
    strip -o "$package/$1.stripped" "$package/.build/release/$1"
    wc -c < "$package/$1.stripped"
}
empty=$(size empty)
thai=$(size thai)
"$package/thai.stripped" "$(cat "$root/Specs/thai-sentence.txt")" | grep -q '|' || { echo "the program finds no words"; exit 1; }
echo "the Thai segmenter adds $((thai - empty)) bytes to an empty program of $empty (ceiling $ceiling)"
# What other systems and compilers make of it was not measured: the ceiling is for the one that CI has.
[[ $(uname -sm) != "Linux x86_64" ]] || ((thai - empty <= ceiling))
