// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// How a state counts the first steps of a stream, which have no result, and where.
    struct StartPlace {
        /// The steps that have no result.
        let delay: Int
        /// The float in the state's memory that counts them, up to `delay`.
        let offset: Int
        /// What the count is called inside functions, and those of the next steps that have no result.
        let seen: String
        let early: String

        init(_ delay: Int, at offset: Int, _ pool: inout NamePool) {
            (self.delay, self.offset) = (delay, offset)
            (seen, early) = (pool.unique("seen"), pool.unique("early"))
        }

        var end: Int { wholeLines(offset + 1) }
        var range: String { "\(offset)..<\(offset + 1)" }
        /// The float, as source says it, and what it counts.
        var memory: String { "memory[\(offset)]" }
        func count(in state: String = "") -> String { "LSTMRuntime.stepsSeen(\(state)\(memory), of: \(delay))" }
        /// Names those of the next steps that have no result.
        func earlyText(in state: String = "") -> String {
            "let \(early) = Swift.min(\(delay) - \(count(in: state)), steps)"
        }
        /// The first step that has a result, in words.
        var words: String {
            delay == 1 ? "The first step of a stream has" : "The first \(delay) steps of a stream have"
        }
    }

    /// The calls of a step, those of layers that begin later inside an `if`; then the step is counted.
    func printStepCalls(_ run: Run, _ printer: inout CodePrinter) {
        guard let start else {
            for call in run.calls { printer.list(call.calleeText, call.argumentTexts) }
            return
        }
        printer.print("let \(start.seen) = \(start.count())")
        var calls = run.calls[...]
        while let delay = calls.first?.delay {
            let together = calls.prefix { $0.delay == delay }
            calls = calls.dropFirst(together.count)
            func printCalls(_ printer: inout CodePrinter) {
                for call in together { printer.list(call.calleeText, call.argumentTexts) }
            }
            if delay == 0 { printCalls(&printer) } else { printer.block("if \(start.seen) >= \(delay)", printCalls) }
        }
        printer.print("\(start.memory) = Swift.Float(Swift.min(\(start.seen) + 1, \(start.delay)))")
    }
}
