// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

/// torch.nn.LSTM, GRU or RNN, or a cell of these, by the tensors' names and shapes.
func recogniseRecurrent(_ module: ModuleTensors) throws(ImportMistake) -> RecognisedModule {
    let isCell = module.shapes["weight_ih"] != nil || module.shapes["weight_hh"] != nil
    let first = isCell ? "" : "_l0"
    func need(_ key: String) throws(ImportMistake) -> [Int] {
        guard let shape = module.shapes[key] else { throw .missingTensor(module: module.shownPath, tensor: key) }
        return shape
    }
    let input = try need("weight_ih" + first)
    let hidden = try need("weight_hh" + first)
    guard input.count == 2, hidden.count == 2, (input + hidden).allSatisfy({ $0 > 0 }), input[0] == hidden[0] else {
        throw .inconsistentTensor(
            module: module.shownPath, tensor: "weight_hh" + first, shape: hidden,
            expected: "(gates * hidden_size, size)")
    }
    let projection = module.shapes["weight_hr" + first]
    let (hiddenSize, cell) = try hiddenSize(module, gates: input[0], state: hidden[1], projection: projection)
    var lstm = ImportedLayer.LSTM(inputSize: input[1], hiddenSize: hiddenSize)
    lstm.cell = cell
    lstm.bias = module.shapes["bias_ih" + first] != nil || module.shapes["bias_hh" + first] != nil
    lstm.projSize = projection == nil ? 0 : hidden[1]
    if !isCell {
        lstm.bidirectional = module.shapes["weight_ih_l0_reverse"] != nil
        while module.shapes["weight_ih" + Recurrent.suffix(layer: lstm.numLayers, reverse: false)] != nil {
            lstm.numLayers += 1
        }
    }
    try checkTensors(of: module, lstm, isCell: isCell)
    return RecognisedModule(tensors: module, kind: .lstm(lstm, isCell: isCell))
}

/// An LSTM has four gates; a GRU has three and an RNN one.
private func hiddenSize(
    _ module: ModuleTensors, gates: Int, state: Int, projection: [Int]?
) throws(ImportMistake) -> (Int, ImportedLayer.LSTM.Cell) {
    if let projection {
        guard projection.count == 2, projection[0] == state,
            projection[1].multipliedReportingOverflow(by: 4) == (gates, false)
        else {
            throw .inconsistentTensor(
                module: module.shownPath, tensor: "weight_hr_l0", shape: projection,
                expected: "(proj_size, hidden_size)")
        }
        return (projection[1], .lstm)
    }
    switch gates.quotientAndRemainder(dividingBy: state) {
    case (4, 0): return (state, .lstm)
    case (3, 0): return (state, .gru(resetAfter: true))
    case (1, 0): return (state, .rnn)
    default:
        throw .inconsistentTensor(
            module: module.shownPath, tensor: "weight_hh_l0", shape: [gates, state],
            expected: "(4 * hidden_size, hidden_size)")
    }
}

/// Every tensor that the module has is there with its shape, and no other.
private func checkTensors(
    of module: ModuleTensors, _ lstm: ImportedLayer.LSTM, isCell: Bool
) throws(ImportMistake) {
    var left = Set(module.shapes.keys)
    for (key, shape) in lstm.tensors(isCell: isCell) {
        guard let found = module.shapes[key] else { throw .missingTensor(module: module.shownPath, tensor: key) }
        guard found == shape else {
            throw .inconsistentTensor(
                module: module.shownPath, tensor: key, shape: found, expected: shapeText(shape))
        }
        left.remove(key)
    }
    guard left.isEmpty else {
        let others = left.sorted()
        throw .extraTensors(module: module.shownPath, tensors: others, patterns: others.map(module.fullName))
    }
}

extension ImportedLayer.LSTM {
    /// Every parameter's own name and shape, in the order of PyTorch's state_dict.
    func tensors(isCell: Bool = false) -> [(key: String, shape: [Int])] {
        let gates = cell.gates * hiddenSize
        let state = projSize > 0 ? projSize : hiddenSize
        var tensors: [(key: String, shape: [Int])] = []
        for layer in 0..<numLayers {
            for reverse in bidirectional ? [false, true] : [false] {
                let suffix = isCell ? "" : Recurrent.suffix(layer: layer, reverse: reverse)
                tensors.append(("weight_ih" + suffix, [gates, layer == 0 ? inputSize : outputSize]))
                tensors.append(("weight_hh" + suffix, [gates, state]))
                if bias { tensors += [("bias_ih" + suffix, [gates]), ("bias_hh" + suffix, [gates])] }
                if projSize > 0 { tensors.append(("weight_hr" + suffix, [projSize, hiddenSize])) }
            }
        }
        return tensors
    }
}
