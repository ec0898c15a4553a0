// SPDX-License-Identifier: Apache-2.0

/// A line on stderr that says how far a long piece of work is, where somebody is there to see it.
enum Progress {
    /// A function that takes the share done, 0 to 1; nil where stderr is no terminal, or is for machines.
    static func meter(_ what: String, _ style: DiagnosticsStyle) -> ((Double) -> Void)? {
        guard Console.errorsAreATerminal, style.format == .text else { return nil }
        let clock = ContinuousClock()
        let start = clock.now
        var last = start
        var isShown = false
        return { share in
            let now = clock.now
            if share >= 1 {
                if isShown { Console.log("\r\u{1B}[K") }
                return
            }
            // Short work stays silent, and a terminal needs no more than ten lines a second.
            guard now - start > .seconds(1), now - last > .milliseconds(100) else { return }
            last = now
            isShown = true
            let seconds = share > 0 ? (now - start) / .seconds(1) * (1 - share) / share : 0
            Console.log("\r\u{1B}[K\(what) \(Int(share * 100)) %, about \(Int(seconds.rounded(.up))) s left")
        }
    }
}
