// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// LSTM as https://onnx.ai/onnx/operators/onnx__LSTM.html has it, without what no nn.LSTM does.
    mutating func visitLSTM(_ node: ONNXNode) throws(ONNXMistake) {
        try checkAttributes(node)
        if try optionalValue(node, 7) != nil { throw .node(node.place, .peepholes) }
        let isBatchFirst = node.attributes["layout"]?.integer == 1
        let x = try taken(try signal(node), by: node)
        guard x.axes.count == 3, case .features(let found) = x.axes[2] else {
            throw .node(node.place, .axis(text(x)))
        }
        try bindAxes(time: x.axes[isBatchFirst ? 1 : 0], batch: x.axes[isBatchFirst ? 0 : 1], node)
        var lstm = try weights(node)
        if let found, found != lstm.inputSize {
            throw .node(node.place, .wrongSize(found: found, expected: lstm.inputSize))
        }
        if x.isInput { inputFeatures = lstm.inputSize }
        try bindLengths(node)
        lstm.initialH = try initialState(node, 5, lstm, isBatchFirst: isBatchFirst)
        lstm.initialC = try initialState(node, 6, lstm, isBatchFirst: isBatchFirst)

        let id = try append(
            .lstm(lstm), node, name: moduleName(node, weights: []), features: lstm.directions * lstm.hiddenSize)
        let features = GraphAxis.features(lstm.hiddenSize)
        let direction = lstm.isBidirectional ? GraphAxis.directions : .one
        let axes =
            isBatchFirst ? [x.axes[0], x.axes[1], direction, features] : [x.axes[0], direction, x.axes[1], features]
        set(node, .signal(GraphSignal(content: .result(id), axes: axes)))
        for (output, kind) in [(1, StateRow.Kind.h), (2, .c)] {
            let rows = (0..<lstm.directions).map { StateRow(kind: kind, element: id, direction: $0) }
            let axis = GraphAxis.rows(rows.count)
            let axes = isBatchFirst ? [x.axes[0], axis, features] : [axis, x.axes[1], features]
            set(node, .signal(GraphSignal(content: .states(rows), axes: axes)), output: output)
        }
    }

    private func checkAttributes(_ node: ONNXNode) throws(ONNXMistake) {
        let attributes = node.attributes
        let direction = attributes["direction"]?.text ?? "forward"
        guard direction != "reverse" else { throw .node(node.place, .reverse) }
        guard direction == "forward" || direction == "bidirectional" else {
            throw .node(node.place, .attribute("direction", direction))
        }
        if let activations = attributes["activations"]?.texts, !activations.isEmpty {
            let usual = ["sigmoid", "tanh", "tanh"]
            let count = direction == "forward" ? 1 : 2
            guard activations.map({ $0.lowercased() }) == [[String]](repeating: usual, count: count).flatMap(\.self)
            else { throw .node(node.place, .attribute("activations", activations.prefix(6).joined(separator: ", "))) }
        }
        if let clip = attributes["clip"]?.float { throw .node(node.place, .attribute("clip", "\(clip)")) }
        for name in ["input_forget", "layout"] {
            let value = attributes[name]?.integer ?? 0
            guard value == 0 || (name == "layout" && value == 1) else {
                throw .node(node.place, .attribute(name, "\(value)"))
            }
        }
    }

    /// The first LSTM says which of the input's axes is time and which is batch; the others must agree.
    private mutating func bindAxes(time: GraphAxis, batch: GraphAxis, _ node: ONNXNode) throws(ONNXMistake) {
        guard case .outer(let time, _) = time else { throw .node(node.place, .axesDiffer) }
        var batchID: AxisID?
        switch batch {
        case .outer(let id, _): batchID = id
        case .one: batchID = nil
        case .directions, .rows, .features: throw .node(node.place, .axesDiffer)
        }
        if let timeAxis {
            guard timeAxis == time, batchAxis == batchID else { throw .node(node.place, .axesDiffer) }
        }
        (timeAxis, batchAxis) = (time, batchID)
    }

    /// W, R and B, whose shapes must be those of one LSTM.
    private mutating func weights(_ node: ONNXNode) throws(ONNXMistake) -> LSTMElement {
        let (w, r) = (try weight(node, 1), try weight(node, 2))
        let isBidirectional = node.attributes["direction"]?.text == "bidirectional"
        let directions = isBidirectional ? 2 : 1
        guard r.shape.count == 3, r.shape[2] > 0, r.shape[2] < 1 << 24,
            r.shape == [directions, 4 * r.shape[2], r.shape[2]]
        else {
            throw .node(
                node.place,
                .wrongShape(input: node.inputs[2], shape: r.shape, expected: "(\(directions), 4 * hidden, hidden)"))
        }
        let hidden = r.shape[2]
        if let size = node.attributes["hidden_size"]?.integer, size != hidden {
            throw .node(node.place, .attribute("hidden_size", "\(size) beside an R of \(hidden)"))
        }
        guard w.shape.count == 3, w.shape[2] > 0, w.shape == [directions, 4 * hidden, w.shape[2]], w.type == r.type
        else {
            throw .node(
                node.place,
                .wrongShape(
                    input: node.inputs[1], shape: w.shape, expected: "(\(directions), \(4 * hidden), input)"))
        }
        let bias = node.input(3) == nil ? nil : try weight(node, 3)
        if let bias, bias.shape != [directions, 8 * hidden] {
            throw .node(
                node.place,
                .wrongShape(input: node.inputs[3], shape: bias.shape, expected: "(\(directions), \(8 * hidden))"))
        }
        return LSTMElement(
            inputSize: w.shape[2], hiddenSize: hidden, isBidirectional: isBidirectional, weights: w, recurrent: r,
            bias: bias)
    }

    /// sequence_lens: the same input for every LSTM, or for none.
    private mutating func bindLengths(_ node: ONNXNode) throws(ONNXMistake) {
        let hasLSTM = chain.contains(where: \.isLSTM)
        guard let value = try optionalValue(node, 4) else {
            guard lengthsInput == nil else { throw .node(node.place, .lengths) }
            return
        }
        guard case .signal(let signal) = value, case .input(let input) = signal.content, input != mainInput,
            signal.axes.count == 1
        else { throw .node(node.place, .lengthsNotInput) }
        guard lengthsInput == input || !hasLSTM else { throw .node(node.place, .lengths) }
        lengthsInput = input
    }

    private mutating func initialState(
        _ node: ONNXNode, _ index: Int, _ lstm: LSTMElement, isBatchFirst: Bool
    ) throws(ONNXMistake) -> InitialState {
        guard let value = try optionalValue(node, index) else { return .zero }
        let name = node.inputs[index]
        func mistake(_ why: String) -> ONNXMistake { .node(node.place, .firstState(name, why)) }
        func wrongSize(_ size: Int) -> ONNXMistake {
            mistake(
                "it has \(size) features, and the LSTM \(lstm.hiddenSize) "
                    + "(PyTorch's exporter cannot write an LSTM with proj_size)")
        }
        switch value {
        case .filled(0, let shape):
            if let size = shape?.last?.known, size != lstm.hiddenSize { throw wrongSize(size) }
            return .zero
        case .filled(let value, _): throw mistake("every value of it is \(value)")
        case .constant(let view):
            guard view.type.isFloat, view.shape.count == 3 else { throw mistake("it has not three axes") }
            guard view.shape[2] == lstm.hiddenSize else { throw wrongSize(view.shape[2]) }
            try chargeCopy(view.byteCount)
            if view.isZero { return .zero }
            guard let ordered = isBatchFirst ? view.transposed([1, 0, 2]) : view, ordered.shape[0] == lstm.directions,
                let row = ordered.selected(1, 0)
            else { throw mistake("it has not one row for each direction") }
            for batch in 1..<max(1, ordered.shape[1]) where ordered.selected(1, batch)?.packed != row.packed {
                throw mistake("its rows differ within the batch")
            }
            return .constant(ConstantState(view: row))
        case .signal(let signal):
            let rows: (input: Int, range: Range<Int>)
            switch signal.content {
            case .input(let input): rows = (input, 0..<(model.inputs[input].shape?[0] ?? lstm.directions))
            case .inputRows(let input, let range): rows = (input, range)
            case .states, .result, .step: throw mistake("it is computed by other nodes")
            }
            guard rows.input != mainInput, rows.range.count == lstm.directions, signal.axes.count == 3, !isBatchFirst
            else { throw mistake("it has not one row for each direction") }
            return .given(rows.input, rows.range)
        case .sizes: throw mistake("it is of whole numbers")
        }
    }
}
