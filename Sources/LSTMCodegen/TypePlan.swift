// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// Everything that is decided before the first line is printed: names, places, and what the type can do.
struct TypePlan {
    let model: Model
    let weights: EmbeddedWeights?
    let options: SourceOptions
    /// How whole sequences are run.
    let whole: Plan
    /// How a chunk of a stream is run; nil where a stream must take its steps one by one.
    let chunk: Plan?
    /// How a step of a stream is run; nil where the model does not stream.
    let step: Plan?
    /// How a step of each of many streams is run; nil where the model does not stream.
    let streams: Plan?
    /// What the layers are called inside the generated functions and among the packed layers.
    let layerNames: [String]
    let inputs: [InputPlace]
    /// The time axes of whole sequences: the inputs' own, then those that layers make.
    let axes: [AxisPlace]
    /// The recurrent layers that some result needs, in spec order; the others have no state that anybody could see.
    let recurrents: [RecurrentPlace]
    /// The layers that keep the steps before, in spec order.
    let pasts: [PastPlace]
    /// How the first steps of a stream are counted where they are not like the others.
    let start: StartPlace?
    let results: [ResultPlace]
    /// The layers that some result needs, in spec order.
    let needed: [Int]
    /// What the functions of a pool call its streams, and what says which of them have a result.
    let streamsName: String
    let hasResultName: String

    init(_ model: Model, weights: EmbeddedWeights?, options: SourceOptions) {
        self.model = model
        self.weights = weights
        self.options = options
        whole = Plan(whole: model)
        chunk = Plan(model, .chunk)
        step = Plan(model, .step)
        streams = Plan(model, .streams)
        let needed = Set(whole.runningLayers).sorted()
        self.needed = needed
        var names = NamePools(model)
        let inputs = Self.inputs(of: model, &names)
        self.inputs = inputs
        let layerNames = model.layers.map { names.locals.unique(lowerCamelCase($0.name)) }
        let members = model.layers.map { names.members.unique(lowerCamelCase($0.name)) }
        self.layerNames = layerNames
        recurrents = Self.places(of: model, in: needed, names: layerNames, members: members, &names.locals)
        let end = recurrents.last?.end ?? 0
        pasts = step == nil ? [] : Self.pasts(of: model, in: needed, names: layerNames, after: end, &names.locals)
        start = step.flatMap { [pasts] in StartPlace($0, at: pasts.last?.end ?? end, &names.locals) }
        results = Self.results(of: model, names: layerNames, members: members, &names)
        axes = Self.axes(of: model, whole, inputs: inputs, layers: layerNames, &names)
        (streamsName, hasResultName) = (names.locals.unique("streams"), names.locals.unique("hasResult"))
    }

    /// Who has which name, by where it is written.
    struct NamePools {
        var locals: NamePool
        var members = NamePool(ReservedNames.members)
        var labels = NamePool(ReservedNames.labels)
        var facts = NamePool(ReservedNames.facts)

        init(_ model: Model) {
            // With several inputs none is called `x` but by its own name.
            let free: Set<String> = model.inputs.count == 1 ? [] : ["x"]
            locals = NamePool(ReservedNames.locals.subtracting(free))
        }
    }

    /// A recurrent layer of the model and where its state is.
    struct RecurrentPlace {
        let index: Int
        let recurrent: Recurrent
        /// As the spec writes it.
        let specName: String
        let name: String
        /// What the members of public types are called.
        let member: String
        /// Pointers to its state, inside functions; c is an lstm's alone.
        let h: String
        let c: String?
        /// The states of a slot side by side, inside functions.
        let gathered: [String]
        /// The first state from the checkpoint, and what runs a step, among the packed layers.
        let initial: String
        let step: String
        /// Where h begins among the state's floats, at a cache line.
        let offset: Int

        var hCount: Int { recurrent.stateCount * recurrent.stateSize }
        var cCount: Int { recurrent.hasC ? recurrent.stateCount * recurrent.hiddenSize : 0 }
        /// A small layer's step works on whole blocks of units: there is room for them after h and after c.
        private var hRoom: Int { recurrent.stepNeedsRoom ? wholeLines(hCount) : hCount }
        var cOffset: Int { offset + hRoom }
        var end: Int { wholeLines(cOffset + cCount) }
        /// The places in the state's memory, as ranges.
        var hRange: String { "\(offset)..<\(offset + hCount)" }
        var cRange: String { "\(cOffset)..<\(cOffset + cCount)" }
        /// The state's parts: letters, places inside functions, ranges of the state's memory, and shapes.
        var parts: [(letter: String, pointer: String, offset: Int, range: String, shape: String)] {
            let (count, size, units) = (recurrent.stateCount, recurrent.stateSize, recurrent.hiddenSize)
            let h = (letter: "h", pointer: h, offset: offset, range: hRange, shape: "(\(count), \(size))")
            guard let c else { return [h] }
            return [h, (letter: "c", pointer: c, offset: cOffset, range: cRange, shape: "(\(count), \(units))")]
        }
        /// The parts' shapes for a batch of sequences, or for one: `h (1, batch, 9) and c (1, batch, 9)`.
        func shapes(batch: String?) -> String {
            let (count, batch) = (recurrent.stateCount, batch.map { ", \($0)" } ?? "")
            let h = "h (\(count)\(batch), \(recurrent.stateSize))"
            return c == nil ? h : "\(h) and c (\(count)\(batch), \(recurrent.hiddenSize))"
        }
        /// The type of LSTMRuntime that its state has.
        var stateType: String { recurrent.hasC ? "LSTMState" : "HiddenState" }
    }

    private static func places(
        of model: Model, in needed: [Int], names: [String], members: [String], _ pool: inout NamePool
    ) -> [RecurrentPlace] {
        var places: [RecurrentPlace] = []
        var offset = 0
        for index in needed {
            guard let recurrent = model.layers[index].operation.recurrent else { continue }
            let place = RecurrentPlace(
                index: index, recurrent: recurrent, specName: model.layers[index].name, name: names[index],
                member: members[index],
                h: pool.unique(names[index] + "H"), c: recurrent.hasC ? pool.unique(names[index] + "C") : nil,
                gathered: recurrent.stateSlots.map { pool.unique(names[index] + capitalized($0.name) + "Rows") },
                initial: pool.unique(names[index] + "Initial"), step: pool.unique(names[index] + "Step"),
                offset: offset)
            places.append(place)
            offset = place.end
        }
        return places
    }
}

extension TypePlan {
    var access: String { options.access.prefix }

    /// The type's name as source says it.
    var typeName: String { spelled(model.name) }

    /// The floats of the state's memory that are not scratch, rooms included.
    var stateCount: Int { start?.end ?? pasts.last?.end ?? recurrents.last?.end ?? 0 }

    /// The floats of scratch memory after the state: a step's, then copies of a step's inputs.
    var scratchCount: Int { stepScratchCount + framedInputs.reduce(0) { $0 + $1.count } }

    /// The floats of scratch memory that a step's calls need.
    var stepScratchCount: Int {
        (step?.slots.reduce(0) { $0 + $1.count } ?? 0)
            + ((recurrents.map(\.recurrent.stepWorkspace) + convolutions.map(\.stepWorkspace)).max() ?? 0)
    }

    /// The convolutions of a step that need a workspace.
    private var convolutions: [Conv1d] {
        (step?.runningLayers ?? []).compactMap { index in
            guard case .conv1d(let conv) = model.layers[index].operation, conv.stepWorkspace > 0 else { return nil }
            return conv
        }
    }

    /// True where a step takes floats of workspace.
    var stepHasWorkspace: Bool { !recurrents.isEmpty || !convolutions.isEmpty }

    var canStream: Bool { step != nil }

    /// The recurrent layers whose first state the caller may give.
    var started: [RecurrentPlace] { recurrents.filter(\.recurrent.initialSlots.isEmpty) }

    /// True where a stream's first state is in the weight file, which no `State()` can know.
    var stateNeedsFile: Bool { weights == nil && recurrents.contains { $0.recurrent.initialState != nil } }

    /// Where each layer's parameters begin among the embedded weights, in the order of `Model.parameters`: a number of
    /// floats, or of bytes where some have 16 bits.
    func place(ofLayer layer: Int) -> Int {
        model.parameters.prefix { $0.layer < layer }.reduce(0) { $0 + $1.byteCount } * placesOfFloat / 4
    }

    /// How many of those places a float takes.
    var placesOfFloat: Int { hasHalves ? 4 : 1 }

    func recurrent(at layer: Int) -> RecurrentPlace? { recurrents.first { $0.index == layer } }

    /// What a scratch value is called: as its layer, unless it is a state's slots side by side.
    func name(ofScratch number: Int, _ plan: Plan) -> String {
        let layer = plan.scratch[number].layer
        let writers = plan.calls.filter { $0.layer == layer && $0.output?.place == .scratch(number) }
        if case .gather(let slot)? = writers.first?.action, let place = recurrent(at: layer) {
            return place.gathered[slot]
        }
        return layerNames[layer]
    }

    /// Where a slot of a recurrent layer's state is, inside functions.
    func state(_ layer: Int, slot: Int) -> Pointer {
        let place = recurrent(at: layer)
        return Pointer(name: (slot == 0 ? place?.h : place?.c) ?? "nil")
    }

    /// The layout that sequences have in memory.
    var layout: String { model.batchFirst ? ".batchFirst" : ".timeFirst" }
}
