// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Model {
    /// The same model with its matrices kept in another precision; nil where the spec has no `weights`, or where that model has
    /// mistakes of its own.
    package func kept(in precision: WeightsEntry.Precision) -> Model? {
        var document = document
        guard case .present(var weights) = document.weights else { return nil }
        let place = weights.value.precision.location ?? weights.location
        weights.value.precision = .present(Located(precision, at: place))
        document.weights = .present(weights)
        return lower(document).model
    }

    /// The spec's bytes with `weights.precision` written in, and `weights.file` where there is another one, all else as it
    /// was, comments too; nil where that cannot be done without rewriting more.
    package func specBytes(keptIn precision: WeightsEntry.Precision, file: String? = nil) -> [UInt8]? {
        guard case .present(let weights) = document.weights, let name = weights.value.file.located else { return nil }
        let text = SpecLines(document.source)
        guard let fileRange = text.range(of: name.location), let start = text.range(of: weights.location)?.lowerBound
        else { return nil }
        var edits: [(range: Range<Int>, text: String)] = []
        if let file { edits.append((fileRange, yamlText(file))) }
        if let place = weights.value.precision.location {
            guard let range = text.range(of: place) else { return nil }
            edits.append((range, precision.rawValue))
        } else if text.bytes[start] == UInt8(ascii: "{") {
            edits.append((fileRange.upperBound..<fileRange.upperBound, ", precision: \(precision)"))
        } else {
            let end = text.endOfLine(name.location.line)
            let indent = String(repeating: " ", count: weights.location.column - 1)
            edits.append((end..<end, "\(text.lineEnd)\(indent)precision: \(precision)"))
        }
        var bytes = text.bytes
        // From the end on, so that places before stay what they are.
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(edit.range, with: Array(edit.text.utf8))
        }
        return saysTheSame(bytes, precision, file ?? name.value) ? bytes : nil
    }

    /// Whether the edited spec is this model with that precision and file, which an alias or a scalar of several lines can
    /// prevent.
    private func saysTheSame(_ bytes: [UInt8], _ precision: WeightsEntry.Precision, _ file: String) -> Bool {
        guard let document = parse(SourceFile(path: self.document.source.path, bytes: bytes)).document,
            let model = lower(document).model, model.weights?.file.value == file
        else { return false }
        func lines(_ model: Model?) -> [String] { (model?.textLines ?? []).filter { !$0.hasPrefix("weights ") } }
        return model.precision == precision && lines(model) == lines(kept(in: precision))
    }
}

/// A spec's bytes, and where its lines are in them.
private struct SpecLines {
    let bytes: [UInt8]
    /// The first byte of each line, without a byte order mark.
    private var starts: [Int]

    init(_ source: SourceFile) {
        bytes = source.bytes
        starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
        for (index, byte) in bytes.enumerated() {
            let isReturn = byte == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
            if byte == 0x0A || isReturn { starts.append(index + 1) }
        }
    }

    /// How the file's lines end.
    var lineEnd: String {
        guard let first = bytes.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return "\n" }
        if bytes[first] == 0x0A { return "\n" }
        return first + 1 < bytes.count && bytes[first + 1] == 0x0A ? "\r\n" : "\r"
    }

    /// The bytes of a place, whose columns are scalars.
    func range(of place: SourceLocation) -> Range<Int>? {
        guard starts.indices.contains(place.line - 1) else { return nil }
        let start = byte(after: place.column - 1, from: starts[place.line - 1])
        let end = byte(after: place.length, from: start)
        return end <= endOfLine(place.line) && start < end ? start..<end : nil
    }

    /// The byte after the line's last one, without its end.
    func endOfLine(_ line: Int) -> Int {
        var end = starts.indices.contains(line) ? starts[line] : bytes.count
        while end > starts[line - 1], bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }

    private func byte(after scalars: Int, from start: Int) -> Int {
        var (byte, left) = (start, scalars)
        while left > 0, byte < bytes.count {
            byte += 1
            while byte < bytes.count, bytes[byte] & 0xC0 == 0x80 { byte += 1 }
            left -= 1
        }
        return byte
    }
}
