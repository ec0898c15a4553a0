// SPDX-License-Identifier: Apache-2.0

// What `process` of a generated type checks of memory that it is given. Compiled where it is called: every program carries
// this module's other public functions.

/// The steps in so many values, which must be whole steps of `size` values.
///
/// - Parameters:
///   - count: the values.
///   - name: what they are called, for the message.
///   - size: the values of a step.
/// - Precondition: `count` is a multiple of `size`.
@_alwaysEmitIntoClient
public func stepCount(_ count: Int, of name: StaticString, size: Int) -> Int {
    precondition(count % size == 0, "\(name) has \(count) values; it must have whole steps of \(size)")
    return count / size
}

/// Checks how many values there are.
///
/// - Parameters:
///   - count: the values.
///   - name: what they are called, for the message.
///   - expected: how many there must be.
/// - Precondition: `count` is `expected`.
@_alwaysEmitIntoClient
public func checkCount(_ count: Int, of name: StaticString, is expected: Int) {
    precondition(count == expected, "\(name) has \(count) values; it must have \(expected)")
}

/// Checks that what is written leaves what is read, or written elsewhere, alone.
///
/// - Parameters:
///   - x: other memory.
///   - y: the memory that is written.
///   - orSame: whether both may begin at the same address.
/// - Precondition: the two have no byte in common, or begin at the same address where they may.
@_alwaysEmitIntoClient
public func checkApart<X, Y>(
    _ x: UnsafeBufferPointer<X>, from y: UnsafeMutableBufferPointer<Y>, orSame: Bool = false
) {
    let (x, y) = (UnsafeRawBufferPointer(x), UnsafeRawBufferPointer(y))
    guard let first = x.baseAddress, let second = y.baseAddress else { return }
    if orSame, first == second { return }
    precondition(
        first + x.count <= second || second + y.count <= first, "a result shares memory with an input or another result"
    )
}

/// An address for what nobody reads: that of `x`, or any where it is empty.
///
/// - Parameter x: memory, also none.
@_alwaysEmitIntoClient
public func anyAddress<Element>(of x: UnsafeBufferPointer<Element>) -> UnsafePointer<Element> {
    x.baseAddress ?? UnsafePointer(UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped)
}
