// SPDX-License-Identifier: Apache-2.0

import AllocationCounter

/// The bytes that `work` asks the system for on this thread, freed ones too; 0 where they cannot be counted.
public func allocatedBytes(_ work: () throws -> Void) rethrows -> Int {
    let before = allocation_bytes()
    try work()
    return Int(allocation_bytes() - before)
}

/// What something costs for an input and for one of twice its size: a count, so the same on a busy machine.
public struct Growth: CustomStringConvertible, Sendable {
    public let single: Int
    public let double: Int

    /// - Parameter cost: of an input of this size.
    public init(from size: Int, _ cost: (Int) throws -> Int) rethrows {
        single = try cost(size)
        double = try cost(2 * size)
    }

    public var description: String { "\(single) for a size, \(double) for twice that" }

    /// In proportion to the size; what is squared would be four times as much.
    ///
    /// - Parameter slack: what twice the size may cost beside that: tables that double, a megabyte here and there.
    public func isProportional(slack: Int) -> Bool { double <= single / 4 * 9 + slack }
}
