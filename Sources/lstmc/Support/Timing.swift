// SPDX-License-Identifier: Apache-2.0

/// How long one pass takes: warmed up, then run many times.
struct Timing {
    private let clock = ContinuousClock()
    /// Seconds a pass, in the order they were run.
    private(set) var samples: [Double] = []

    /// Runs `pass` for about `seconds`, at least three times.
    ///
    /// Passes shorter than the clock can see well are timed several at once.
    init(seconds: Double, _ pass: () -> Void) {
        func time(_ passes: Int) -> Double { clock.measure { for _ in 0..<passes { pass() } } / .seconds(1) }
        // The first passes fill the caches, and say how many fit between two looks at the clock.
        var passes = 1
        var taken = time(1)
        let warmUp = clock.now
        while (clock.now - warmUp) / .seconds(1) < min(0.1 * seconds, 0.3) {
            if taken < 20e-6 { passes *= 2 }
            taken = time(passes)
        }
        let start = clock.now
        repeat {
            samples.append(time(passes) / Double(passes))
        } while samples.count < 3 || (samples.count < 1_000_000 && (clock.now - start) / .seconds(1) < 0.9 * seconds)
    }

    /// Runs `pass` exactly `passes` times. Allocates as much for many passes as for one, so that what two counts of passes
    /// differ by is the passes' own.
    init(passes: Int, _ pass: () -> Void) {
        samples.reserveCapacity(passes)
        for _ in 0..<passes { samples.append(clock.measure(pass) / .seconds(1)) }
    }

    var minimum: Double { samples.min() ?? 0 }

    var median: Double {
        let sorted = samples.sorted()
        let middle = sorted.count / 2
        if sorted.isEmpty { return 0 }
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
