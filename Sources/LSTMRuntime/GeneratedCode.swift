// SPDX-License-Identifier: Apache-2.0

/// What generated code of this generation of `lstmc` needs of this library; generated files name it, so that one too new
/// for the library fails to compile at that line.
public enum LSTMRuntimeInterface1 {}

/// Floats at a 64-byte boundary, of any value at first, for as long as `body` runs.
@inlinable
public func withWorkspace(floats count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    defer { memory.deallocate() }
    body(memory.bindMemory(to: Float.self, capacity: count))
}

/// Addresses of one step's input, state and result.
///
/// Copies the state's memory where it is shared, and allocates nothing where it is not.
@inlinable
public func withStepPointers(
    _ x: Span<Float>, _ state: inout StreamMemory, _ y: inout MutableSpan<Float>,
    _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
    x.withUnsafeBufferPointer { x in
        withStepPointers(&state, &y) { state, y in
            if let x = x.baseAddress { body(x, state, y) }
        }
    }
}

/// The same for a token.
@inlinable
public func withStepPointers(
    _ id: Int32, _ state: inout StreamMemory, _ y: inout MutableSpan<Float>,
    _ body: (UnsafePointer<Int32>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
    withUnsafePointer(to: id) { id in
        withStepPointers(&state, &y) { state, y in body(id, state, y) }
    }
}

/// The same for a step whose only result is the state.
@inlinable
public func withStepPointers(
    _ x: Span<Float>, _ state: inout StreamMemory,
    _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
    x.withUnsafeBufferPointer { x in
        state.withPointer { state in
            if let x = x.baseAddress { body(x, state) }
        }
    }
}

/// The same for a token whose only result is the state.
@inlinable
public func withStepPointers(
    _ id: Int32, _ state: inout StreamMemory,
    _ body: (UnsafePointer<Int32>, UnsafeMutablePointer<Float>) -> Void
) {
    withUnsafePointer(to: id) { id in
        state.withPointer { state in body(id, state) }
    }
}

@inlinable
func withStepPointers(
    _ state: inout StreamMemory, _ y: inout MutableSpan<Float>,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
    y.withUnsafeMutableBufferPointer { y in
        state.withPointer { state in
            if let y = y.baseAddress { body(state, y) }
        }
    }
}

/// The steps of a stream so far, up to `delay`, from the float that counts them in its state. What a file says there is
/// taken for the nearest number that can be.
@_alwaysEmitIntoClient
public func stepsSeen(_ count: Float, of delay: Int) -> Int {
    count >= Float(delay) ? delay : count > 0 ? Int(count) : 0
}

/// The address of a further result of a step.
@inlinable
public func withPointer(_ y: inout MutableSpan<Float>, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    y.withUnsafeMutableBufferPointer { y in
        if let y = y.baseAddress { body(y) }
    }
}
