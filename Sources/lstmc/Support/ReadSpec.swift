// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension SpecLoader {
    /// The spec, parsed and lowered; nil where it has mistakes, which are reported.
    mutating func model(at path: String) -> Model? { read(path)?.model }

    /// Nil, with the reason reported, where the file cannot be read.
    mutating func read(_ path: String) -> SpecReading? {
        guard let bytes = bytes(of: "the spec", at: path, limit: Limits.fileBytes) else { return nil }
        let source = SourceFile(path: path, bytes: bytes)
        addSource(source)
        let reading = SpecReading(source)
        report(reading.diagnostics)
        return reading
    }
}
