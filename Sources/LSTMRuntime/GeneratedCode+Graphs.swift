// SPDX-License-Identifier: Apache-2.0

// What generated code of models with several inputs, or with results of integers, needs beside `GeneratedCode.swift`.
// Compiled where it is called: every program carries this module's other public functions.

/// The address of a result of integers.
@_alwaysEmitIntoClient
public func withIntegerPointer(_ y: inout MutableSpan<Int32>, _ body: (UnsafeMutablePointer<Int32>) -> Void) {
    y.withUnsafeMutableBufferPointer { y in
        if let y = y.baseAddress { body(y) }
    }
}

/// The address of a further input of a step.
@_alwaysEmitIntoClient
public func withInputPointer(_ x: Span<Float>, _ body: (UnsafePointer<Float>) -> Void) {
    x.withUnsafeBufferPointer { x in
        if let x = x.baseAddress { body(x) }
    }
}

/// The same for a token.
@_alwaysEmitIntoClient
public func withInputPointer(_ id: Int32, _ body: (UnsafePointer<Int32>) -> Void) {
    withUnsafePointer(to: id, body)
}

/// `zeroPadding` of integers, whose zeros are the same four bytes.
@_alwaysEmitIntoClient
public func zeroPadding(
    _ x: UnsafeMutablePointer<Int32>, steps: Int, batch: Int, size: Int, layout: SequenceLayout, lengths: Lengths
) {
    x.withMemoryRebound(to: Float.self, capacity: steps * batch * size) { floats in
        zeroPadding(floats, steps: steps, batch: batch, size: size, layout: layout, lengths: lengths)
    }
}

/// Repeats the first `size` values over all: what does not change from step to step.
@_alwaysEmitIntoClient
public func repeatFirst<Element>(_ y: inout [Element], size: Int) {
    for index in y.indices.dropFirst(size) { y[index] = y[index - size] }
}
