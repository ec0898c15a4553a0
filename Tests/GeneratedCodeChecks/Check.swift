// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMRuntime

/// How many threads whole sequences are run on.
private let threadCounts = [1, 2, 3, 8]

/// Runs a generated type on all cases of a file; what differs, one line each.
///
/// - Parameter allocations: the allocations of this thread so far; nil where nobody counts them.
public func failures(
    of type: any ModelUnderTest.Type, weights: [UInt8], cases bytes: [UInt8], allocations: (() -> Int)? = nil
) throws -> [String] {
    let model = try type.load(weights)
    var failures = Failures(allocations: allocations)
    for item in try readCases(bytes) {
        failures.context = "\(type) case \(item.name) (\(item.kind))"
        switch item.kind {
        case .one:
            for threads in threadCounts {
                try failures.compare(
                    model.run(
                        item.input, batch: nil, lengths: item.lengths, initial: item.initial, threads: threads),
                    item.results, "one sequence, threads \(threads)")
            }
            try failures.compare(
                model.run(item.input, batch: 1, lengths: item.fullLengths, initial: item.initial, threads: 1),
                item.results, "a batch of one")
        case .batch:
            for threads in threadCounts {
                try failures.compare(
                    model.run(
                        item.input, batch: item.batch, lengths: item.lengths, initial: item.initial, threads: threads),
                    item.results, "a batch, threads \(threads)")
            }
            failures.checkRefusals(of: model, item)
        case .stream:
            guard let model = model as? any StreamingModelUnderTest else {
                failures.expect(false, "the type does not stream")
                continue
            }
            try failures.checkStream(of: model, item)
        }
    }
    return failures.found
}

/// The same bits, or both NaN; without fused multiply-add the last bits differ.
func areSame(_ a: Float, _ b: Float) -> Bool {
    if a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) { return true }
    return !InstructionSet.current.isFused && abs(a - b) <= 1e-4 * max(1, abs(b))
}

private struct Failures {
    let allocations: (() -> Int)?
    var context = ""
    var found: [String] = []

    mutating func expect(_ condition: Bool, _ what: String) {
        if !condition { found.append("\(context): \(what)") }
    }

    mutating func compare(_ ours: [[Float]], _ expected: [[Float]], _ what: String) {
        expect(ours.count == expected.count, "\(what): \(ours.count) results, not \(expected.count)")
        for (index, (ours, expected)) in zip(ours, expected).enumerated() {
            guard ours.count == expected.count else {
                expect(false, "\(what): result \(index) has \(ours.count) values, not \(expected.count)")
                continue
            }
            if let place = ours.indices.first(where: { !areSame(ours[$0], expected[$0]) }) {
                let values = "\(ours[place]), not \(expected[place])"
                expect(false, "\(what): result \(index) has at \(place) of \(ours.count) \(values)")
            }
        }
    }

    mutating func checkRefusals<M: ModelUnderTest>(of model: M, _ item: Case) {
        func refuses(
            _ what: String, _ input: ModelInput, batch: Int?, lengths: [[Int]?]? = nil, initial: [LSTMState?]? = nil,
            threads: Int = 1
        ) {
            do {
                _ = try model.run(
                    input, batch: batch, lengths: lengths ?? item.lengths.map { _ in nil },
                    initial: initial ?? item.initial, threads: threads)
                expect(false, "\(what) is not refused")
            } catch let error as InputError {
                expect(!"\(error)".isEmpty, "\(what) has no description")
            } catch { expect(false, "\(what): \(error)") }
        }
        for index in item.input.parts.indices {
            var longer = item.input
            if item.input[index].ids.isEmpty {
                longer.parts[index].x.append(0)
            } else {
                longer.parts[index].ids[0] = .max
            }
            refuses("another size of input \(index)", longer, batch: item.batch)
        }
        refuses("no batch", item.input, batch: 0)
        refuses("a huge batch", item.input, batch: .max)
        for threads in [0, -1, .min] { refuses("no thread", item.input, batch: item.batch, threads: threads) }
        if !item.lengths.isEmpty {
            let zeros = item.lengths(.init(repeating: 0, count: item.batch))
            refuses("a length of 0", item.input, batch: item.batch, lengths: zeros)
            refuses("a missing length", item.input, batch: item.batch, lengths: item.lengths([]))
        }
        guard !item.initial.isEmpty else { return }
        let short = item.initial.map { _ in LSTMState(h: [], c: []) as LSTMState? }
        refuses("a state of another size", item.input, batch: item.batch, initial: short)
    }

    /// What a state remembers; a NaN is itself.
    private func bits<M: StreamingModelUnderTest>(of state: M.State, in model: M.Type) -> [UInt32] {
        model.parts(of: state).flatMap { ($0.h + $0.c).map(\.bitPattern) }
    }

    mutating func checkStream<M: StreamingModelUnderTest>(of model: M, _ item: Case) throws {
        let steps = item.input.steps
        var state = try model.start(item.initial)
        var stepped = item.results.map { _ in [Float]() }
        for step in 0..<steps {
            let fork = state
            let before = bits(of: fork, in: M.self)
            for (index, values) in model.step(item.input[step..<(step + 1)], state: &state).enumerated() {
                stepped[index] += values
            }
            if step == 0 { expect(bits(of: fork, in: M.self) == before, "a copy of the state changes with it") }
            // JSON has neither infinities nor NaN, which a convolution's past can hold, too.
            let json: Data
            do {
                json = try JSONEncoder().encode(state)
            } catch EncodingError.invalidValue(let value as Float, _) where !value.isFinite {
                continue
            }
            // Through a file and back, in the middle of the stream.
            let decoded = try JSONDecoder().decode(M.State.self, from: json)
            expect(decoded == state && decoded.hashValue == state.hashValue, "the state is another after decoding")
            if step % 2 == 1 { state = decoded }
        }
        compare(stepped, item.results, "step by step")
        if !item.last.isEmpty { compareStates(M.parts(of: state), item.last, "step by step") }

        var whole = try model.start(item.initial)
        compare(try model.process(item.input, state: &whole), item.results, "one chunk")
        compareStates(M.parts(of: whole), M.parts(of: state), "one chunk")
        if M.parts(of: state).allSatisfy(isFinite) {
            expect(try text(of: whole) == text(of: state), "one chunk leaves another state")
        }

        for cut in [0, 1, steps / 2] {
            var state = try model.start(item.initial)
            let first = try model.process(item.input[0..<cut], state: &state)
            let second = try model.process(item.input[cut..<steps], state: &state)
            compare(zip(first, second).map { $0 + $1 }, item.results, "two chunks, cut at \(cut)")
            compareStates(M.parts(of: state), M.parts(of: whole), "two chunks")
        }
        try checkMemory(of: model, item, whole)
        var checks = PoolChecks(model, item)
        for problem in try checks.problems(allocations: allocations) { expect(false, problem) }
        try checkDecoding(of: model.start(item.initial.map { _ in nil }))
    }

    /// `process` on buffers and spans gives the same, and allocates nothing.
    private mutating func checkMemory<M: StreamingModelUnderTest>(
        of model: M, _ item: Case, _ whole: M.State
    ) throws {
        let steps = item.input.steps
        for form in MemoryForm.allCases {
            var allocated = 0
            func counted(_ call: () -> Void) {
                let before = allocations?() ?? 0
                call()
                allocated = (allocations?() ?? 0) - before
            }
            // Without optimisation the first calls make Swift build the metadata of its types, and count for nothing.
            for cut in [0, steps, 1, steps / 2] {
                var state = try model.start(item.initial)
                let first = model.process(item.input[0..<cut], state: &state, in: form, around: counted)
                let second = model.process(item.input[cut..<steps], state: &state, in: form, around: counted)
                expect(cut == 0 || allocated == 0, "\(form), cut at \(cut): \(allocated) allocations")
                compare(zip(first, second).map { $0 + $1 }, item.results, "\(form), cut at \(cut)")
                compareStates(M.parts(of: state), M.parts(of: whole), "\(form)")
                if M.parts(of: state).allSatisfy(isFinite) {
                    expect(try text(of: whole) == text(of: state), "\(form) leave another state")
                }
            }
        }
    }

    /// All floats of a state; NaN, which is not equal to itself, and infinities by their names.
    private func text(of state: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try encoder.encode(state)
    }

    private func isFinite(_ state: LSTMState) -> Bool { (state.h + state.c).allSatisfy(\.isFinite) }

    private mutating func compareStates(_ ours: [LSTMState], _ expected: [LSTMState], _ what: String) {
        compare(ours.map(\.h), expected.map(\.h), what + ", h")
        compare(ours.map(\.c), expected.map(\.c), what + ", c")
    }

    /// - Parameter state: all finite, as JSON needs it.
    private mutating func checkDecoding<State: Codable>(of state: State) throws {
        let floats = try JSONDecoder().decode([Float].self, from: JSONEncoder().encode(state))
        do {
            _ = try JSONDecoder().decode(State.self, from: JSONEncoder().encode(floats + [0]))
            expect(false, "a state of another size is decoded")
        } catch is DecodingError {}
    }
}
