// swift-tools-version: 6.2
import PackageDescription

// The libraries once more, compiled from the same files through the link `Sources`, so that all of their branches are
// counted: a product of the root package would give only what is public, and its manifest must not ask for sanitizers.
// `make fuzz` builds this with them; `Entries` is also what the root package's FuzzReplayTests call.
let package = Package(
    name: "Fuzzing",
    platforms: [.macOS(.v13)],
    targets: [
        .systemLibrary(
            name: "CYAML", path: "Sources/CYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .target(name: "LSTMSpec", dependencies: ["CYAML"], path: "Sources/LSTMSpec"),
        .target(name: "LSTMLayout", path: "Sources/LSTMLayout"),
        .target(name: "LSTMIR", dependencies: ["LSTMSpec", "LSTMLayout"], path: "Sources/LSTMIR"),
        .target(name: "LSTMKernels", dependencies: ["LSTMLayout"], path: "Sources/LSTMKernels"),
        .target(name: "LSTMFiles", path: "Sources/LSTMFiles"),
        .target(name: "LSTMRuntime", dependencies: ["LSTMFiles", "LSTMKernels"], path: "Sources/LSTMRuntime"),
        .target(name: "LSTMCheckpoint", dependencies: ["LSTMFiles", "LSTMIR"], path: "Sources/LSTMCheckpoint"),
        .target(
            name: "LSTMInterpreter",
            dependencies: ["LSTMFiles", "LSTMIR", "LSTMKernels", "LSTMRuntime", "LSTMCheckpoint"],
            path: "Sources/LSTMInterpreter"),
        .target(name: "LSTMCodegen", dependencies: ["LSTMIR"], path: "Sources/LSTMCodegen"),
        .target(
            name: "LSTMImport", dependencies: ["LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint"],
            path: "Sources/LSTMImport"),
        .target(name: "LSTMDrawing", dependencies: ["LSTMIR"], path: "Sources/LSTMDrawing"),
        .target(
            name: "LSTMGeneration",
            dependencies: ["LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMCodegen"],
            path: "Sources/LSTMGeneration"),
        .target(
            name: "LSTMCommands",
            dependencies: [
                "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMInterpreter", "LSTMImport", "LSTMGeneration",
            ],
            path: "Sources/LSTMCommands"),
        .target(name: "LSTMHeader", path: "Sources/LSTMHeader"),
        .target(
            name: "LSTMLibrary",
            dependencies: [
                "LSTMHeader", "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMInterpreter", "LSTMCodegen", "LSTMGeneration",
                "LSTMCommands",
            ],
            path: "Sources/LSTMLibrary"),
        .target(
            name: "FuzzEntries",
            dependencies: [
                "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMRuntime", "LSTMCheckpoint", "LSTMInterpreter", "LSTMCodegen",
                "LSTMImport", "LSTMDrawing",
            ],
            path: "Entries"),
        // No file of it has a `main`, which libFuzzer brings; gold fails on what the sanitizers add.
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzEntries"], path: "Driver",
            swiftSettings: [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [
                .unsafeFlags(["-use-ld=lld", "-Xclang-linker", "-fuse-ld=lld"], .when(platforms: [.linux]))
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
