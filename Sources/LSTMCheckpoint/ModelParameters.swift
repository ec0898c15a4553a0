// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR

/// Every parameter of a model, with its shape, ready to be packed.
public struct ModelParameters: Sendable {
    private struct Place: Hashable {
        let layer: Int
        let key: String
    }

    private var sources: [Place: any FloatSource & Sendable] = [:]

    public init() {}

    /// The values of the parameter `key` of the layer at an index of `Model.layers`, in `Parameter.shape`.
    public subscript(layer layer: Int, key key: String) -> (any FloatSource & Sendable)? {
        get { sources[Place(layer: layer, key: key)] }
        set { sources[Place(layer: layer, key: key)] = newValue }
    }
}
