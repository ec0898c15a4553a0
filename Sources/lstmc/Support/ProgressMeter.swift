// SPDX-License-Identifier: Apache-2.0

import LSTMGeneration

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Progress {
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
            show("\(what) \(Int(share * 100)) %, about \(timeText(left)) left")
        }
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
