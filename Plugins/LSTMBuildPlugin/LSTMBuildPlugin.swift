// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Compiles every `*.lstm.yaml` of a target into a Swift type of that target.
@main
struct LSTMBuildPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        return try buildCommands(
            for: SpecFolder(target.directoryURL).specs, target: target.name,
            tool: context.tool(named: "lstmc-generate").url,
            output: context.pluginWorkDirectoryURL, root: context.package.directoryURL)
    }
}

/// One command for each spec, so that a change to one recompiles that one.
///
/// The command runs in every build. Only the tool knows which files a spec reads, and a plugin's answer is kept until the
/// package's files are others, and not when their contents are: inputs that are named here would be those of an earlier
/// version of the spec. So one input is a mark that the command itself changes, and it is never up to date. The tool leaves a
/// Swift file alone that is right already, and then nothing is compiled anew.
///
/// - Parameter root: the package's folder, from which errors name the specs.
private func buildCommands(
    for specs: [URL], target: String, tool: URL, output: URL, root: URL
) throws -> [Command] {
    try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
    var taken: [String: URL] = [:]
    return try specs.map { spec in
        let stem = SpecFolder.stem(of: spec)
        if let other = taken[SpecFolder.comparable(stem)] {
            throw PluginProblem(
                description: "\(spec.path):1:1: error: \(path(of: other, in: root)) and \(path(of: spec, in: root)) of "
                    + "target \(target) would both become \(stem).swift, at least where case does not "
                    + "count; rename one of them, or move it to a target of its own")
        }
        taken[SpecFolder.comparable(stem)] = spec
        let mark = output.appendingPathComponent("\(stem).mark")
        if !FileManager.default.fileExists(atPath: mark.path) { try Data().write(to: mark) }
        return .buildCommand(
            displayName: "Compiling \(spec.lastPathComponent)", executable: tool,
            arguments: [spec.path, "--output", output.path, "--mark", mark.path],
            inputFiles: [spec, tool, mark], outputFiles: [output.appendingPathComponent("\(stem).swift")])
    }
}

/// A file's path from the package's folder; all of it where the file is elsewhere.
private func path(of file: URL, in root: URL) -> String {
    let (folders, start) = (file.standardizedFileURL.pathComponents, root.standardizedFileURL.pathComponents)
    return folders.starts(with: start) ? folders.dropFirst(start.count).joined(separator: "/") : file.path
}

#if canImport(XcodeProjectPlugin)
    import XcodeProjectPlugin

    extension LSTMBuildPlugin: XcodeBuildToolPlugin {
        /// An Xcode target has no folder of its own: its specs are found among its files.
        func createBuildCommands(context: XcodePluginContext, target: XcodeTarget) throws -> [Command] {
            let specs = target.inputFiles.map(\.url).filter { $0.lastPathComponent.hasSuffix(".lstm.yaml") }
            return try buildCommands(
                for: specs, target: target.displayName, tool: context.tool(named: "lstmc-generate").url,
                output: context.pluginWorkDirectoryURL, root: context.xcodeProject.directoryURL)
        }
    }
#endif
