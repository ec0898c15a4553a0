// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What one of an lstm's stacked layers costs, both directions together.
package struct StackedCost {
    package var parameters = 0
    /// Multiply-adds a step.
    package var macs = 0
}

extension Model {
    /// By the stacked layer, 0 first; empty for every kind but an lstm.
    package func stackedCosts(ofLayer index: Int) -> [StackedCost] {
        guard let lstm = layers[index].operation.recurrent else { return [] }
        // The description lists a stacked layer's tensors together; a first state's tensors stand after them all.
        let tensors = parameters.filter { $0.layer == index }.prefix(
            lstm.tensorCount - (lstm.initialState == nil ? 0 : lstm.stateSlots.count))
        let each = tensors.count / lstm.numLayers
        return (0..<lstm.numLayers).map { layer in
            let own = tensors.dropFirst(layer * each).prefix(each)
            // A step multiplies by each element of a matrix once.
            return StackedCost(
                parameters: own.reduce(0) { $0 + $1.elementCount },
                macs: own.reduce(0) { $0 + ($1.shape.count == 2 ? $1.elementCount : 0) })
        }
    }
}
