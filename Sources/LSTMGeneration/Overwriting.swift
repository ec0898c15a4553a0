// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// A file that a command reads.
package struct FileRead {
    /// `the spec`, `the checkpoint`: as errors call it.
    package var what: String
    package var path: String
}

extension SpecLoader {
    /// Reports each output that is one of the files the command read, by whatever path: the file would be lost.
    ///
    /// Called before the work, when all files are read.
    ///
    /// - Parameters:
    ///   - model: its weights and its vocabulary are refused too, also where the command does not read them.
    ///   - source: a file that was read and is compared elsewhere.
    package mutating func refuseToOverwrite(_ outputs: [String], or model: Model? = nil, except source: String? = nil) {
        var files = filesRead
        if let file = model?.weights?.file { files.append(FileRead(what: "the checkpoint", path: resolve(file))) }
        if let file = model?.vocabulary?.file { files.append(FileRead(what: "the vocabulary", path: resolve(file))) }
        for output in outputs {
            guard let file = files.first(where: { $0.path != source && isSameFile(output, $0.path) }) else { continue }
            report(OverwritingMistake(output: output, file: file), at: .init(startOf: output))
        }
    }
}

/// An output that is one of the command's own inputs.
private struct OverwritingMistake: Mistake {
    let output: String
    let file: FileRead

    var code: String { "output" }
    var message: String {
        let name = output == file.path ? "" : " '\(printable(file.path))'"
        return "the output '\(printable(output))' would replace \(file.what)\(name); write to another file"
    }
}
