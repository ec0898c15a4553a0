// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v13)],
    // The plugin and the runtime are all that they need: without its traits, lstmc fetches nothing else.
    dependencies: [.package(name: "lstmc", path: "..", traits: [])],
    targets: [
        .executableTarget(
            name: "thai-words",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc")],
            // Read by lstmc while it builds, so not resources of the program.
            exclude: ["thai-segmenter.safetensors", "thai-vocabulary.json"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")]),
        .executableTarget(
            name: "drive",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc")],
            exclude: ["drive.safetensors"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")]),
        .executableTarget(
            name: "amp",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc")],
            exclude: ["Amp.safetensors"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")]),
        .executableTarget(
            name: "vad",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc")],
            exclude: ["vad.safetensors"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")]),
    ],
    swiftLanguageModes: [.v6]
)
