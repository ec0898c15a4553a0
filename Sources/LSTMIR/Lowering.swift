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

extension Limits {
    /// Entries of `layers`: what is done for pairs of layers stays bearable.
    fileprivate static let layers = 1024

    /// Inputs of a model, and values that one layer takes.
    static let inputs = 128

    /// Steps that a `repeat` gives.
    static let repeatedSteps = 1 << 24

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
    /// The inputs that came out whole.
    var inputs: [Model.Input] = []
    /// Of every input, its number of token ids where it has one.
    var inputTokens: [Int?] = []
    /// The document's entries, also those that are lowered later.
    var entriesByName: [String: LayerEntry] = [:]
    /// What each name of an input or a layer means.
    var scope: [String: Binding] = [:]
    /// Of each input, one whose steps it shares: itself at first.
    var clocks: [Int] = []
    /// Layers that came out whole; fewer than the document's where one is wrong.
    var layers: [Layer] = []
    /// One for each entry, whole or not.
    var outcomes: [Outcome] = []
    /// The largest number behind the counts of each of `layers`.
    var layerFactors: [SizeFactor?] = []
    /// The numbers that were reported as too large.
    var overflowing: Set<SourceLocation> = []

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
        let areInputsWhole = lowerInputs()
        let entries = document.layers.value ?? []
        guard entries.count <= Limits.layers else {
            report(
                .tooManyLayers(count: entries.count, limit: Limits.layers),
                at: document.layers.location ?? document.location)
            return nil
        }
        let isWhole = lowerLayers(entries)
        checkNamesOfModules(entries)
        let results = modelResults()
        let labels = modelLabels(results: results)
        let vocabulary = modelVocabulary()
        let weights = modelWeights()
        let maxError = modelMaxError()
        checkCount(of: results)
        guard isWhole, areInputsWhole, checkTotals(), let name, let results, let labels else { return nil }
        checkUses(results)
        guard !hasHoles else { return nil }
        return Model(
            name: name, summary: document.summary.value, specFileName: fileName(of: document.source.path),
            location: document.location, inputs: inputs.map(canonical), batchFirst: batchFirst,
            layers: layers.map(canonical),
            parameters: layers.enumerated().flatMap { $1.parameters(at: $0, precision) }, results: results,
            labels: labels.names, segmentStarts: labels.starts, vocabulary: vocabulary, weights: weights,
            maxError: maxError, document: document)
    }

    /// How matrices are kept.
    var precision: WeightsEntry.Precision { document.weights.value?.precision.value ?? .float32 }

    private var batchFirst: Bool {
        (document.inputs.isAbsent ? document.input.value?.batchFirst.value : document.batchFirst.value) ?? false
    }

    private mutating func checkCount(of results: [Model.Result]?) {
        guard let results, results.count > Limits.results, let place = document.outputs.location else { return }
        report(.tooManyResults(count: results.count, limit: Limits.results), at: place)
    }

    /// True where `parse` left out something that only it reports.
    private var hasHoles: Bool {
        document.weights.isInvalid || document.vocabulary.isInvalid || document.budget.isInvalid
            || document.budget.value?.maxError.isInvalid == true || document.weights.value?.precision.isInvalid == true
            || document.weights.value?.file.isInvalid == true || document.vocabulary.value?.file.isInvalid == true
    }

    /// Warns of inputs that nobody reads and of layers that no result needs.
    private mutating func checkUses(_ results: [Model.Result]) {
        var needed = Set(results.map(\.layer))
        for index in layers.indices.reversed() where needed.contains(index) {
            // As written: a dropout before a `last` is needed, too.
            for case let value? in outcomes[index].inputs {
                if let layer = value.layer { needed.insert(layer) }
            }
        }
        let readAtAll = Set(
            layers.flatMap(\.inputs).compactMap { value in if case .input(let index) = value { index } else { nil } })
        for (index, input) in inputs.enumerated() where !readAtAll.contains(index) {
            report(.unreadInput(input.name), at: inputPlace(index))
        }
        for (index, layer) in layers.enumerated() where !needed.contains(index) {
            report(.unneededLayer(layer.name), at: outcomes[index].namePlace ?? layer.location)
        }
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

/// What a name of a spec means.
struct Binding {
    var value: Value
    var flow: Flow
    var origin: Diagnostic.Note?
    /// The number that decided the size.
    var factor: SizeFactor?
    /// Where the name is given.
    var place: SourceLocation
}

// MARK: - Time axes that are one

extension Lowering {
    /// The same axis with the inputs that stand for others.
    func canonical(_ steps: Steps) -> Steps { steps.mapRoot(clock) }

    private func clock(of input: Int) -> Int {
        var input = input
        while clocks[input] != input { input = clocks[input] }
        return input
    }

    /// Makes two time axes one where they can be: inputs that meet share their steps from then on.
    mutating func unify(_ a: Steps, _ b: Steps) -> Bool {
        switch (a, b) {
        case (.input(let first), .input(let second)):
            let (first, second) = (clock(of: first), clock(of: second))
            clocks[max(first, second)] = min(first, second)
            return true
        case (.fixed(let first), .fixed(let second)): return first == second
        case (.slice(let first, let start, let stop), .slice(let second, let otherStart, let otherStop)):
            return start == otherStart && stop == otherStop && unify(first, second)
        case (.windows(let first, let extent, let stride), .windows(let second, let otherExtent, let otherStride)):
            return extent == otherExtent && stride == otherStride && unify(first, second)
        case (.input, _), (.fixed, _), (.slice, _), (.windows, _): return false
        }
    }

    private func canonical(_ shape: Shape) -> Shape {
        Shape(shape.sizes, steps: shape.steps.map(canonical), element: shape.element)
    }

    fileprivate func canonical(_ input: Model.Input) -> Model.Input {
        Model.Input(name: input.name, kind: input.kind, shape: canonical(input.shape), padding: input.padding)
    }

    fileprivate func canonical(_ layer: Layer) -> Layer {
        Layer(
            name: layer.name, operation: layer.operation, inputs: layer.inputs,
            inputShapes: layer.inputShapes.map(canonical), output: canonical(layer.output), location: layer.location,
            tensorPrefix: layer.tensorPrefix)
    }
}
