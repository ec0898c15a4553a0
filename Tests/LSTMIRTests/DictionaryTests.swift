// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import TestSupport
import Testing

@Test("the fuzzer's dictionary has every layer kind and key") func dictionary() throws {
    let file = repositoryRoot.appendingPathComponent("Fuzzing/Dictionaries/spec.dict")
    let text = try String(contentsOf: file, encoding: .utf8)
    for kind in OperationKind.all {
        #expect(text.contains("\"  - \(kind.word): \"\n"), "\(kind.word)")
        for key in kind.spec.keyNames { #expect(text.contains("\"\(key):"), "\(kind.word): \(key)") }
    }
}
