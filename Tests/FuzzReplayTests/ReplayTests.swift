// SPDX-License-Identifier: Apache-2.0

import Foundation
import FuzzEntries
import TestSupport
import Testing

private let crashes = repositoryRoot.appendingPathComponent("Fuzzing/Crashes")

/// Files that once failed under the fuzzer, and some that were made by hand to try to; kept for ever.
@Suite("Fuzzed files")
struct ReplayTests {
    private static let names = FuzzTarget.allCases.flatMap { target in
        fixtureNames(in: crashes.appendingPathComponent(target.rawValue), suffix: "").map { "\(target.rawValue)/\($0)" }
    }

    @Test("end in a result or in located errors", .timeLimit(.minutes(10)), arguments: names)
    func replay(_ name: String) throws {
        let target = try #require(name.split(separator: "/").first.flatMap { FuzzTarget(rawValue: String($0)) })
        try target.run([UInt8](try Data(contentsOf: crashes.appendingPathComponent(name))))
    }

    @Test("are there for every target, and for no other")
    func targets() {
        #expect(fixtureNames(in: crashes, suffix: "") == FuzzTarget.allCases.map(\.rawValue).sorted())
        for target in FuzzTarget.allCases {
            #expect(Self.names.contains { $0.hasPrefix(target.rawValue + "/") }, "\(target)")
        }
    }
}
