// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// The toolchain's compiler, with the runtime that the tests were built with.
struct Compiler {
    private let sandbox: Sandbox

    struct File {
        var name: String
        var text: String
    }

    /// What the compiler said where it did not accept something.
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    init() throws {
        sandbox = try Sandbox()
        // As SwiftPM writes it for a target of C.
        try sandbox.write(
            "kernels.modulemap",
            """
            module LSTMKernels {
                umbrella "\(repositoryRoot.path)/Sources/LSTMKernels/include"
                export *
            }

            """)
        try FileManager.default.createDirectory(at: sandbox.url("modules"), withIntermediateDirectories: true)
    }

    /// Type-checks the files as one module, or writes the module without looking into its functions.
    ///
    /// - Parameter emits: true to keep the module, so that other files can import it.
    /// - Returns: The errors; none where all is well. A crash is one, too.
    func errors(of files: [File], module: String, emits: Bool = false) throws -> [String] {
        let folder = "sources-\(UUID().uuidString)"
        for file in files { try sandbox.write("\(folder)/\(file.name).swift", file.text) }
        let arguments =
            ["-swift-version", "6", "-parse-as-library", "-package-name", "names", "-module-name", module]
            + ["-I", products.path + "/Modules", "-I", "modules", "-enable-testing"]
            + ["-Xcc", "-fmodule-map-file=\(sandbox.url("kernels.modulemap").path)"]
            + (emits
                ? ["-emit-module", "-experimental-skip-all-function-bodies", "-o", "modules/\(module).swiftmodule"]
                : ["-typecheck"]) + platform
        let list = (arguments + files.map { "\(folder)/\($0.name).swift" }).map { "\"\($0)\"" }
        try sandbox.write("\(folder)/arguments", list.joined(separator: "\n"))
        let outcome = try sandbox.run(["swiftc", "-frontend", "@\(folder)/arguments"], program: "/usr/bin/env")
        try FileManager.default.removeItem(at: sandbox.url(folder))
        if outcome.code == 0 { return [] }
        let errors = outcome.stderr.split(separator: "\n").map(String.init).filter { $0.contains("error:") }
        return errors.isEmpty ? [outcome.description] : errors
    }

    /// What Swift Testing needs to be found, where the system's folders do not have it.
    private var platform: [String] {
        let compiler = (try? output(["sh", "-c", Self.find])) ?? ""
        let library = URL(fileURLWithPath: compiler).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("lib/swift/host/plugins").path
        #if os(macOS)
            let platform = (try? output(["xcrun", "--show-sdk-platform-path"])) ?? ""
            return [
                "-sdk", (try? output(["xcrun", "--show-sdk-path"])) ?? "", "-plugin-path", library, "-plugin-path",
                library + "/testing", "-F", platform + "/Developer/Library/Frameworks", "-I",
                platform + "/Developer/usr/lib",
            ]
        #else
            return ["-plugin-path", library]
        #endif
    }

    #if os(macOS)
        private static let find = "xcrun --find swiftc"
    #else
        private static let find = "command -v swiftc"
    #endif

    private func output(_ command: [String]) throws -> String {
        let outcome = try sandbox.run(command, program: "/usr/bin/env")
        guard outcome.code == 0 else { throw Refusal(description: outcome.description) }
        return outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The text of a module's interface, as the toolchain has it.
    func interface(of module: String) throws -> String {
        #if os(macOS)
            let folder = try output(["xcrun", "--show-sdk-path"]) + "/usr/lib/swift"
        #else
            let info =
                try JSONSerialization.jsonObject(
                    with: Data(try output(["swiftc", "-print-target-info"]).utf8)) as? [String: Any]
            let paths = info?["paths"] as? [String: Any]
            let folder = (paths?["runtimeResourcePath"] as? String ?? "") + "/linux"
        #endif
        let path = URL(fileURLWithPath: "\(folder)/\(module).swiftmodule")
        let name = fixtureNames(in: path, suffix: ".swiftinterface").first { !$0.contains("private") }
        return try String(contentsOf: path.appendingPathComponent(try #require(name)), encoding: .utf8)
    }
}
