// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

/// What a model reads; one of the two is empty.
public struct ModelInput: Sendable {
    public var x: [Float] = []
    public var ids: [Int32] = []
    /// The values of one step of one sequence.
    public var stepSize = 1

    public init(x: [Float], stepSize: Int) {
        self.x = x
        self.stepSize = stepSize
    }

    public init(ids: [Int32]) { self.ids = ids }

    public var steps: Int { ids.isEmpty ? x.count / stepSize : ids.count }

    /// Some steps of one sequence.
    public subscript(steps: Range<Int>) -> ModelInput {
        var part = self
        if ids.isEmpty {
            part.x = Array(x[(steps.lowerBound * stepSize)..<(steps.upperBound * stepSize)])
        } else {
            part.ids = Array(ids[steps])
        }
        return part
    }
}

/// A generated type as the checks see it, whatever its own API is.
public protocol ModelUnderTest: Sendable {
    /// `weights` are a safetensors file's bytes; a type with embedded weights needs none.
    static func load(_ weights: [UInt8]) throws -> Self
    /// The results in order; `initial` has an entry for each lstm.
    func run(_ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]) throws -> [[Float]]
}

/// A generated type with `State`, `step` and `process`.
public protocol StreamingModelUnderTest: ModelUnderTest {
    associatedtype State: Hashable & Codable & Sendable
    func start(_ initial: [LSTMState?]) throws -> State
    /// The results that have a value at each step.
    func step(_ input: ModelInput, state: inout State) -> [[Float]]
    func process(_ input: ModelInput, state: inout State) throws -> [[Float]]
    static func parts(of state: State) -> [LSTMState]
}
