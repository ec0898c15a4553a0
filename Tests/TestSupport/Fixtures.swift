// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The names of a folder's files with this ending, sorted.
public func fixtureNames(in folder: URL, suffix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted()
}
