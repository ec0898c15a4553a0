// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// `swift package generate-lstm`: writes the Swift of every spec into the package, for output that is committed.
@main
struct LSTMGeneratePlugin: CommandPlugin {
    func performCommand(context: PluginContext, arguments: [String]) throws {
        var extractor = ArgumentExtractor(arguments)
        if extractor.extractFlag(named: "help") > 0 { return print(Self.help) }
        let names = Set(extractor.extractOption(named: "target"))
        let specs = extractor.extractOption(named: "specs").last
        let output = extractor.extractOption(named: "output").last
        let tool = try context.tool(named: "lstmc-generate").url
        let root = context.package.directoryURL
        let rest = extractor.remainingArguments

        if specs != nil || output != nil || names.isEmpty {
            let folder = root.appendingPathComponent(specs ?? "Specs")
            let found = SpecFolder(folder)
            if !found.specs.isEmpty {
                let generated = root.appendingPathComponent(output ?? "Generated")
                return try generate(found.specs, into: generated, tool: tool, arguments: rest, root: root)
            }
            if specs != nil { throw PluginProblem(description: "there is no *.lstm.yaml in \(folder.path)") }
        }
        try generateBesideSpecs(context.package, only: names, tool: tool, arguments: rest)
    }

    /// Each target's Swift into a folder `Generated` of that target.
    private func generateBesideSpecs(_ package: Package, only names: Set<String>, tool: URL, arguments: [String]) throws
    {
        var count = 0
        for target in package.targets where names.isEmpty || names.contains(target.name) {
            guard let target = target as? any SourceModuleTarget else { continue }
            let folder = SpecFolder(target.directoryURL)
            guard !folder.specs.isEmpty else { continue }
            count += 1
            try generate(
                folder.specs, into: target.directoryURL.appendingPathComponent("Generated"), tool: tool,
                arguments: arguments, root: package.directoryURL)
        }
        if count == 0 {
            throw PluginProblem(description: "no target has a *.lstm.yaml, and neither has the package's folder Specs")
        }
    }

    private func generate(_ specs: [URL], into output: URL, tool: URL, arguments: [String], root: URL) throws {
        let process = Process()
        process.executableURL = tool
        process.currentDirectoryURL = root
        process.arguments = specs.map(\.path) + ["--output", output.path] + arguments
        try process.run()
        process.waitUntilExit()
        // The tool has said what is wrong, and where.
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw PluginProblem(description: "lstmc generate failed")
        }
    }

    private static let help = """
        Writes the Swift of every *.lstm.yaml into the package.

        swift package generate-lstm                          Specs/*.lstm.yaml into Generated/, where there is a folder
                                                             Specs; else each target's specs into its own Generated/
        swift package generate-lstm --target NAME            that target's specs only
        swift package generate-lstm --specs DIR --output DIR other folders, from the package's root
        swift package generate-lstm --check                  write nothing, fail where the files differ

        --access public|package|internal says who may use the types.
        """
}
