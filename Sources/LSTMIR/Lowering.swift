// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// Checks a document's sizes, names and results, and resolves everything that a default or another key decides.
///
/// Reports every mistake it can find, each at its place. `model` is nil where the document has a mistake of its own or
/// `parse` left a hole in it; a hole is not reported again.
public func lower(_ document: Document) -> (model: Model?, diagnostics: [Diagnostic]) {
    var lowering = Lowering(document)
    let model = lowering.model()
    let findings = lowering.findings
    return (findings.hasErrors ? nil : model, findings)
}

/// What is known of the values between two layers while some sizes may be wrong.
enum Flow: Hashable {
    case tokens
    case sequence(Int?)
    case vector(Int?)
    case unknown

    var size: Int? {
        switch self {
        case .tokens, .unknown: nil
        case .sequence(let size), .vector(let size): size
        }
    }

    /// The same axes with another last size.
    func resized(_ size: Int?) -> Flow {
        switch self {
        case .sequence: .sequence(size)
        case .vector: .vector(size)
        case .tokens, .unknown: .unknown
        }
    }

    var shape: Shape? {
        switch self {
        case .tokens: .tokens
        case .sequence(let size): size.map { .sequence($0) }
        case .vector(let size): size.map { .vector($0) }
        case .unknown: nil
        }
    }
}

extension Limits {
    /// Entries of `layers`: what is done for pairs of layers stays bearable.
    fileprivate static let layers = 1024

    /// Tensors of a model, all layers together: a small spec must not make the tool list millions of them.
    static let tensors = 16_384

    /// Results of a model: generated code has a closure in a closure for each, and compilers go only so deep.
    fileprivate static let results = 128

    /// Bytes of these tensors' names, each of which repeats its layer's and `weights.prefix`: one long prefix must not
    /// take all memory.
    static let nameBytes = 8 << 20
}

/// The state of one run of `lower`: what was found, and what the layers so far have made known.
struct Lowering {
    let document: Document
    private(set) var diagnostics: [Diagnostic] = []
    /// The place of the first mistake past `Limits.mistakes`.
    private var firstLeftOut: SourceLocation?
    /// How often `nearest` has looked for what was meant.
    private var searches = 0
    /// Layers that came out whole; fewer than the document's where one is wrong.
    var layers: [Layer] = []
    /// One for each entry, whole or not.
    var outcomes: [Outcome] = []
    /// Where the current flow's size was decided, for the note of a mismatch.
    var sizeOrigin: Diagnostic.Note?
    /// The number that decided that size.
    var sizeFactor: SizeFactor?
    /// The largest number behind the counts of each of `layers`.
    var layerFactors: [SizeFactor?] = []
    /// The numbers that were reported as too large.
    var overflowing: Set<SourceLocation> = []
    /// The index of the lstm that a `last` here would follow.
    var precedingLSTM: Int?

    /// `weights.names`.
    let modulePaths: [String: String]
    /// What the tensors' names take so far.
    var nameBytes = 0

    init(_ document: Document) {
        self.document = document
        let names = document.weights.value?.names.value ?? []
        modulePaths = Dictionary(names.map { ($0.layer.value, $0.path.value) }) { first, _ in first }
    }

    mutating func report(_ mistake: ModelMistake, at location: SourceLocation, notes: [Diagnostic.Note] = []) {
        guard diagnostics.count < Limits.mistakes else {
            firstLeftOut = firstLeftOut ?? location
            return
        }
        diagnostics.append(Diagnostic(mistake, at: location, notes: notes))
    }

    /// Everything that was reported, by place; where that was too much, it ends by saying so.
    var findings: [Diagnostic] {
        let end = firstLeftOut.map { [Diagnostic(SpecMistake.tooManyMistakes(limit: Limits.mistakes), at: $0)] }
        return diagnostics.orderedByPlace + (end ?? [])
    }

    /// What `word` is most likely a slip of. Looked for a few times only, and among so many: that takes its time.
    mutating func meant(by word: String, among known: [String]) -> String? {
        searches += 1
        return searches > 16 || word.utf8.count > 64 ? nil : nearest(to: word, among: known.prefix(1000))
    }

    mutating func model() -> Model? {
        let name = typeName()
        let input = modelInput()
        let entries = document.layers.value ?? []
        guard entries.count <= Limits.layers else {
            report(
                .tooManyLayers(count: entries.count, limit: Limits.layers),
                at: document.layers.location ?? document.location)
            return nil
        }
        let isWhole = lowerLayers(entries, given: input.flow)
        checkNamesOfModules(entries)
        let results = modelResults()
        let labels = modelLabels(results: results)
        let vocabulary = modelVocabulary(input.input)
        let weights = modelWeights()
        checkCount(of: results)
        guard isWhole, checkTotals(), let name, let input = input.input, let results, let labels else { return nil }
        guard !hasHoles else { return nil }
        return Model(
            name: name, summary: document.summary.value, specFileName: fileName(of: document.source.path),
            location: document.location, input: input,
            batchFirst: document.input.value?.batchFirst.value ?? false, layers: layers,
            parameters: layers.enumerated().flatMap { $1.parameters(at: $0) }, results: results,
            labels: labels.names, segmentStarts: labels.starts, vocabulary: vocabulary, weights: weights)
    }

    private mutating func checkCount(of results: [Model.Result]?) {
        guard let results, results.count > Limits.results, let place = document.outputs.location else { return }
        report(.tooManyResults(count: results.count, limit: Limits.results), at: place)
    }

    /// True where `parse` left out something that only it reports.
    private var hasHoles: Bool {
        document.weights.isInvalid || document.vocabulary.isInvalid || document.budget.isInvalid
            || document.weights.value?.file.isInvalid == true || document.vocabulary.value?.file.isInvalid == true
    }

    /// An integer of at least `minimum`; reports one that is less, and gives nil for it and for a hole.
    mutating func size(_ field: Field<Int>, _ key: String, minimum: Int = 1) -> Int? {
        guard let located = field.located else { return nil }
        guard located.value >= minimum else {
            report(.outOfRange(key: key, value: "\(located.value)", range: "at least \(minimum)"), at: located.location)
            return nil
        }
        return located.value
    }

    /// A positive finite number for `eps`, or the default.
    mutating func epsilon(_ field: Field<Double>, default defaultValue: Float) -> Float? {
        guard let located = field.located else { return field.isAbsent ? defaultValue : nil }
        let value = Float(located.value)
        guard located.value >= 0, value.isFinite else {
            report(
                .outOfRange(key: "eps", value: "\(located.value)", range: "a finite number, at least 0"),
                at: located.location)
            return nil
        }
        return value
    }

    /// A probability in [0, 1]; nil where it is absent or wrong.
    mutating func probability(_ field: Field<Double>, _ key: String) -> Double? {
        guard let located = field.located else { return nil }
        guard located.value >= 0, located.value <= 1 else {
            report(
                .outOfRange(key: key, value: "\(located.value)", range: "between 0 and 1"), at: located.location)
            return nil
        }
        return located.value
    }
}
