// SPDX-License-Identifier: Apache-2.0
//
// A step of each of 10,000 streams: in a pool, and by a call for each, in one process and by turns. pool.py writes the package
// around this file, `Models.swift` included.
//
//     pool SECONDS    a line for each model: microseconds a stream and step, by calls and in a pool

import Foundation

let streams = 10_000

struct Failure: Error { var what: String }

/// The median of each, and of the ratios of neighbours, which other work on the machine changes least.
func measure(
    _ name: String, inputs: Int, outputs: Int, seconds: Double,
    single: (UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void,
    pooled: (UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
) throws {
    let x = UnsafeMutableBufferPointer<Float>.allocate(capacity: streams * inputs)
    let y = UnsafeMutableBufferPointer<Float>.allocate(capacity: streams * outputs)
    let other = UnsafeMutableBufferPointer<Float>.allocate(capacity: streams * outputs)
    for index in x.indices { x[index] = Float.random(in: -1...1) }
    y.initialize(repeating: 0)
    other.initialize(repeating: 1)
    let clock = ContinuousClock()
    func time(_ body: () -> Void) -> Double { clock.measure(body) / .microseconds(1) / Double(streams) }
    var (singles, pools): ([Double], [Double]) = ([], [])
    let start = clock.now
    repeat {
        singles.append(time { single(x, y) })
        pools.append(time { pooled(x, other) })
        guard y.elementsEqual(other) else { throw Failure(what: "\(name): the pool gives other bits") }
    } while (clock.now - start) / .seconds(1) < seconds || singles.count < 5
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let ratio = median(zip(singles, pools).map { $0 / $1 })
    print(name, String(format: "%.3f %.3f %.2f", median(singles), median(pools), ratio))
}

let arguments = CommandLine.arguments
try measureAll(seconds: arguments.count > 1 ? Double(arguments[1]) ?? 5 : 5)
