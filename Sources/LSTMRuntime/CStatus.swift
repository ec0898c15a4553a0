// SPDX-License-Identifier: Apache-2.0

// What the C functions of a generated type check and keep in the caller's memory. Compiled where it is called: every
// program carries this module's other public functions.

/// What a C function returns where it does not return 0.
@frozen
public struct CStatus: Error, Equatable, Sendable {
    /// What C sees.
    public let code: Int32

    @_alwaysEmitIntoClient
    init(code: Int32) { self.code = code }

    /// A step was taken that has no result.
    @_alwaysEmitIntoClient
    public static var noResult: CStatus { CStatus(code: 1) }
    /// A pointer is NULL that must not be.
    @_alwaysEmitIntoClient
    public static var null: CStatus { CStatus(code: -1) }
    /// A state or a workspace is not at a multiple of 64 bytes.
    @_alwaysEmitIntoClient
    public static var alignment: CStatus { CStatus(code: -2) }
    /// A number of steps or sequences is 0, or what they need is more than memory can be.
    @_alwaysEmitIntoClient
    public static var size: CStatus { CStatus(code: -3) }
    /// A length is not in 1...steps.
    @_alwaysEmitIntoClient
    public static var length: CStatus { CStatus(code: -4) }
    /// A token id is not in its range.
    @_alwaysEmitIntoClient
    public static var token: CStatus { CStatus(code: -5) }
    /// Paddings are where none may be.
    @_alwaysEmitIntoClient
    public static var padding: CStatus { CStatus(code: -6) }
    /// A sequence has not the steps that a layer takes.
    @_alwaysEmitIntoClient
    public static var steps: CStatus { CStatus(code: -7) }
    /// A file cannot be read.
    @_alwaysEmitIntoClient
    public static var file: CStatus { CStatus(code: -8) }
    /// Weights are not the model's.
    @_alwaysEmitIntoClient
    public static var weights: CStatus { CStatus(code: -9) }

    /// 0, or the code of what `body` throws.
    @_alwaysEmitIntoClient
    public static func of(_ body: () throws(CStatus) -> Void) -> Int32 {
        do throws(CStatus) {
            try body()
            return 0
        } catch {
            return error.code
        }
    }

    /// What C sees of an error of a weight file.
    @_alwaysEmitIntoClient
    public init(_ error: WeightsError) {
        if case .unreadable = error { self = .file } else { self = .weights }
    }

    /// Checks token ids.
    ///
    /// - Throws: ``token`` where one is not in 0..<tokens.
    @_alwaysEmitIntoClient
    public static func check(_ ids: UnsafePointer<Int32>, count: Int, tokens: Int) throws(CStatus) {
        for index in 0..<count { try check(ids[index], tokens: tokens) }
    }

    /// Checks a token id.
    ///
    /// - Throws: ``token`` where it is not in 0..<tokens.
    @_alwaysEmitIntoClient
    public static func check(_ id: Int32, tokens: Int) throws(CStatus) {
        if id < 0 || Int(id) >= tokens { throw .token }
    }

    /// Checks sizes, whose products are right from then on.
    ///
    /// - Parameters:
    ///   - steps: the steps; 1 for what has no time axis.
    ///   - batch: the sequences.
    ///   - floats: the most floats that one step of one sequence takes.
    ///   - more: those that are there once.
    /// - Throws: ``size`` where one of them is 0, or an address cannot reach them all.
    @_alwaysEmitIntoClient
    public static func check(steps: Int, batch: Int, floats: Int, and more: Int) throws(CStatus) {
        guard steps > 0, batch > 0, more < Int.max / 4 else { throw .size }
        let (rows, isTooLarge) = steps.multipliedReportingOverflow(by: batch)
        if isTooLarge || rows > (Int.max / 4 - more) / max(floats, 1) { throw .size }
    }
}

/// The caller's memory, handed out from its beginning on.
@frozen
public struct CMemory: ~Copyable {
    /// Where the rest begins, at a multiple of 64 bytes.
    public var floats: UnsafeMutablePointer<Float>

    /// A state or a workspace.
    ///
    /// - Throws: ``CStatus`` where it is not there, or not at a multiple of 64 bytes.
    @_alwaysEmitIntoClient
    public init(_ memory: UnsafeMutableRawPointer?) throws(CStatus) {
        guard let memory else { throw .null }
        if UInt(bitPattern: memory) % 64 != 0 { throw .alignment }
        floats = memory.assumingMemoryBound(to: Float.self)
    }

    /// The floats that `count` values of 4 bytes take.
    @_alwaysEmitIntoClient
    public static func room(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// The next `count` floats, of any value.
    @_alwaysEmitIntoClient
    public mutating func next(_ count: Int) -> UnsafeMutablePointer<Float> {
        defer { floats += Self.room(count) }
        return floats
    }

    /// The next `count` integers, of any value.
    @_alwaysEmitIntoClient
    public mutating func nextIntegers(_ count: Int) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(next(count)).assumingMemoryBound(to: Int32.self)
    }

    /// Fills a first state.
    ///
    /// - Parameters:
    ///   - state: (states, batch, size).
    ///   - given: the same; nil for what is stored, or zero.
    ///   - stored: (states, size); empty for zero.
    ///   - states: how many there are of each sequence.
    ///   - size: the values of one.
    ///   - batch: the sequences.
    @_alwaysEmitIntoClient
    public static func start(
        _ state: UnsafeMutablePointer<Float>, from given: UnsafePointer<Float>?, or stored: [Float] = [], states: Int,
        size: Int, batch: Int
    ) {
        if let given {
            // It may be the memory of a result.
            if given != UnsafePointer(state) { state.update(from: given, count: states * batch * size) }
        } else if stored.isEmpty {
            state.update(repeating: 0, count: states * batch * size)
        } else {
            for row in 0..<(states * batch) {
                for index in 0..<size { state[row * size + index] = stored[row / batch * size + index] }
            }
        }
    }
}
