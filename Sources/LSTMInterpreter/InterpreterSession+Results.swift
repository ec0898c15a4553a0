// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension InterpreterSession {
    /// Calls `body` with a kept value of the last run, row-major, integers by their bits; paddings before sequences are where
    /// `inputs` had them.
    package func withMemory(ofKept number: Int, _ inputs: Inputs, _ body: (UnsafeBufferPointer<Float>) -> Void) {
        let memory = UnsafeBufferPointer(start: kept[number].pointer, count: kept[number].count)
        guard !inputs.shifts.isEmpty else { return body(memory) }
        let value = interpreted.model.shape(of: plan.kept[number])
        var tensor = ResultTensor(name: "", shape: [], values: Array(memory))
        tensor.restorePadding(value, inputs, interpreted.model)
        tensor.values.withUnsafeBufferPointer(body)
    }

    /// Whether runs over `inputs` are of this session's numbers of steps and rows, and of its lengths.
    package func fits(_ inputs: Inputs) -> Bool {
        inputs.rows == batch && inputs.lengthsByRoot == lengthsByRoot && inputs.stepsByRoot == stepsByRoot
    }

    /// The same as a tensor, with the paddings before sequences where they were.
    func tensor(_ number: Int, name: String, shape: [Int], _ inputs: Inputs) -> ResultTensor {
        let value = plan.kept[number]
        let valueShape = interpreted.model.shape(of: value)
        var tensor = ResultTensor(
            name: name, shape: shape, values: values(ofKept: number), isInteger: valueShape.element == .integer)
        tensor.restorePadding(valueShape, inputs, interpreted.model)
        return tensor
    }
}
