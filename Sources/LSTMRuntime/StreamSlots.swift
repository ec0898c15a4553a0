// SPDX-License-Identifier: Apache-2.0

/// A stream of one pool, from when it joins until it leaves; no other stream ever has the same.
public struct StreamID: Hashable, Sendable, BitwiseCopyable {
    /// Where the pool keeps its states.
    @usableFromInline let pool: UInt
    @usableFromInline let slot: Int
    /// The number of streams that joined before, and this one.
    @usableFromInline let serial: UInt64

    @usableFromInline
    init(pool: UInt, slot: Int, serial: UInt64) { (self.pool, self.slot, self.serial) = (pool, slot, serial) }
}

/// What a generated `StreamPool` holds: the states of its streams, each at a place of its own, and memory for a batch.
///
/// It allocates when it is made, and never again. Its functions are compiled where they are called: every program carries
/// this module's other public functions.
public struct StreamSlots: ~Copyable, Sendable {
    /// A part of a state: so many vectors of `size` floats, `offset` floats after the state's beginning.
    public struct Part: Sendable, BitwiseCopyable {
        @usableFromInline let offset: Int
        @usableFromInline let states: Int
        @usableFromInline let size: Int

        /// The part at `offset` of (states, size) floats.
        public init(_ offset: Int, states: Int = 1, size: Int) {
            (self.offset, self.states, self.size) = (offset, states, size)
        }
    }

    /// How a state counts the first steps of a stream, which have no result or make first states.
    public struct Start: Sendable {
        @usableFromInline let offset: Int
        @usableFromInline let delay: Int
        @usableFromInline let steps: Int

        /// The float at `offset` counts the steps, up to `steps`; the first `delay` of them have no result.
        public init(_ offset: Int, delay: Int, steps: Int) {
            (self.offset, self.delay, self.steps) = (offset, delay, steps)
        }
    }

    /// Who is at a place.
    @usableFromInline
    struct Slot: Sendable, BitwiseCopyable {
        /// The stream's; 0 where there is none.
        @usableFromInline var serial: UInt64 = 0
        /// The last call that named it.
        @usableFromInline var call: UInt64 = 0

        @usableFromInline init() {}
    }

    @usableFromInline let start: Start?
    /// Floats of a state.
    @usableFromInline let stride: Int
    /// The most streams of a batch.
    @usableFromInline let rows: Int
    @usableFromInline let states: AlignedFloats
    @usableFromInline let batch: AlignedFloats
    /// Lists, as plain memory: without optimisation to change an array's element allocates.
    @usableFromInline let parts: StreamList<Part>
    @usableFromInline let slots: StreamList<Slot>
    /// Places without a stream, the first `freeCount`; the next one to use is the last.
    @usableFromInline let free: StreamList<Int>
    @usableFromInline var freeCount: Int
    @usableFromInline var serial: UInt64 = 0
    @usableFromInline var call: UInt64 = 0

    /// The most streams of a batch: enough for weights to be read once for many, few enough for the second-level cache.
    @_alwaysEmitIntoClient
    static var mostRows: Int { 128 }

    /// Room for streams, none of which is there yet.
    ///
    /// - Parameters:
    ///   - capacity: the most streams at once.
    ///   - floats: those of a state.
    ///   - alone: those of a state and of a step's scratch memory.
    ///   - parts: of a state, without the count of steps.
    ///   - start: how a state counts the first steps; nil where they are like the others.
    ///   - scratch: the floats of scratch memory that so many streams need together.
    /// - Precondition: `capacity` is not negative.
    @_alwaysEmitIntoClient
    public init(
        capacity: Int, floats: Int, alone: Int, parts: [Part], start: Start? = nil, scratch: (Int) -> Int
    ) {
        precondition(capacity >= 0, "a pool has room for \(capacity) streams")
        let rows = min(capacity, Self.mostRows)
        self.init(
            capacity: capacity, floats: floats, parts: parts, start: start,
            batch: max(alone, rows * floats + scratch(rows)), rows: rows)
    }

    @usableFromInline
    init(capacity: Int, floats: Int, parts: [Part], start: Start?, batch: Int, rows: Int) {
        (self.start, stride, self.rows) = (start, floats, rows)
        states = AlignedFloats(count: capacity * floats)
        self.batch = AlignedFloats(count: batch)
        self.parts = StreamList(parts)
        slots = StreamList([Slot](repeating: Slot(), count: capacity))
        free = StreamList(Array((0..<capacity).reversed()))
        freeCount = capacity
    }
}

/// A list of a pool's, which is its alone.
@usableFromInline
final class StreamList<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    @usableFromInline let pointer: UnsafeMutablePointer<Element>
    @usableFromInline let count: Int

    init(_ values: [Element]) {
        pointer = .allocate(capacity: max(values.count, 1))
        count = values.count
        pointer.initialize(from: values, count: count)
    }

    deinit { pointer.deallocate() }
}

// MARK: - Who is there

extension StreamSlots {
    /// The most streams at once.
    @_alwaysEmitIntoClient
    public var capacity: Int { slots.count }

    /// The streams that are there.
    @_alwaysEmitIntoClient
    public var count: Int { slots.count - freeCount }

    @_alwaysEmitIntoClient
    var pool: UInt { UInt(bitPattern: states.pointer) }

    /// Whether the stream is there: it joined this pool, and has not left.
    @_alwaysEmitIntoClient
    public func contains(_ id: StreamID) -> Bool {
        // A pool that is gone may have been at this address.
        id.pool == pool && id.slot < slots.count && slots.pointer[id.slot].serial == id.serial
    }

    /// The streams that are there, in no order.
    @_alwaysEmitIntoClient
    public var ids: [StreamID] {
        var ids: [StreamID] = []
        ids.reserveCapacity(count)
        for slot in 0..<slots.count where slots.pointer[slot].serial != 0 {
            ids.append(StreamID(pool: pool, slot: slot, serial: slots.pointer[slot].serial))
        }
        return ids
    }

    /// A stream with a copy of this state; nil where there is no room.
    @_alwaysEmitIntoClient
    public mutating func join(_ state: StreamMemory) -> StreamID? {
        precondition(state.floats.count >= stride, "the generated code is for another version of LSTMRuntime")
        if freeCount == 0 { return nil }
        freeCount -= 1
        serial += 1
        let slot = free.pointer[freeCount]
        slots.pointer[slot].serial = serial
        memory(of: slot).update(from: state.floats.pointer, count: stride)
        return StreamID(pool: pool, slot: slot, serial: serial)
    }

    /// Forgets the stream, and makes room for another.
    ///
    /// - Precondition: the stream is there.
    @_alwaysEmitIntoClient
    public mutating func leave(_ id: StreamID) {
        precondition(contains(id), "the stream is not in this pool")
        slots.pointer[id.slot].serial = 0
        free.pointer[freeCount] = id.slot
        freeCount += 1
    }

    /// Copies the stream's state.
    ///
    /// - Precondition: the stream is there.
    @_alwaysEmitIntoClient
    public func copy(_ id: StreamID, into state: inout StreamMemory) {
        precondition(contains(id), "the stream is not in this pool")
        let (from, count) = (memory(of: id.slot), stride)
        state.withPointer { $0.update(from: from, count: count) }
    }

    /// Whether every stream is there, and none twice.
    ///
    /// - Throws: ``InputError/noStream(index:)`` or ``InputError/sameStream(index:)`` for the first that is wrong.
    @_alwaysEmitIntoClient
    public mutating func check(_ ids: [StreamID]) throws(InputError) {
        if let mistake = ids.withUnsafeBufferPointer({ mistake(in: $0) }) { throw mistake }
    }

    @_alwaysEmitIntoClient
    mutating func mistake(in ids: UnsafeBufferPointer<StreamID>) -> InputError? {
        call += 1
        for index in 0..<ids.count {
            let id = ids[index]
            if !contains(id) { return .noStream(index: index) }
            if slots.pointer[id.slot].call == call { return .sameStream(index: index) }
            slots.pointer[id.slot].call = call
        }
        return nil
    }

    @_alwaysEmitIntoClient
    func memory(of slot: Int) -> UnsafeMutablePointer<Float> { states.pointer + slot * stride }
}
