// SPDX-License-Identifier: Apache-2.0

import LSTMHeader
import LSTMInterpreter

/// The memory of a run, kept for the next one of its sizes: to make it takes longer than a small model's run.
final class Session {
    let session: InterpreterSession
    let shapes: [[Int]]
    /// At most so many share a run's work.
    let threads: Int
    /// The shapes of the inputs where these are all that is given, and stand elsewhere: what `inputs` are for.
    var key: [UInt] = []
    var inputs: Inputs

    init(_ open: OpenModel, _ inputs: Inputs, threads: Int) {
        session = InterpreterSession(open.interpreted, inputs, threads: threads)
        self.threads = threads
        shapes = open.model.results.map { $0.shape(in: open.model, for: inputs) }
        self.inputs = inputs
    }
}

/// The sessions that no run has, a few of the last ones. Threads take them out and put them back without a lock.
final class SessionPool: @unchecked Sendable {
    private static let capacity = 4
    private let slots: UnsafeMutablePointer<UnsafeMutableRawPointer?>

    init() {
        slots = .allocate(capacity: Self.capacity)
        slots.initialize(repeating: nil, count: Self.capacity)
    }

    deinit {
        for index in 0..<Self.capacity { release(slots[index]) }
        slots.deallocate()
    }

    private func release(_ pointer: UnsafeMutableRawPointer?) {
        if let pointer { Unmanaged<Session>.fromOpaque(pointer).release() }
    }

    /// One that fits, which is the caller's alone then.
    func take(_ fits: (Session) -> Bool) -> Session? {
        for index in 0..<Self.capacity {
            guard let pointer = lstmc_slot_take(slots + index) else { continue }
            let session = Unmanaged<Session>.fromOpaque(pointer)
            if fits(session.takeUnretainedValue()) { return session.takeRetainedValue() }
            if lstmc_slot_fill(slots + index, pointer) == 0 { session.release() }
        }
        return nil
    }

    /// Puts one back; where there is no room, one of the others goes.
    func put(_ session: Session) {
        let pointer = Unmanaged.passRetained(session).toOpaque()
        for index in 0..<Self.capacity where lstmc_slot_fill(slots + index, pointer) != 0 { return }
        // The oldest goes: each moves on by one.
        var moved: UnsafeMutableRawPointer? = pointer
        for index in 0..<Self.capacity { moved = lstmc_slot_put(slots + index, moved) }
        release(moved)
    }
}
