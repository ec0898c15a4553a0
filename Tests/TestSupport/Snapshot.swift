// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Why a text is not what its snapshot says; the message shows how to accept the new text.
public struct SnapshotFailure: Error, CustomStringConvertible {
    public var description: String
}

/// Compares a text with the committed file at `file`.
///
/// With `RECORD_SNAPSHOTS=1` in the environment, or where the file is missing, the text is written there and the test
/// fails all the same: a run that recorded has compared nothing.
///
/// - Throws: ``SnapshotFailure`` where the two differ or the file was written. It is an error and not an expectation so
///   that this target need not import the testing library, which only test targets can.
public func assertSnapshot(_ text: String, at file: URL) throws {
    let name = file.path.replacingOccurrences(of: repositoryRoot.path + "/", with: "")
    let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"
    let expected = FileManager.default.contents(atPath: file.path)
    if expected == Data(text.utf8), !isRecording { return }
    guard let expected, !isRecording else {
        try Data(text.utf8).write(to: file)
        throw SnapshotFailure(description: "recorded \(name); read it, and run the test again to compare")
    }
    throw SnapshotFailure(
        description: """
            the text differs from \(name)\(firstDifference(String(decoding: expected, as: UTF8.self), text))
            --- found
            \(text)
            --- to accept it, run: RECORD_SNAPSHOTS=1 swift test
            """)
}

private func firstDifference(_ expected: String, _ found: String) -> String {
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let foundLines = found.split(separator: "\n", omittingEmptySubsequences: false)
    let count = max(expectedLines.count, foundLines.count)
    for line in 0..<count {
        let a = line < expectedLines.count ? String(expectedLines[line]) : "(end)"
        let b = line < foundLines.count ? String(foundLines[line]) : "(end)"
        if !a.utf8.elementsEqual(b.utf8) { return " at line \(line + 1)\n    expected: \(a)\n    found:    \(b)" }
    }
    return ""
}
