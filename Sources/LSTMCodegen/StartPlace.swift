// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// How a state counts the first steps of a stream, which have no result or make first states, and where.
    struct StartPlace {
        /// The steps that have no result.
        let delay: Int
        /// The steps that are not like the others: those, and the one that makes first states.
        let steps: Int
        /// The float in the state's memory that counts the steps, up to `steps`.
        let offset: Int
        /// What the count is called inside functions.
        let seen: String
        /// Of the next steps, those that have no result, and those that are run alone.
        let early: String
        let first: String

        init?(_ step: Plan, at offset: Int, _ pool: inout NamePool) {
            if step.firstSteps == 0 { return nil }
            (delay, steps, self.offset) = (step.delay, step.firstSteps, offset)
            (seen, early, first) = (pool.unique("seen"), pool.unique("early"), pool.unique("first"))
        }

        /// Whether a step that has a result makes first states, so that it is run alone, too.
        var startsWithResult: Bool { steps > delay }
        /// What the next steps that are run alone are called.
        var alone: String { startsWithResult ? first : early }

        var end: Int { wholeLines(offset + 1) }
        var range: String { "\(offset)..<\(offset + 1)" }
        /// The float, as source says it, and what it counts, up to a number.
        var memory: String { "memory[\(offset)]" }
        func count(to end: Int, in state: String = "") -> String {
            "LSTMRuntime.stepsSeen(\(state)\(memory), of: \(end))"
        }
        /// Names those of the next steps that have no result.
        func earlyText(in state: String = "") -> String {
            "let \(early) = Swift.min(\(delay) - \(count(to: delay, in: state)), steps)"
        }
        /// Names those of the next steps that are run alone.
        var firstText: String { "let \(first) = Swift.min(\(steps) - \(count(to: steps)), steps)" }
        /// The first step that has a result, in words.
        var words: String {
            delay == 1 ? "The first step of a stream has" : "The first \(delay) steps of a stream have"
        }
    }

    /// Where the first steps have no result: how they are counted.
    var delayed: StartPlace? { start.flatMap { $0.delay > 0 ? $0 : nil } }

    /// The calls of a step, inside an `if` those that do not run at each; then the step is counted.
    func printStepCalls(_ run: Run, _ printer: inout CodePrinter) {
        guard let start else {
            for call in run.calls { printer.list(call.calleeText, call.argumentTexts) }
            return
        }
        printer.print("let \(start.seen) = \(start.count(to: start.steps))")
        var calls = run.calls[...]
        while let next = calls.first {
            let together = calls.prefix { $0.delay == next.delay && $0.isStart == next.isStart }
            calls = calls.dropFirst(together.count)
            func printCalls(_ printer: inout CodePrinter) {
                for call in together { printer.list(call.calleeText, call.argumentTexts) }
            }
            if next.isStart {
                printer.block("if \(start.seen) == \(next.delay)", printCalls)
            } else if next.delay > 0 {
                printer.block("if \(start.seen) >= \(next.delay)", printCalls)
            } else {
                printCalls(&printer)
            }
        }
        printer.print("\(start.memory) = Swift.Float(Swift.min(\(start.seen) + 1, \(start.steps)))")
    }
}
