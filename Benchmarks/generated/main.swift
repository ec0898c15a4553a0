// SPDX-License-Identifier: Apache-2.0
//
// A generated type beside the interpreter on the same weights, in one process and by turns: nanoseconds a step, one call a
// step and in whole sequences. compare.py writes the package around this file, `Models.swift` included.
//
//     compare SECONDS                 a line for each model
//     compare count MODEL WAY PASSES  nothing but so many passes, for a program that counts instructions

import Foundation
import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

/// What every generated type of this program has: one value in.
protocol Streamed {
    associatedtype State
    init()
    static var outputSize: Int { get }
    static func start() -> State
    func step(_ frame: Span<Float>, state: inout State, into y: inout MutableSpan<Float>)
    func callAsFunction(_ x: [Float], initial: LSTMState?) throws(InputError) -> [Float]
}

/// One model both ways. Each pass goes on from where the last one ended.
struct Contest<Model: Streamed> {
    let name: String
    let x: [Float]
    let generated = Model()
    let interpreted: InterpretedModel
    let stream: InterpreterStream
    let session: InterpreterSession
    let inputs: Inputs
    var state = Model.start()
    var y: [Float]

    init(_ name: String, folder: URL, steps: Int) throws {
        self.name = name
        let text = [UInt8](try Data(contentsOf: folder.appendingPathComponent("\(name).lstm.yaml")))
        guard let document = parse(SourceFile(path: "\(name).lstm.yaml", bytes: text)).document,
            let model = lower(document).model, let file = model.weights?.file.value
        else { throw Failure(what: "\(name): the spec is refused") }
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
        guard let parameters = reconcile(try Checkpoint(bytes, fileName: file), with: model).parameters else {
            throw Failure(what: "\(name): the weights are refused")
        }
        interpreted = InterpretedModel(model, parameters: parameters)
        guard let stream = InterpreterStream(interpreted) else { throw Failure(what: "\(name) does not stream") }
        self.stream = stream
        session = InterpreterSession(interpreted, steps: steps, batch: 1)
        inputs = try randomInputs(for: model, steps: steps, batch: 1)
        guard case .features(let values) = inputs.x else { throw Failure(what: "\(name) reads tokens") }
        x = values
        y = [Float](repeating: 0, count: steps * Model.outputSize)
    }

    mutating func stepGenerated() {
        withBuffers { (contest: inout Self, x, y) in
            let size = Model.outputSize
            for index in x.indices {
                let frame = UnsafeBufferPointer(rebasing: x[index..<(index + 1)]).span
                var result = UnsafeMutableBufferPointer(rebasing: y[(index * size)..<((index + 1) * size)]).mutableSpan
                contest.generated.step(frame, state: &contest.state, into: &result)
            }
        }
    }

    mutating func stepInterpreted() {
        withBuffers { (contest: inout Self, x, y) in
            guard let first = x.baseAddress, let y = y.baseAddress else { return }
            let size = Model.outputSize
            for index in x.indices {
                if let row = contest.stream.step(first + index) { (y + index * size).update(from: row, count: size) }
            }
        }
    }

    /// x, and the memory of y, which is the contest's again afterwards.
    private mutating func withBuffers(
        _ body: (inout Self, UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
    ) {
        var results: [Float] = []
        swap(&results, &y)
        let samples = x
        samples.withUnsafeBufferPointer { x in results.withUnsafeMutableBufferPointer { y in body(&self, x, y) } }
        swap(&results, &y)
    }

    mutating func runGenerated() throws { y = try generated(x, initial: nil) }

    mutating func runInterpreted() { session.run(inputs) }

    /// Both ways give the same bits.
    mutating func check() throws {
        stepGenerated()
        let first = y
        stepInterpreted()
        guard y == first else { throw Failure(what: "\(name): the two streams differ") }
        try runGenerated()
        guard y == first else { throw Failure(what: "\(name): the sequence differs from the stream") }
    }
}

struct Failure: Error { var what: String }

/// Nanoseconds a step of `first` and of `second`, by turns; the least of each, since other work only ever adds.
struct Paired {
    var first = Double.infinity
    var second = Double.infinity

    init(seconds: Double, steps: Int, _ first: () -> Void, _ second: () -> Void) {
        let clock = ContinuousClock()
        func time(_ passes: Int, _ body: () -> Void) -> Double {
            clock.measure { for _ in 0..<passes { body() } } / .nanoseconds(1) / Double(passes * steps)
        }
        var passes = 1
        // Short enough to come through between two interruptions, long enough for the clock.
        while time(passes, first) * Double(passes * steps) < 1e5 { passes *= 2 }
        let start = clock.now
        repeat {
            self.first = min(self.first, time(passes, first))
            self.second = min(self.second, time(passes, second))
        } while (clock.now - start) / .seconds(1) < seconds
    }
}

extension Contest {
    mutating func measure(seconds: Double) throws {
        try check()
        var mine = self
        var theirs = self
        let steps = x.count
        let step = Paired(seconds: seconds, steps: steps, { mine.stepGenerated() }, { theirs.stepInterpreted() })
        let whole = Paired(seconds: seconds, steps: steps, { try? mine.runGenerated() }, { theirs.runInterpreted() })
        print(
            name,
            [step.first, step.second, whole.first, whole.second].map {
                String(format: "%.3f", $0)
            }.joined(separator: " "))
    }

    mutating func count(_ way: String, passes: Int) throws {
        for _ in 0..<passes {
            switch way {
            case "step-generated": stepGenerated()
            case "step-interpreted": stepInterpreted()
            case "whole-generated": try runGenerated()
            default: runInterpreted()
            }
        }
    }
}

let arguments = CommandLine.arguments
if let isa = ProcessInfo.processInfo.environment["LSTMC_ISA"], !InstructionSet.select(isa) {
    throw Failure(what: "this machine has no \(isa)")
}
if arguments.count == 5, arguments[1] == "count" {
    try count(model: arguments[2], way: arguments[3], passes: Int(arguments[4]) ?? 1)
} else {
    try measureAll(seconds: arguments.count > 1 ? Double(arguments[1]) ?? 0.5 : 0.5)
}
