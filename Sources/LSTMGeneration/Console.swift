// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How diagnostics are written: for people or for machines.
package enum DiagnosticsFormat: String, CaseIterable {
    case text
    case json
}

/// The terminal: results go to stdout, everything else to stderr.
package enum Console {
    /// Writes to stdout as it stands.
    package static func write(_ text: String) throws(WriteError) {
        Progress.clear()
        try write(text, to: STDOUT_FILENO)
    }

    /// Writes to stderr as it stands.
    package static func log(_ text: String) {
        Progress.clear()
        // Where even that fails, there is nobody left to tell.
        try? write(text, to: STDERR_FILENO)
    }

    package static var errorsAreATerminal: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) throws(WriteError) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            // Nobody reads any more, as after `| head`: what is left is not wanted.
            if written < 0 && errno == EPIPE { return }
            if written < 0 { throw WriteError(reason: systemReason(errno)) }
            bytes = bytes.dropFirst(written)
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
