// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A line on stderr that says how far a long piece of work is, where somebody is there to see it.
enum Progress {
    // Only the thread that runs the command shows and clears the line.
    nonisolated(unsafe) private(set) static var isShown = false

    /// Goes to the line's start and removes what is there.
    static let clearing = "\r\u{1B}[K"

    /// A function that takes the share done, 0 to 1; nil where stderr is no terminal that can clear a line, or is for
    /// machines.
    static func meter(_ what: String, _ style: DiagnosticsStyle) -> ((Double) -> Void)? {
        let terminal = getenv("TERM").map { String(cString: $0) } ?? "dumb"
        guard Console.errorsAreATerminal, terminal != "dumb", style.format == .text else { return nil }
        let clock = ContinuousClock()
        let start = clock.now
        var last = start
        return { share in
            if share >= 1 { return clear() }
            let now = clock.now
            // Short work stays silent, and a terminal needs no more than ten lines a second.
            guard share > 0, now - start > .seconds(1), now - last > .milliseconds(100) else { return }
            last = now
            let left = (now - start) / .seconds(1) * (1 - share) / share
            Console.log("\(clearing)\(what) \(Int(share * 100)) %, about \(timeText(left)) left")
            isShown = true
        }
    }

    /// Makes way for what is written next.
    static func clear() {
        guard isShown else { return }
        isShown = false
        Console.log(clearing)
    }

    /// `40 s`, `3 min`, `2 h 5 min`: no more than an estimate is worth.
    static func timeText(_ seconds: Double) -> String {
        guard seconds < 1e9 else { return "a very long time" }
        let whole = max(1, Int(seconds.rounded(.up)))
        if whole < 100 { return "\(whole) s" }
        let minutes = (whole + 59) / 60
        return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
