// SPDX-License-Identifier: Apache-2.0

/// What an import may cost, beside what the file's own size bounds: far above every model that is passed around.
enum ImportLimits {
    /// Layers of a stack, as far as a file lists them.
    static let layers = 1000
    /// Models in one another, as Keras nests them.
    static let nestedModels = 16
    /// Steps that a Flatten puts side by side, each an entry of the spec.
    static let flattenedSteps = 100
    /// Modules of a state_dict, which are put in an order.
    static let modules = 512
    /// Mistakes that are told of one file.
    static let mistakes = 20

    /// Values of a JSON document; some 2 GB in memory at the very worst.
    static let jsonValues = 8_000_000
    /// A size in JSON: with it no product of three of them overflows.
    static let jsonSize = 1_000_000

    /// Nodes of an ONNX graph, few enough to walk quickly.
    static let graphNodes = 20_000
    /// Inputs and outputs of an ONNX graph together; older exporters list every initializer as an input.
    static let graphValues = 4096

    /// Elements that an ONNX graph becomes, layers and steps on the way to them.
    static let elements = 4000

    /// Steps through the structures of an HDF5 file: one with circles in it ends.
    static let hdf5Work = 2_000_000
}
