// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// Layers that combine two values at a time; of more operands the caller combines one after another, in the order written.
///
/// `count` floats at a and at b, as many at y; y may be a or b. The forms that take operands repeat those that have no
/// time axis over time, and those of size 1 over the last axis. All are compiled where they are called.
public enum Combine {
    /// One operand of a result (time, batch, outer, size) or (batch, time, outer, size).
    public struct Operand {
        @usableFromInline let x: UnsafePointer<Float>
        @usableFromInline let size: Int
        @usableFromInline let hasTime: Bool

        /// - Parameters:
        ///   - x: as the result, with a last axis of `size`; (batch, outer, size) where it has no time axis.
        ///   - size: the result's, or 1.
        ///   - hasTime: false for one vector a sequence, which is repeated over time.
        @_alwaysEmitIntoClient
        public init(_ x: UnsafePointer<Float>, size: Int, hasTime: Bool) {
            self.x = x
            self.size = size
            self.hasTime = hasTime
        }
    }

    /// a + b.
    @_alwaysEmitIntoClient
    public static func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_add(lstmc_kernels_current(), y, whole(a), whole(b), count)
    }

    /// a - b.
    @_alwaysEmitIntoClient
    public static func subtract(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_subtract(lstmc_kernels_current(), y, whole(a), whole(b), count)
    }

    /// a * b.
    @_alwaysEmitIntoClient
    public static func multiply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_multiply(lstmc_kernels_current(), y, whole(a), whole(b), count)
    }

    /// The larger of a and b, NaN where one is NaN: torch.maximum.
    @_alwaysEmitIntoClient
    public static func maximum(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_maximum(lstmc_kernels_current(), y, whole(a), whole(b), count)
    }

    /// a + b, each repeated over what it lacks; y may be an operand of the full shape.
    @_alwaysEmitIntoClient
    public static func add(
        _ a: Operand, _ b: Operand, steps: Int, batch: Int, outer: Int, size: Int, layout: SequenceLayout,
        into y: UnsafeMutablePointer<Float>
    ) {
        let kernels = lstmc_kernels_current()
        eachRun(a, b, steps: steps, batch: batch, outer: outer, size: size, layout) {
            lstmc_add(kernels, y + $0, $1, $2, $3)
        }
    }

    /// a - b, each repeated over what it lacks; y may be an operand of the full shape.
    @_alwaysEmitIntoClient
    public static func subtract(
        _ a: Operand, _ b: Operand, steps: Int, batch: Int, outer: Int, size: Int, layout: SequenceLayout,
        into y: UnsafeMutablePointer<Float>
    ) {
        let kernels = lstmc_kernels_current()
        eachRun(a, b, steps: steps, batch: batch, outer: outer, size: size, layout) {
            lstmc_subtract(kernels, y + $0, $1, $2, $3)
        }
    }

    /// a * b, each repeated over what it lacks; y may be an operand of the full shape.
    @_alwaysEmitIntoClient
    public static func multiply(
        _ a: Operand, _ b: Operand, steps: Int, batch: Int, outer: Int, size: Int, layout: SequenceLayout,
        into y: UnsafeMutablePointer<Float>
    ) {
        let kernels = lstmc_kernels_current()
        eachRun(a, b, steps: steps, batch: batch, outer: outer, size: size, layout) {
            lstmc_multiply(kernels, y + $0, $1, $2, $3)
        }
    }

    /// The larger of a and b, NaN where one is NaN, each repeated over what it lacks; y may be an operand of the full shape.
    @_alwaysEmitIntoClient
    public static func maximum(
        _ a: Operand, _ b: Operand, steps: Int, batch: Int, outer: Int, size: Int, layout: SequenceLayout,
        into y: UnsafeMutablePointer<Float>
    ) {
        let kernels = lstmc_kernels_current()
        eachRun(a, b, steps: steps, batch: batch, outer: outer, size: size, layout) {
            lstmc_maximum(kernels, y + $0, $1, $2, $3)
        }
    }

    @_alwaysEmitIntoClient
    static func whole(_ x: UnsafePointer<Float>) -> lstmc_operand { lstmc_operand(x: x, single: false) }

    /// Calls `body` with the place in y, both operands and the number of values of each run, the longest there are.
    @_alwaysEmitIntoClient
    static func eachRun(
        _ a: Operand, _ b: Operand, steps: Int, batch: Int, outer: Int, size: Int, _ layout: SequenceLayout,
        _ body: (Int, lstmc_operand, lstmc_operand, Int) -> Void
    ) {
        precondition((a.size == size || a.size == 1) && (b.size == size || b.size == 1))
        let step = outer * size
        guard a.size == size, b.size == size else {
            // One row of `size` at a time.
            return eachStep(steps: steps, batch: batch, layout) { place, row in
                for position in 0..<outer {
                    let (full, vector) = (place * outer + position, row * outer + position)
                    body(
                        full * size, a.row(a.hasTime ? full : vector, of: size),
                        b.row(b.hasTime ? full : vector, of: size), size)
                }
            }
        }
        if a.hasTime, b.hasTime { return body(0, whole(a.x), whole(b.x), steps * batch * step) }
        if layout == .timeFirst {
            for time in 0..<steps {
                let place = time * batch * step
                body(
                    place, whole(a.hasTime ? a.x + place : a.x), whole(b.hasTime ? b.x + place : b.x), batch * step)
            }
        } else {
            eachStep(steps: steps, batch: batch, layout) { place, row in
                let (full, vector) = (place * step, row * step)
                body(
                    full, whole(a.x + (a.hasTime ? full : vector)), whole(b.x + (b.hasTime ? full : vector)), step)
            }
        }
    }

    /// Calls `body` with each step's place among all in memory, and its sequence.
    @_alwaysEmitIntoClient
    static func eachStep(steps: Int, batch: Int, _ layout: SequenceLayout, _ body: (Int, Int) -> Void) {
        switch layout {
        case .timeFirst: for time in 0..<steps { for row in 0..<batch { body(time * batch + row, row) } }
        case .batchFirst: for row in 0..<batch { for time in 0..<steps { body(row * steps + time, row) } }
        }
    }
}

extension Combine.Operand {
    /// Row number `index` of those that the operand has, as `size` values.
    @_alwaysEmitIntoClient
    func row(_ index: Int, of size: Int) -> lstmc_operand {
        lstmc_operand(x: x + index * self.size, single: self.size != size)
    }
}
