// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// Everything that is decided before the first line is printed: names, places, and what the type can do.
struct TypePlan {
    let model: Model
    let weights: EmbeddedWeights?
    let options: SourceOptions
    /// What the layers are called inside the generated functions and among the packed layers.
    let layerNames: [String]
    /// The lstm layers that some result needs, in spec order; the others have no state that anybody could see.
    let lstms: [LSTMPlace]
    let results: [ResultPlace]
    /// The layers that some result needs.
    let needed: ClosedRange<Int>

    init(_ model: Model, weights: EmbeddedWeights?, options: SourceOptions) {
        self.model = model
        self.weights = weights
        self.options = options
        var locals = NamePool(ReservedNames.locals)
        var members = NamePool(ReservedNames.members)
        let layerNames = model.layers.map { locals.unique(lowerCamelCase($0.name)) }
        let memberNames = model.layers.map { members.unique(lowerCamelCase($0.name)) }
        self.layerNames = layerNames
        let needed = 0...(model.results.map(\.layer).max() ?? 0)
        self.needed = needed
        lstms = Self.places(of: model, in: needed, names: layerNames, members: memberNames, &locals)
        results = Self.results(of: model, names: layerNames, members: memberNames, &locals, &members)
    }

    /// An lstm of the model and where its state is.
    struct LSTMPlace {
        let index: Int
        let lstm: LSTM
        /// As the spec writes it.
        let specName: String
        let name: String
        /// What the members of public types are called.
        let member: String
        /// Pointers to its state, inside functions.
        let h: String
        let c: String
        /// The first state from the checkpoint, and what runs a step, among the packed layers.
        let initial: String
        let step: String
        /// Where h begins among the state's floats, at a cache line.
        let offset: Int

        var hCount: Int { lstm.stateCount * lstm.stateSize }
        var cCount: Int { lstm.stateCount * lstm.hiddenSize }
        /// A small lstm's step works on whole blocks of units: there is room for them after h and after c.
        private var hRoom: Int { lstm.stepNeedsRoom ? wholeLines(hCount) : hCount }
        var cOffset: Int { offset + hRoom }
        var end: Int { wholeLines(cOffset + cCount) }
        /// The places in the state's memory, as ranges.
        var hRange: String { "\(offset)..<\(offset + hCount)" }
        var cRange: String { "\(cOffset)..<\(cOffset + cCount)" }
    }

    /// A result of the model and what it is called.
    struct ResultPlace {
        let result: Model.Result
        /// Inside functions.
        let name: String
        /// The member of a public type.
        let member: String
        let size: Int
        let layer: Layer
        let shape: String
        /// The names of its static facts.
        let sizeName: String
        let shapeName: String

        /// True where there is a value at each step: the state's parts have none.
        var isStepped: Bool { result.part == .output }
    }

    private static func places(
        of model: Model, in needed: ClosedRange<Int>, names: [String], members: [String], _ pool: inout NamePool
    ) -> [LSTMPlace] {
        var places: [LSTMPlace] = []
        var offset = 0
        for index in needed {
            let layer = model.layers[index]
            guard case .lstm(let lstm) = layer.operation else { continue }
            let place = LSTMPlace(
                index: index, lstm: lstm, specName: layer.name, name: names[index], member: members[index],
                h: pool.unique(names[index] + "H"), c: pool.unique(names[index] + "C"),
                initial: pool.unique(names[index] + "Initial"),
                step: pool.unique(names[index] + "Step"), offset: offset)
            places.append(place)
            offset = place.end
        }
        return places
    }

    private static func results(
        of model: Model, names: [String], members: [String], _ pool: inout NamePool, _ memberPool: inout NamePool
    ) -> [ResultPlace] {
        var facts = NamePool(ReservedNames.facts)
        let lstmCount = model.layers.count { if case .lstm = $0.operation { true } else { false } }
        return model.results.map { result in
            let layer = model.layers[result.layer]
            var (name, member) = (names[result.layer], members[result.layer])
            if case .lstm = layer.operation {
                // `output`, `hN` and `cN` are kept for this; with several lstm layers each has its own.
                let part = result.part.swiftName
                name = lstmCount == 1 ? part : pool.unique(name + capitalized(part))
                member = lstmCount == 1 ? part : memberPool.unique(member + capitalized(part))
            }
            let isOnly = model.results.count == 1
            return ResultPlace(
                result: result, name: name, member: member, size: result.size(in: layer), layer: layer,
                shape: result.shapeText(in: model),
                sizeName: isOnly || member == "output" ? "outputSize" : facts.unique(member + "Size"),
                shapeName: isOnly || member == "output" ? "outputShape" : facts.unique(member + "Shape"))
        }
    }
}

extension Model.Result.Part {
    fileprivate var swiftName: String {
        switch self {
        case .output: "output"
        case .hN: "hN"
        case .cN: "cN"
        }
    }
}

/// Rounded up to whole cache lines of 16 floats.
func wholeLines(_ floats: Int) -> Int { (floats + 15) / 16 * 16 }

extension TypePlan {
    var access: String { options.access.prefix }

    /// The type's name as source says it.
    var typeName: String { spelled(model.name) }

    var readsTokens: Bool { if case .tokens = model.input { true } else { false } }

    /// The floats of the state's memory that are not scratch, rooms included.
    var stateCount: Int { lstms.last?.end ?? 0 }

    var canStream: Bool { model.canStream }

    /// True where a stream's first state is in the weight file, which no `State()` can know.
    var stateNeedsFile: Bool { weights == nil && lstms.contains { $0.lstm.initialState != nil } }

    var steppedResults: [ResultPlace] { results.filter(\.isStepped) }

    /// The number of floats before each layer's parameters, in the order of `Model.parameters`.
    func firstFloat(ofLayer layer: Int) -> Int {
        model.parameters.prefix { $0.layer < layer }.reduce(0) { $0 + $1.elementCount }
    }

    func isResult(_ layer: Int) -> Bool { results.contains { $0.result.layer == layer && $0.isStepped } }

    func result(of layer: Int) -> ResultPlace? { results.first { $0.result.layer == layer && $0.isStepped } }

    func lstm(at layer: Int) -> LSTMPlace? { lstms.first { $0.index == layer } }
}
