// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMSpec

/// Whether JSON is one of ICU's word segmenters.
func isSegmenter(_ file: JSONItem) -> Bool { file.optional("dic") != nil && file.optional("mat1") != nil }

/// ICU's LSTM word segmenters, as their trainer writes them: a dictionary and nine matrices.
///
/// mat1 is the embedding, (entries + 1, size), its last row for what the dictionary has not; mat2 to mat4 are the forward
/// LSTM's as Keras has them, (input, 4 * units), (units, 4 * units) and one bias, gates in PyTorch's order; mat5 to mat7
/// the backward one's; mat8 and mat9 a dense layer's. Softmax follows.
func importSegmenter(_ file: JSONItem, path: String, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    guard options.ignore.isEmpty else { throw ImportFailure(.ignoreNotApplicable, in: path) }
    do throws(ImportMistake) { return try segmenter(file) } catch { throw ImportFailure(error, in: path) }
}

/// The classes in the order of every model of ICU's: a word's beginning, inside and end, and a word of one alone.
private let classes = ["B", "I", "E", "S"]

private func segmenter(_ file: JSONItem) throws(ImportMistake) -> ImportedModel {
    let matrices = try (1...9).map { index throws(ImportMistake) in try Matrix(try file.member("mat\(index)")) }
    let (rows, size) = try matrices[0].sizes(nil, nil)
    let units = try matrices[2].sizes(nil, nil).0
    var tensors = [NamedTensor("embedding.weight", floats: matrices[0].floats, shape: [rows, size])]
    for (start, ending) in [(1, ""), (4, "_reverse")] {
        _ = try matrices[start].sizes(size, 4 * units)
        _ = try matrices[start + 1].sizes(units, 4 * units)
        try matrices[start + 2].length(4 * units)
        tensors += [
            matrices[start].transposed("lstm.weight_ih_l0\(ending)"),
            matrices[start + 1].transposed("lstm.weight_hh_l0\(ending)"),
            NamedTensor("lstm.bias_ih_l0\(ending)", floats: matrices[start + 2].floats, shape: [4 * units]),
            NamedTensor(
                "lstm.bias_hh_l0\(ending)", floats: [Float](repeating: 0, count: 4 * units), shape: [4 * units]),
        ]
    }
    _ = try matrices[7].sizes(2 * units, classes.count)
    try matrices[8].length(classes.count)
    tensors += [
        matrices[7].transposed("head.weight"),
        NamedTensor("head.bias", floats: matrices[8].floats, shape: [classes.count]),
    ]
    var lstm = ImportedLayer.LSTM(inputSize: size, hiddenSize: units)
    lstm.bidirectional = true
    var model = ImportedModel(
        input: .tokens(rows), batchFirst: true,
        layers: [
            ImportedLayer(name: "embedding", kind: .embedding(embeddingDim: size)),
            ImportedLayer(name: "lstm", kind: .lstm(lstm)),
            ImportedLayer(name: "head", kind: .linear(outFeatures: classes.count, bias: true)),
            ImportedLayer(name: "probabilities", kind: .softmax),
        ], weights: .converted(tensors))
    model.summary = file.optional("model")?.value.string.map { cut($0) }
    let entries = try dictionary(try file.member("dic"), rows: rows)
    model.vocabulary = ImportedVocabulary(entries: entries, unknown: rows - 1)
    model.labels = classes
    model.segmentStarts = ["B", "S"]
    model.assumptions = ["the four classes are B, I, E and S, as in every segmenter of ICU's"]
    if entries.contains(where: { $0.text.unicodeScalars.count > 1 }) {
        model.assumptions.append(
            "ICU looks up whole grapheme clusters; here text is cut into the dictionary's longest entries, which is the "
                + "same but where the dictionary has not the cluster")
    }
    let known = Set(["model", "dic"] + (1...9).map { "mat\($0)" })
    model.assumptions += unusedSentences(file.otherNames(than: known))
    return model
}

/// The entries by their ids, which are those of all rows but the last.
private func dictionary(_ item: JSONItem, rows: Int) throws(ImportMistake) -> [ImportedVocabulary.Entry] {
    var entries: [ImportedVocabulary.Entry] = []
    var texts: Set<[Unicode.Scalar]> = []
    var ids: Set<Int> = []
    for (text, id) in try item.members() {
        guard let value = Int(exactly: try id.number()), 0..<(rows - 1) ~= value else {
            throw id.wrong("a row of 'mat1' before its last, from 0 to \(rows - 2)")
        }
        guard !text.isEmpty, texts.insert(Array(text.unicodeScalars)).inserted, ids.insert(value).inserted else {
            throw id.wrong("an entry with text of its own and a row of its own")
        }
        entries.append(.init(text: text, id: value))
    }
    guard entries.count == rows - 1 else {
        throw item.wrong("\(rows - 1) entries, one fewer than 'mat1' has rows, not \(entries.count)")
    }
    return entries.sorted { $0.id < $1.id }
}

/// `{"v": 1, "dim": [rows, columns], "data": [...]}`, row-major.
private struct Matrix {
    let item: JSONItem
    let shape: [Int]
    let floats: [Float]

    init(_ item: JSONItem) throws(ImportMistake) {
        self.item = item
        let dims = try item.member("dim")
        var shape: [Int] = []
        for size in try dims.elements() { shape.append(try size.size()) }
        guard 1...2 ~= shape.count else { throw dims.wrong("one size or two") }
        self.shape = shape
        floats = try item.member("data").vector(shape.reduce(1, *))
    }

    /// Two sizes; throws where they are others than these.
    func sizes(_ rows: Int?, _ columns: Int?) throws(ImportMistake) -> (Int, Int) {
        guard shape.count == 2, rows ?? shape[0] == shape[0], columns ?? shape[1] == shape[1] else {
            let words = [rows, columns].map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
            throw item.wrong("a matrix of (\(words)), not (\(shape.map(String.init).joined(separator: ", ")))")
        }
        return (shape[0], shape[1])
    }

    func length(_ count: Int) throws(ImportMistake) {
        guard shape == [count] else {
            throw item.wrong("a vector of \(count), not (\(shape.map(String.init).joined(separator: ", ")))")
        }
    }

    /// Keras's (input, output) as PyTorch's (output, input).
    func transposed(_ name: String) -> NamedTensor {
        NamedTensor(name, floats: LSTMImport.transposed(floats, rows: shape[0]), shape: [shape[1], shape[0]])
    }
}
