// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMSpec

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How diagnostics are written: for people or for machines.
enum DiagnosticsFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// The terminal: results go to stdout, everything else to stderr.
enum Console {
    static func print(_ lines: [String]) {
        write(lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
    }

    static func print(_ line: String) {
        print([line])
    }

    /// Writes to stdout as it stands.
    static func write(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// Writes to stderr as it stands.
    static func log(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    static var errorsAreATerminal: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            // Nobody reads any more: what is left has nowhere to go.
            if written <= 0 { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
