// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "amp",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "lstmc", path: "..")],
    targets: [
        .executableTarget(
            name: "amp",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc")],
            exclude: ["Drive.safetensors"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")])
    ]
)
