// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a folder of sources holds for lstmc. A plugin cannot depend on a library, so both link to this file.
struct SpecFolder {
    /// Every `*.lstm.yaml`, sorted by path.
    var specs: [URL] = []
    /// Checkpoints and vocabularies, by suffix: which spec reads which is for lstmc to know.
    var data: [URL] = []

    init() {}

    /// Reads the folder itself and not the target's list of files: users exclude data files there, so that SwiftPM does
    /// not warn of them, and a changed checkpoint must rebuild all the same.
    init(_ folder: URL) {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let files = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: keys, options: [.skipsHiddenFiles, .skipsPackageDescendants])
        while let file = files?.nextObject() as? URL {
            if file.lastPathComponent.hasSuffix(".lstm.yaml") {
                specs.append(file)
            } else if Self.dataSuffixes.contains(file.pathExtension.lowercased()) {
                data.append(file)
            }
        }
        specs.sort { $0.path < $1.path }
        data.sort { $0.path < $1.path }
    }

    private static let dataSuffixes: Set<String> = ["safetensors", "pt", "pth", "npz", "json"]

    /// `X.lstm.yaml` gives `X.swift`.
    static func outputName(of spec: URL) -> String {
        // By scalars, as lstmc does it: a combining mark after the dot would make it another Character.
        (spec.lastPathComponent.unicodeScalars.split(separator: ".").first.map { String($0) } ?? "Model") + ".swift"
    }

    /// An output's name as file systems compare it that do not tell upper case from lower case.
    static func comparable(_ name: String) -> String { name.uppercased().lowercased() }
}

/// What stands in a plugin's way, as the build log shows it.
struct PluginProblem: Error, CustomStringConvertible {
    var description: String
}
