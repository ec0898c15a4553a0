// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A line on stderr that says how far a long piece of work is, where somebody is there to see it.
package enum Progress {
    // Only the thread that runs the command shows and clears the line.
    nonisolated(unsafe) private(set) static var isShown = false

    /// Goes to the line's start and removes what is there.
    package static let clearing = "\r\u{1B}[K"

    /// Shows the line that long work is at.
    package static func show(_ line: String) {
        Console.log(clearing + line)
        isShown = true
    }

    /// Makes way for what is written next.
    package static func clear() {
        guard isShown else { return }
        isShown = false
        Console.log(clearing)
    }
}
