// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Compiles every `*.lstm.yaml` of a target into a Swift type of that target.
@main
struct LSTMBuildPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        return try buildCommands(
            for: SpecFolder(target.directoryURL), target: target.name, tool: context.tool(named: "lstmc").url,
            output: context.pluginWorkDirectoryURL)
    }
}

/// One command for each spec, so that a change to one recompiles that one.
///
/// The tool is an input as well: a new lstmc makes everything anew.
private func buildCommands(for folder: SpecFolder, target: String, tool: URL, output: URL) throws -> [Command] {
    var taken: [String: URL] = [:]
    return try folder.specs.map { spec in
        let name = SpecFolder.outputName(of: spec)
        if let other = taken[SpecFolder.comparable(name)] {
            throw PluginProblem(
                description: "\(spec.path):1:1: error: \(other.lastPathComponent) and \(spec.lastPathComponent) of "
                    + "target \(target) would both become \(name), at least where case does not "
                    + "count; rename one of them")
        }
        taken[SpecFolder.comparable(name)] = spec
        return .buildCommand(
            displayName: "Compiling \(spec.lastPathComponent)", executable: tool,
            arguments: ["generate", spec.path, "--output", output.path], inputFiles: [spec, tool] + folder.data,
            outputFiles: [output.appendingPathComponent(name)])
    }
}

#if canImport(XcodeProjectPlugin)
    import XcodeProjectPlugin

    extension LSTMBuildPlugin: XcodeBuildToolPlugin {
        /// An Xcode target has no folder of its own: its specs are found among its files, and data files beside them.
        func createBuildCommands(context: XcodePluginContext, target: XcodeTarget) throws -> [Command] {
            var folder = SpecFolder()
            folder.specs = target.inputFiles.map(\.url).filter { $0.lastPathComponent.hasSuffix(".lstm.yaml") }
            for place in Set(folder.specs.map { $0.deletingLastPathComponent() }) {
                folder.data += SpecFolder(place).data
            }
            return try buildCommands(
                for: folder, target: target.displayName, tool: context.tool(named: "lstmc").url,
                output: context.pluginWorkDirectoryURL)
        }
    }
#endif
