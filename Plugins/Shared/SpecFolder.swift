// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The specs in a folder of sources. A plugin cannot depend on a library, so both link to this file.
struct SpecFolder {
    /// Every `*.lstm.yaml`, sorted by path.
    var specs: [URL] = []

    init() {}

    /// Reads the folder itself and not the target's list of files: users may exclude specs there, so that SwiftPM does
    /// not warn of them.
    init(_ folder: URL) {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let files = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: keys, options: [.skipsHiddenFiles, .skipsPackageDescendants])
        while let file = files?.nextObject() as? URL {
            if file.lastPathComponent.hasSuffix(".lstm.yaml") { specs.append(file) }
        }
        specs.sort { $0.path < $1.path }
    }

    /// `X.lstm.yaml` gives `X`, and that X.swift.
    static func stem(of spec: URL) -> String {
        // By scalars, as lstmc does it: a combining mark after the dot would make it another Character.
        spec.lastPathComponent.unicodeScalars.split(separator: ".").first.map { String($0) } ?? "Model"
    }

    /// An output's name as file systems compare it that do not tell upper case from lower case.
    static func comparable(_ name: String) -> String { name.uppercased().lowercased() }
}

/// What stands in a plugin's way, as the build log shows it.
struct PluginProblem: Error, CustomStringConvertible {
    var description: String
}
