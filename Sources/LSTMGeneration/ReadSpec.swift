// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

extension SpecLoader {
    /// The spec, parsed and lowered; nil where it has mistakes, which are reported.
    package mutating func model(at path: String) -> Model? { read(path)?.model }

    /// Nil, with the reason reported, where the file cannot be read, or is no spec by its bytes.
    package mutating func read(_ path: String) -> SpecReading? {
        if let head = firstBytes(1 << 16, ofFileAt: path, longerThan: Limits.fileBytes),
            let foreign = ForeignFile(head, path: path)
        {
            report(foreign, at: .init(startOf: path))
            return nil
        }
        return bytes(of: "the spec", at: path, limit: Limits.fileBytes).flatMap { read($0, at: path) }
    }

    /// The same of a spec's bytes, as if they stood at `path`.
    package mutating func read(_ bytes: [UInt8], at path: String) -> SpecReading? {
        if let foreign = ForeignFile(bytes, path: path) {
            report(foreign, at: .init(startOf: path))
            return nil
        }
        let source = SourceFile(path: path, bytes: bytes)
        addSource(source)
        let reading = SpecReading(source)
        report(reading.diagnostics)
        return reading
    }
}
