// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// A time axis and what it is called.
    struct AxisPlace {
        enum Origin {
            /// The steps of these inputs, which share them.
            case inputs([Int])
            /// Some steps of another axis, which a layer takes.
            case slice(of: Steps, layer: Int, start: Int?, stop: Int?)
            /// The windows that a layer makes of another axis.
            case windows(of: Steps, layer: Int, extent: Int, stride: Int)
            /// The same number for every sequence.
            case fixed(Int)
        }

        let steps: Steps
        let origin: Origin
        /// The number of steps, inside functions.
        let stepsName: String
        /// The number of all sequences' steps.
        let rowsName: String
        /// The sequences' lengths, inside functions; nil where all sequences have the same steps.
        let lengthsName: String?
        /// The label of the lengths' argument.
        fileprivate(set) var lengthsLabel = "lengths"
        /// The checked sizes, where whole sequences are run.
        let sequencesName: String

        var inputs: [Int] { if case .inputs(let inputs) = origin { inputs } else { [] } }

        /// The number of steps where whole sequences are run.
        var count: String { if case .fixed(let count) = origin { "\(count)" } else { "\(sequencesName).steps" } }
    }

    static func axes(
        of model: Model, _ plan: Plan, inputs: [InputPlace], layers: [String], _ names: inout NamePools
    ) -> [AxisPlace] {
        var roots: [Steps] = []
        for steps in model.inputs.compactMap(\.shape.steps) where !roots.contains(steps) { roots.append(steps) }
        let made = plan.axes.filter { !roots.contains($0) }
        var places: [AxisPlace] = []
        for steps in roots {
            let sharing = model.inputs.indices.filter { model.inputs[$0].shape.steps == steps }
            if roots.count > 1 {
                places.append(AxisPlace(steps, .inputs(sharing), called: inputs[sharing[0]].array, &names))
                places[places.count - 1].lengthsLabel = names.labels.unique(
                    (inputs[sharing[0]].label ?? "") + "Lengths")
            } else {
                places.append(
                    AxisPlace(
                        steps: steps, origin: .inputs(sharing), stepsName: "steps", rowsName: "rows",
                        lengthsName: "lengths", sequencesName: "sequences"))
            }
        }
        for steps in made {
            let layer = plan.runningLayers.first { model.layers[$0].output.steps == steps } ?? 0
            places.append(AxisPlace(steps, .init(steps, layer), called: layers[layer], &names))
        }
        return places
    }

    func axis(_ steps: Steps) -> AxisPlace { axes[axes.firstIndex { $0.steps == steps } ?? 0] }

    /// The axes that the function over whole sequences speaks of, but for those with a number for their steps.
    var runAxes: [AxisPlace] {
        let used = whole.axes
        return axes.filter { used.contains($0.steps) && $0.lengthsName != nil }
    }

    /// How often a value is there, as source says it.
    func rows(_ rows: Plan.Rows, _ mode: Plan.Mode) -> RowCount {
        switch (mode, rows) {
        case (.whole, .sequences), (.streams, _): RowCount(text: "batch")
        case (.whole, .steps(let steps)):
            RowCount(text: axis(steps).rowsName, axis: axes.firstIndex { $0.steps == steps })
        case (.chunk, .steps): RowCount(text: "steps")
        case (.chunk, .sequences), (.step, _): .one
        }
    }
}

extension TypePlan.AxisPlace {
    fileprivate init(_ steps: Steps, _ origin: Origin, called name: String, _ names: inout TypePlan.NamePools) {
        self.steps = steps
        self.origin = origin
        rowsName = names.locals.unique(name + "Rows")
        sequencesName = names.locals.unique(name + "Sequences")
        if case .fixed(let count) = origin {
            stepsName = "\(count)"
            lengthsName = nil
        } else {
            stepsName = names.locals.unique(name + "Steps")
            lengthsName = names.locals.unique(name + "Lengths")
        }
    }
}

extension TypePlan.AxisPlace.Origin {
    /// Of an axis that a layer makes.
    fileprivate init(_ steps: Steps, _ layer: Int) {
        switch steps {
        case .slice(let whole, let start, let stop) where steps.root != nil:
            self = .slice(of: whole, layer: layer, start: start, stop: stop)
        case .windows(let whole, let extent, let stride) where steps.root != nil:
            self = .windows(of: whole, layer: layer, extent: extent, stride: stride)
        // No input has a part in the number.
        case .slice, .windows, .fixed, .input: self = .fixed(steps.count(ofRoot: 0))
        }
    }
}
