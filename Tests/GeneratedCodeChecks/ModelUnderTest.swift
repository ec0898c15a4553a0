// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

/// What a model reads, input by input.
public struct ModelInput: Sendable {
    /// One input; one of `x` and `ids` is empty.
    public struct Part: Sendable {
        public var x: [Float] = []
        public var ids: [Int32] = []
        /// The values of one step of one sequence; 0 of token ids.
        let stepSize: Int
        /// The number of its time axis among the given ones; nil where it has none.
        let axis: Int?

        /// The steps of all sequences.
        var steps: Int { stepSize == 0 ? ids.count : x.count / stepSize }

        /// Some steps of one sequence.
        subscript(steps: Range<Int>) -> Part {
            var part = self
            if axis == nil { return part }
            if stepSize == 0 {
                part.ids = Array(ids[steps])
            } else {
                part.x = Array(x[(steps.lowerBound * stepSize)..<(steps.upperBound * stepSize)])
            }
            return part
        }
    }

    public var parts: [Part]

    public subscript(index: Int) -> Part { parts[index] }

    /// The steps of the first time axis; 1 where there is none.
    public var steps: Int { parts.first { $0.axis != nil }?.steps ?? 1 }

    /// A step of each of many streams: these steps of one sequence, and what has no steps as often.
    func rows(_ steps: [Int]) -> ModelInput {
        ModelInput(
            parts: parts.map { part in
                var rows = part
                (rows.x, rows.ids) = ([], [])
                for step in steps {
                    let row = part[step..<(step + 1)]
                    rows.x += row.x
                    rows.ids += row.ids
                }
                return rows
            })
    }

    /// Some steps of one sequence.
    public subscript(steps: Range<Int>) -> ModelInput { ModelInput(parts: parts.map { $0[steps] }) }
}

/// A generated type as the checks see it, whatever its own API is.
public protocol ModelUnderTest: Sendable {
    /// `weights` are a safetensors file's bytes; a type with embedded weights needs none.
    static func load(_ weights: [UInt8]) throws -> Self
    /// The results in order; `lengths` has an entry for each given time axis, `initial` one for each lstm.
    func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]]
}

/// A generated type with `State`, `step` and `process`.
public protocol StreamingModelUnderTest: ModelUnderTest {
    associatedtype State: Hashable & Codable & Sendable
    func start(_ initial: [LSTMState?]) throws -> State
    /// The results that have a value at each step.
    func step(_ input: ModelInput, state: inout State) -> [[Float]]
    func process(_ input: ModelInput, state: inout State) throws -> [[Float]]
    /// `process` on memory that is there already; `call` runs what it is given once, and nothing else happens there.
    func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]]
    static func parts(of state: State) -> [LSTMState]
    /// The type's pool.
    func pool(capacity: Int) -> PoolUnderTest<State>
}
