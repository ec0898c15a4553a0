// swift-tools-version: 6.2
import PackageDescription

/// What the plugins run: `lstmc generate` alone. It is built from source, or it is the artifact bundle at the path that
/// LSTMC_ARTIFACT_BUNDLE has; `make artifactbundle` writes one.
func generateTool() -> Target {
    let name = "lstmc-generate"
    guard let bundle = Context.environment["LSTMC_ARTIFACT_BUNDLE"], !bundle.isEmpty else {
        return .executableTarget(name: name, dependencies: ["LSTMCodegen", "LSTMGeneration"])
    }
    // SwiftPM takes a path from the package's folder on and no absolute one.
    let toRoot = Context.packageDirectory.split(separator: "/").map { _ in ".." }.joined(separator: "/")
    return .binaryTarget(name: name, path: bundle.hasPrefix("/") ? toRoot + bundle : bundle)
}

let package = Package(
    name: "lstmc",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9), .visionOS(.v1)],
    products: [
        .executable(name: "lstmc", targets: ["lstmc"]),
        .library(name: "LSTMRuntime", targets: ["LSTMRuntime"]),
        .plugin(name: "LSTMBuildPlugin", targets: ["LSTMBuildPlugin"]),
        .plugin(name: "LSTMGeneratePlugin", targets: ["LSTMGeneratePlugin"]),
        .library(name: "GeneratedModels", targets: ["GeneratedModels"]),
        // The objects that `make lib` links liblstmc of.
        .library(name: "LSTMLibrary", type: .static, targets: ["LSTMLibrary"]),
    ],
    traits: [
        .default(enabledTraits: ["CommandLine"]),
        .trait(name: "CommandLine", description: "The program lstmc. Without it nothing else is fetched."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // libyaml, the one library outside Swift: apt libyaml-dev, brew libyaml.
        .systemLibrary(
            name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .target(name: "LSTMSpec", dependencies: ["CYAML"]),
        .target(name: "LSTMIR", dependencies: ["LSTMSpec", "LSTMLayout"]),
        // What the kernels and the code generator must agree on: a header.
        .target(name: "LSTMLayout"),
        .target(name: "LSTMKernels", dependencies: ["LSTMLayout"]),
        // Files, JSON and tensors in files: what the runtime and the tool share.
        .target(name: "LSTMFiles"),
        .target(name: "LSTMRuntime", dependencies: ["LSTMFiles", "LSTMKernels"]),
        .target(name: "LSTMCheckpoint", dependencies: ["LSTMFiles", "LSTMIR"]),
        .target(
            name: "LSTMInterpreter",
            dependencies: ["LSTMFiles", "LSTMIR", "LSTMKernels", "LSTMRuntime", "LSTMCheckpoint"]),
        .target(name: "LSTMCodegen", dependencies: ["LSTMIR"]),
        .target(name: "LSTMImport", dependencies: ["LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint"]),
        .target(name: "LSTMDrawing", dependencies: ["LSTMIR"]),
        // Specs and their files read for a command, files written whole: lstmc and the plugins share it.
        .target(
            name: "LSTMGeneration",
            dependencies: ["LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMCodegen"]),
        // What a command does beside its words, for the program and the C library.
        .target(
            name: "LSTMCommands",
            dependencies: [
                "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMInterpreter", "LSTMImport", "LSTMGeneration",
            ]),
        // lstmc.h, and the functions that it declares: `make lib` makes them a dynamic library.
        .target(name: "LSTMHeader"),
        .target(
            name: "LSTMLibrary",
            dependencies: [
                "LSTMHeader", "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMInterpreter", "LSTMCodegen", "LSTMGeneration",
                "LSTMCommands",
            ]),
        generateTool(),
        .executableTarget(
            name: "lstmc",
            dependencies: [
                "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMRuntime", "LSTMInterpreter", "LSTMCodegen",
                "LSTMGeneration", "LSTMImport", "LSTMCommands", "LSTMDrawing",
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["CommandLine"])),
            ],
            // What `verify --torch` gives Python to run.
            resources: [.embedInCode("Support/torch.py")]),

        // What `make generate` wrote for every file in Specs/; committed, so that using the models needs no tool.
        .target(name: "GeneratedModels", dependencies: ["LSTMRuntime"], path: "Generated"),

        .plugin(name: "LSTMBuildPlugin", capability: .buildTool(), dependencies: ["lstmc-generate"]),
        .plugin(
            name: "LSTMGeneratePlugin",
            capability: .command(
                intent: .custom(verb: "generate-lstm", description: "Write the Swift of every *.lstm.yaml"),
                permissions: [.writeToPackageDirectory(reason: "generated models are committed")]),
            dependencies: ["lstmc-generate"]),

        .target(name: "TestSupport", dependencies: ["AllocationCounter"], path: "Tests/TestSupport"),
        // Runs the built program; those who use it depend on `lstmc` too, so that it is built.
        .target(name: "ProgramTestSupport", dependencies: ["TestSupport"], path: "Tests/ProgramTestSupport"),
        .target(name: "GeneratedCodeChecks", dependencies: ["LSTMRuntime"], path: "Tests/GeneratedCodeChecks"),
        .target(
            name: "CodegenTestSupport",
            dependencies: ["LSTMIR", "LSTMCheckpoint", "LSTMInterpreter", "LSTMCodegen", "TestSupport"],
            path: "Tests/CodegenTestSupport"),
        // The code generator's snapshots, of Pretrained/ too: compared as text, and compiled here.
        .target(
            name: "GoldenModels", dependencies: ["LSTMRuntime", "GeneratedCodeChecks"], path: "Tests/GoldenModels",
            exclude: ["Specs", "Headers"]),
        .testTarget(name: "LSTMSpecTests", dependencies: ["LSTMSpec", "LSTMIR", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(name: "LSTMIRTests", dependencies: ["LSTMIR", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "LSTMCheckpointTests", dependencies: ["LSTMCheckpoint", "TestSupport"], exclude: ["Fixtures"]),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "LSTMRuntimeTests",
            dependencies: [
                "LSTMLayout", "LSTMCheckpoint", "LSTMRuntime", "LSTMInterpreter", "TestSupport", "AllocationCounter",
            ]),
        .testTarget(
            name: "LSTMInterpreterTests", dependencies: ["LSTMInterpreter", "LSTMKernels", "TestSupport"],
            exclude: ["Vectors", "Fixtures"]),
        // What `lstmc import` and `lstmc generate` make of the importers' fixtures: compared as text, and compiled here.
        .target(name: "ImportedModels", dependencies: ["LSTMRuntime"], path: "Tests/ImportedModels"),
        .testTarget(
            name: "LSTMImportTests", dependencies: ["LSTMImport", "LSTMInterpreter", "ImportedModels", "TestSupport"],
            exclude: ["Fixtures", "Tools"]),
        .testTarget(
            name: "LSTMDrawingTests", dependencies: ["LSTMDrawing", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
        .testTarget(
            name: "LSTMCodegenTests",
            dependencies: [
                "LSTMIR", "LSTMCheckpoint", "LSTMInterpreter", "LSTMRuntime", "LSTMCodegen", "CodegenTestSupport",
                "GeneratedCodeChecks", "GoldenModels", "GeneratedModels", "AllocationCounter",
                "TestSupport",
            ]),
        // Every word as every name a person chooses, compiled; `make test-names` tries more of them.
        .testTarget(
            name: "NameTests",
            dependencies: [
                "LSTMIR", "LSTMRuntime", "LSTMCodegen", "LSTMImport", "CodegenTestSupport", "TestSupport",
                "ProgramTestSupport",
            ]),
        // Programs of C and C++ that link what is generated with a C header.
        .testTarget(
            name: "CHeaderTests",
            dependencies: [
                "LSTMIR", "LSTMRuntime", "LSTMCodegen", "CodegenTestSupport", "TestSupport", "ProgramTestSupport",
            ],
            exclude: ["Harness"]),
        // The naive reference, the interpreter and every instruction set on drawn specs; `make differential` asks for more.
        .testTarget(
            name: "DifferentialTests",
            dependencies: [
                "lstmc", "LSTMIR", "LSTMCheckpoint", "LSTMInterpreter", "LSTMRuntime", "CodegenTestSupport",
                "TestSupport",
                "ProgramTestSupport",
            ]),
        .target(name: "PseudoTerminal", path: "Tests/PseudoTerminal"),
        .testTarget(
            name: "CommandLineTests", dependencies: ["lstmc", "TestSupport", "ProgramTestSupport", "PseudoTerminal"],
            exclude: ["Fixtures"]),
        // Runs what the README, the documentation's articles and its tutorial show.
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "lstmc", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMRuntime", "LSTMInterpreter", "TestSupport",
                "ProgramTestSupport",
            ],
            exclude: ["Examples"]),
        // Faults, limits and interruptions, on the built program; `make robustness` asks for more of each.
        .testTarget(
            name: "RobustnessTests",
            dependencies: [
                "lstmc", "LSTMInterpreter", "GeneratedModels", "GoldenModels", "TestSupport", "ProgramTestSupport",
            ]),
        // What libFuzzer calls, in the package Fuzzing/; here for every file that ever failed.
        .target(
            name: "FuzzEntries",
            dependencies: [
                "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMRuntime", "LSTMCheckpoint", "LSTMInterpreter", "LSTMCodegen",
                "LSTMImport", "LSTMDrawing",
            ],
            path: "Fuzzing/Entries"),
        .testTarget(name: "FuzzReplayTests", dependencies: ["FuzzEntries", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
