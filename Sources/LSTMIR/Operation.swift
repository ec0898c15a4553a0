// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What a layer does, with everything that doing it needs.
///
/// Every question that does not ask for a certain kind goes to ``described``; every switch over this enum is exhaustive.
public enum Operation: Hashable, Sendable {
    case recurrent(Recurrent)
    case embedding(Embedding)
    case linear(Linear)
    case layerNorm(LayerNorm)
    case pointwise(Pointwise)
    case prelu(PReLU)
    case softmax(Softmax)
    case l2Normalize(L2Normalize)
    case dropout(Dropout)
    case last(Last)
    case pool(Pool)
    case combine(Combination)
    case concat(Concat)
    case slice(Slice)
    case scale(Scale)
    case select(Select)
    case steps(StepRange)
    case flip(Flip)
    case `repeat`(Repeat)
    case argmax(Argmax)
    case reshape(Reshape)
    case transpose(Transpose)
    case batchNorm(BatchNorm)
    case conv1d(Conv1d)
    case windowPool(WindowPool)
    case pad(Pad)

    /// The operation's description.
    public var described: any OperationDescription {
        switch self {
        case .recurrent(let recurrent): recurrent
        case .embedding(let embedding): embedding
        case .linear(let linear): linear
        case .layerNorm(let norm): norm
        case .pointwise(let function): function
        case .prelu(let prelu): prelu
        case .softmax(let softmax): softmax
        case .l2Normalize(let normalize): normalize
        case .dropout(let dropout): dropout
        case .last(let last): last
        case .pool(let pool): pool
        case .combine(let combine): combine
        case .concat(let concat): concat
        case .slice(let slice): slice
        case .scale(let scale): scale
        case .select(let select): select
        case .steps(let range): range
        case .flip(let flip): flip
        case .repeat(let repetition): repetition
        case .argmax(let argmax): argmax
        case .reshape(let reshape): reshape
        case .transpose(let transpose): transpose
        case .batchNorm(let norm): norm
        case .conv1d(let conv): conv
        case .windowPool(let pool): pool
        case .pad(let pad): pad
        }
    }

    /// The kind it is of.
    public var kind: OperationKind { described.kind }
    /// The slots of its state; empty for what remembers nothing.
    public var stateSlots: [StateSlot] { described.stateSlots }
}

/// Everything about an operation that the rooms ask of every kind alike.
public protocol OperationDescription: Hashable, Sendable {
    /// The kind, with the spec's word.
    var kind: OperationKind { get }
    /// PyTorch's arguments with their values, defaults included: what the IR's text, drawings and `verify --torch` read.
    var arguments: [Setting] { get }
    /// Its tensors, in PyTorch's order: the order of the module's own state_dict.
    var parameters: [LocalParameter] { get }
    /// `parameters.count`, without a list of them.
    var tensorCount: Int { get }
    /// nil where a product of sizes does not fit in an Int.
    var cost: Cost? { get }
    /// When it runs.
    var timing: Timing { get }
    /// The inputs that its result may be written over, if they have its shape.
    var overwritableInputs: Range<Int> { get }
    /// What it gives is what it takes, in other axes at most.
    var isIdentity: Bool { get }
    /// What it carries from step to step.
    var stateSlots: [StateSlot] { get }
    /// Floats of the steps before that it keeps in a stream, zero at its start; a result is never made of them.
    var past: Int { get }
    /// The steps of a stream that pass before its first value, counted from the first one that it is given.
    var delay: Int { get }
    /// The size that its weights' first values are drawn by, as PyTorch draws them.
    var initialWidth: Int { get }
}

extension OperationDescription {
    public var arguments: [Setting] { [] }
    public var parameters: [LocalParameter] { [] }
    public var tensorCount: Int { parameters.count }
    public var cost: Cost? { Cost(parameters: 0, macsPerStep: 0) }
    public var timing: Timing { .perStep }
    public var overwritableInputs: Range<Int> { 0..<0 }
    public var isIdentity: Bool { false }
    public var stateSlots: [StateSlot] { [] }
    public var past: Int { 0 }
    public var delay: Int { 0 }
    public var initialWidth: Int { 1 }

    /// The kind's word with all its numbers, defaults included.
    var text: String { kind.word + "(" + arguments.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + ")" }
}

/// When an operation runs.
public enum Timing: Hashable, Sendable {
    /// On each step by itself.
    case perStep
    /// On one step after another, from first to last, with a state.
    case recurrently
    /// On whole sequences alone.
    case wholeSequences
}

/// An argument of an operation, in PyTorch's words.
public struct Setting: Hashable, Sendable {
    /// What an argument can be.
    public enum Value: Hashable, Sendable, CustomStringConvertible {
        case integer(Int)
        case integers([Int])
        case number(Float)
        case boolean(Bool)
        case text(String)
        case none

        public var description: String {
            switch self {
            case .integer(let value): "\(value)"
            case .integers(let values): "\(values)"
            case .number(let value): "\(value)"
            case .boolean(let value): "\(value)"
            case .text(let text): text
            case .none: "none"
            }
        }
    }

    /// PyTorch's word for it.
    public let name: String
    /// Its value, defaults included.
    public let value: Value

    init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
    init(_ name: String, _ value: Int) { self.init(name, .integer(value)) }
    init(_ name: String, _ value: Int?) { self.init(name, value.map(Value.integer) ?? .none) }
    init(_ name: String, _ value: Float) { self.init(name, .number(value)) }
    init(_ name: String, _ value: Bool) { self.init(name, .boolean(value)) }
}

/// A slot of a state: what an operation carries from step to step, (states[, batch], size).
public struct StateSlot: Hashable, Sendable {
    /// PyTorch's letter: `h`, `c`; the last state is `h_n`, the first `h0`.
    public let name: String
    /// num_layers * directions.
    public let states: Int
    /// The size of each.
    public let size: Int

    /// Floats for one sequence.
    public var count: Int { states * size }
}

/// A tensor's name and shape inside its layer.
public struct LocalParameter: Hashable, Sendable {
    var key: String
    var shape: [Int]
    /// Other spellings of `key` that are read too.
    var otherKeys: [String] = []
    /// The full tensor name, where it is not the layer's prefix and `key`.
    var fullName: String?
    /// Whether its values are above zero in any model that was trained.
    var isPositive = false
    /// Whether it is a factor of a matrix product, which `weights.precision` is for.
    var isMatrix = false
}

extension Layer {
    /// The tensors of the layer at `index`, under their full names, where matrices are kept in `precision`.
    func parameters(at index: Int, _ precision: WeightsEntry.Precision) -> [Parameter] {
        operation.described.parameters.map { local in
            Parameter(
                layer: index, key: local.key, shape: local.shape, isPositive: local.isPositive,
                precision: local.isMatrix ? precision : .float32,
                tensorNames: local.fullName.map { [$0] }
                    ?? ([local.key] + local.otherKeys).map { tensorPrefix + $0 })
        }
    }
}
