// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// What is decided of that which a file of tensors leaves open.
public struct ImportReading: Sendable, Equatable {
    /// What the layers after the last recurrent layer read.
    public enum Head: Sendable, Equatable {
        case everyStep
        /// h_n, of both directions side by side.
        case last
        /// The last step of output.
        case select
    }

    /// What stands where a Sequential's numbers lack one or more.
    public enum Filling: Sendable, Equatable, CaseIterable {
        case nothing, relu, tanh
    }

    /// nil leaves it open.
    public var batchFirst: Bool?
    /// nil leaves it open.
    public var head: Head?
    /// One for each gap, in the layers' order; empty leaves them open.
    public var gaps: [Filling] = []
    /// Whether numbers show that the model is read right, so that what was assumed of its layers is known.
    public var isProven = false

    public init() {}
}

/// What a file of tensors leaves open, beside the order of the axes.
public struct OpenChoices: Sendable {
    /// What the layers after the last recurrent one read.
    struct Head: Sendable {
        /// The index of the first of them.
        var layer: Int
        /// Whether that is `last` itself, Keras's default.
        var isThere = false
        var isBidirectional: Bool
        var sentence: String
        /// What stands above that layer while this is open.
        var comments: [String]
    }

    /// A place where a module without weights stands.
    struct Gap: Sendable {
        /// The index of the layer behind it.
        var layer: Int
        /// `'head.1' and 'head.2'`.
        var names: String
        var sentence: String
        /// The index of the layer that says so, and what stands above it while this is open.
        var commented: Int
        var comments: [String]
    }

    var head: Head?
    var gaps: [Gap] = []
    /// What the file says that works on every step, as a message names it: nothing but every step's output goes with it.
    var stepwise: String?
    /// Assumptions that right numbers confirm.
    var confirmable: [String] = []

    /// Whether something other than every step can be read.
    public var hasHead: Bool { head != nil && stepwise == nil }
    /// What is read where nothing decides it.
    public var usualHead: ImportReading.Head { head?.isThere == true ? .last : .everyStep }
    /// Whether h_n and the last step of output differ.
    public var hasTwoLasts: Bool { hasHead && head?.isBidirectional == true }
    /// The places where numbers are missing.
    public var gapCount: Int { gaps.count }
}

extension ImportedModel {
    /// The model as `reading` has it: layers for what it decides, and no assumption nor comment about that.
    ///
    /// What the file does not leave open stays as the file has it.
    public func read(as reading: ImportReading) -> ImportedModel {
        var model = self
        if batchFirst == nil { model.batchFirst = reading.batchFirst }
        guard var open else { return model }
        var names = NamePool(Set(layers.map(\.name)).union(Names.reservedForLayers))
        var inserted: [Int: [ImportedLayer]] = [:]
        if let head = open.head, let choice = reading.head {
            model.drop(head.sentence, head.comments, at: head.layer)
            if head.isThere {
                model.replace(at: head.layer, by: choice)
            } else if let layer = choice.layer(&names) {
                inserted[head.layer, default: []].append(layer)
                for index in open.gaps.indices where open.gaps[index].layer >= head.layer {
                    open.gaps[index].layer += 1
                    open.gaps[index].commented += 1
                }
            }
            open.head = nil
        }
        for (gap, filling) in zip(self.open?.gaps ?? [], reading.gaps) {
            model.drop(gap.sentence, gap.comments, at: gap.commented)
            if let layer = filling.layer(&names, gap.names) {
                inserted[gap.layer, default: []].append(layer)
            } else {
                let words = "in the place of \(gap.names) nothing, as the results that were given show"
                model.layers[gap.commented].comments.append(words)
            }
        }
        if !reading.gaps.isEmpty { open.gaps = [] }
        if reading.isProven {
            // What is left open then goes with nothing but the one reading that gave the numbers.
            let known = open.confirmable + [open.head?.sentence].compactMap(\.self)
            model.assumptions.removeAll(where: known.contains)
        }
        model.open = open
        model.insert(inserted)
        return model
    }

    /// Changes the `last` that is there.
    private mutating func replace(at index: Int, by choice: ImportReading.Head) {
        switch choice {
        case .last: return
        case .select: layers[index].kind = .entry(SpecEntry("select"))
        case .everyStep:
            let name = layers.remove(at: index).name
            let before = layers[index - 1].name
            for other in layers.indices { layers[other].from = layers[other].from.map { $0 == name ? before : $0 } }
        }
    }

    private mutating func drop(_ sentence: String, _ comments: [String], at index: Int) {
        assumptions.removeAll { $0 == sentence }
        openQuestions.removeAll { $0 == sentence }
        layers[index].comments.removeAll(where: comments.contains)
    }

    /// Puts layers in front of those of the indices; who named the layer before them takes what they give.
    private mutating func insert(_ inserted: [Int: [ImportedLayer]]) {
        var written: [ImportedLayer] = []
        var renamed: [String: String] = [:]
        for index in 0...layers.count {
            let new = inserted[index] ?? []
            if let before = written.last?.name, let last = new.last?.name { renamed[before] = last }
            written += new
            guard index < layers.count else { break }
            var layer = layers[index]
            layer.from = layer.from.map { renamed[$0] ?? $0 }
            written.append(layer)
        }
        layers = written
    }
}

extension ImportReading.Head {
    fileprivate func layer(_ names: inout NamePool) -> ImportedLayer? {
        switch self {
        case .everyStep: nil
        case .last:
            ImportedLayer(
                name: names.unique("last"), kind: .last,
                comments: ["what follows reads h_n, which the file does not say"])
        case .select:
            ImportedLayer(
                name: names.unique("select"), kind: .entry(SpecEntry("select")),
                comments: ["what follows reads the last step of output, which the file does not say"])
        }
    }
}

extension ImportReading.Filling {
    fileprivate func layer(_ names: inout NamePool, _ gap: String) -> ImportedLayer? {
        let comments = ["in the place of \(gap), as the results that were given show"]
        return switch self {
        case .nothing: nil
        case .relu: ImportedLayer(name: names.unique("relu"), kind: .relu, comments: comments)
        case .tanh: ImportedLayer(name: names.unique("tanh"), kind: .tanh, comments: comments)
        }
    }
}

extension ImportedModel {
    /// What fills each gap, a few words each.
    public func words(for fillings: [ImportReading.Filling]) -> [String] {
        zip(open?.gaps ?? [], fillings).map { gap, filling in
            switch filling {
            case .nothing: "nothing in the place of \(gap.names)"
            case .relu: "relu in the place of \(gap.names)"
            case .tanh: "tanh in the place of \(gap.names)"
            }
        }
    }

    /// Why the file does not let the user decide what `reading` decides; nil where it does.
    func contradiction(to reading: ImportReading) -> ImportMistake? {
        if reading.batchFirst != nil, open == nil || batchFirst != nil { return .readingKnown("--batch-first", axes) }
        guard let head = reading.head else { return nil }
        let flag = head == .last ? "--last" : "--select"
        guard let open else { return .readingKnown(flag, chainWords) }
        if let stepwise = open.stepwise { return .readingAgainst(flag, stepwise) }
        let recurrent = layers.last { if case .lstm = $0.kind { true } else { false } }
        guard open.head == nil else { return nil }
        return .readingWithout(flag, layer: recurrent?.name ?? "", result: head == .last ? "h_n" : "output")
    }

    /// What the file says of the inputs' axes.
    private var axes: String {
        guard let input = inputs.first(where: { !$0.isPerSequence }) ?? inputs.first else { return "it has no input" }
        guard let batchFirst else { return "\(quoted(input.name)) has no axis of sequences" }
        let isTokens = if case .tokens = input.input { true } else { false }
        return "\(quoted(input.name)) is (\(batchFirst ? "batch, time" : "time, batch")\(isTokens ? "" : ", features"))"
    }

    /// What the file says after its last recurrent layer.
    private var chainWords: String {
        guard let first = layers.lastIndex(where: { if case .lstm = $0.kind { true } else { false } }) else {
            return "it has no recurrent layer"
        }
        let shown = layers[first...].prefix(4).map { "\($0.kind.word) \(quoted($0.name))" }
        return shown.joined(separator: ", ") + (layers.count - first > 4 ? " and so on" : "")
    }
}
