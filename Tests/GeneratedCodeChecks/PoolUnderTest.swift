// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

/// Holds a pool, which closures cannot share otherwise.
public final class PoolBox<Pool: ~Copyable> {
    public var pool: Pool

    public init(_ pool: consuming Pool) { self.pool = pool }
}

/// A generated pool as the checks see it, whatever its own API is.
public struct PoolUnderTest<State> {
    let join: (State?) -> StreamID?
    let leave: (StreamID) -> State
    let state: (StreamID) -> State
    let contains: (StreamID) -> Bool
    let ids: () -> [StreamID]
    /// A step of each of these streams, on arrays; on memory that is there already where a function is given that runs it:
    /// the results, and which streams have one.
    let step: (ModelInput, [StreamID], ((() -> Void) -> Void)?) throws -> (results: [[Float]], hasResult: [Bool])

    public init(
        join: @escaping (State?) -> StreamID?, leave: @escaping (StreamID) -> State,
        state: @escaping (StreamID) -> State, contains: @escaping (StreamID) -> Bool,
        ids: @escaping () -> [StreamID],
        step: @escaping (ModelInput, [StreamID], ((() -> Void) -> Void)?) throws -> ([[Float]], [Bool])
    ) {
        (self.join, self.leave, self.state, self.contains, self.ids) = (join, leave, state, contains, ids)
        self.step = { try step($0, $1, $2) }
    }
}

/// Streams of one case, each at a step of its own, which join, leave and come back at random.
struct PoolChecks<Model: StreamingModelUnderTest> {
    private struct Stream {
        var id: StreamID?
        /// What it remembers while it is away.
        var state: Model.State?
        var next = 0
    }

    private let model: Model
    private let item: Case
    private let seed: UInt64
    private var random: UInt64
    private var found: [String] = []

    init(_ model: Model, _ item: Case) {
        (self.model, self.item) = (model, item)
        seed = item.name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        random = seed
    }

    /// splitmix64, below `end`.
    private mutating func draw(_ end: Int) -> Int {
        random &+= 0x9e37_79b9_7f4a_7c15
        var z = random
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(end))
    }

    private mutating func expect(_ condition: Bool, _ what: String) {
        if !condition { found.append("a pool, seed \(seed): \(what)") }
    }

    /// What is wrong; a pool of a few streams, and one of more than run at once.
    mutating func problems(allocations: (() -> Int)?) throws -> [String] {
        for count in [1 + draw(9), 130 + draw(20)] { try run(count, allocations: allocations) }
        return found
    }

    private mutating func run(_ count: Int, allocations: (() -> Int)?) throws {
        let (steps, pool) = (item.input.steps, model.pool(capacity: count))
        let given = item.initial.contains { $0 != nil }
        var streams = (0..<count).map { _ in Stream() }
        var gone: [StreamID] = []
        // A few streams in many rounds; many of them until each has taken some steps.
        for round in 0..<(count < 100 ? 4 * steps + 8 : 6) {
            for index in streams.indices {
                if let id = streams[index].id, draw(6) == 0 {
                    let kept = pool.state(id)
                    streams[index].state = pool.leave(id)
                    expect(!areFinite(kept) || kept == streams[index].state, "a state changes as its stream leaves")
                    streams[index].id = nil
                    gone.append(id)
                } else if streams[index].id == nil, draw(3) > 0 {
                    let state = try streams[index].state ?? (given ? model.start(item.initial) : nil)
                    streams[index].id = pool.join(state)
                    expect(streams[index].id != nil, "a stream has no room")
                }
            }
            expect(Set(pool.ids()) == Set(streams.compactMap(\.id)), "the pool's streams are others")
            expect(gone.allSatisfy { !pool.contains($0) }, "a stream that left is there")
            var order = streams.indices.filter { streams[$0].id != nil && streams[$0].next < steps && draw(5) > 0 }
            for place in order.indices { order.swapAt(place, place + draw(order.count - place)) }
            // Without optimisation the first calls make Swift build the metadata of its types, and count for nothing.
            try checkStep(
                pool, order.map { ($0, streams[$0].next) }, ids: order.compactMap { streams[$0].id }, round,
                allocations: round < 4 ? nil : allocations)
            for index in order { streams[index].next += 1 }
        }
        try checkRefusals(pool, streams.compactMap(\.id), gone)
        let ids = pool.ids()
        for id in ids { _ = pool.leave(id) }
        let all = (0..<count).compactMap { _ in pool.join(nil) }
        expect(all.count == count && pool.join(nil) == nil, "a full pool takes a stream")
        expect(Set(all).isDisjoint(with: ids), "a stream has the name of one that left")
    }

    private mutating func checkStep(
        _ pool: PoolUnderTest<Model.State>, _ rows: [(stream: Int, step: Int)], ids: [StreamID], _ round: Int,
        allocations: (() -> Int)?
    ) throws {
        var allocated = 0
        let given = item.input.rows(rows.map(\.step))
        let onMemory = draw(3) > 0
        let (results, flags) =
            onMemory
            ? try pool.step(given, ids) { call in
                let before = allocations?() ?? 0
                call()
                allocated = (allocations?() ?? 0) - before
            } : try pool.step(given, ids, nil)
        expect(allocated == 0, "\(allocated) allocations")
        for (number, expected) in item.results.enumerated() where !expected.isEmpty {
            let size = rows.isEmpty ? 0 : results[number].count / rows.count
            guard size > 0 else { continue }
            let delay = item.input.steps - expected.count / size
            for (row, (stream, step)) in rows.enumerated() {
                expect(
                    flags[row] == (step >= delay),
                    "stream \(stream) says \(flags[row]) of having a result at \(step)")
                guard step >= delay else { continue }
                let ours = results[number][(row * size)..<((row + 1) * size)]
                let theirs = expected[((step - delay) * size)..<((step - delay + 1) * size)]
                expect(
                    zip(ours, theirs).allSatisfy(areSame),
                    "stream \(stream) of \(rows.count), round \(round), step \(step): result \(number) is \(ours), not \(theirs)"
                )
            }
        }
    }

    private mutating func checkRefusals(
        _ pool: PoolUnderTest<Model.State>, _ ids: [StreamID], _ gone: [StreamID]
    ) throws {
        func error(_ ids: [StreamID], rows: Int) -> InputError? {
            do {
                _ = try pool.step(item.input.rows([Int](repeating: 0, count: rows)), ids, nil)
                return nil
            } catch { return error as? InputError }
        }
        if let first = ids.first {
            let before = pool.state(first)
            expect(error([first, first], rows: 2) == .sameStream(index: 1), "a stream is taken twice")
            if let last = gone.last {
                expect(error([first, last], rows: 2) == .noStream(index: 1), "a stream that left is taken")
            }
            expect(error([first], rows: 2) != nil, "an input for more streams is taken")
            expect(!areFinite(before) || before == pool.state(first), "a call that is refused takes a step")
        }
        let other = model.pool(capacity: 1)
        if let id = other.join(nil) {
            expect(error([id], rows: 1) == .noStream(index: 0), "another pool's stream is taken")
        }
    }

    /// NaN is not equal to itself.
    private func areFinite(_ state: Model.State) -> Bool { state == state }
}
