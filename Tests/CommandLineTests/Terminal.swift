// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import PseudoTerminal

/// A pseudo-terminal: what a program writes to the device at `path` can be read here.
final class Terminal {
    /// A device's path, to redirect a stream to.
    let path: String
    private let main: Int32
    /// Held open, so that what was written stays when the program closes its end.
    private let device: Int32

    init() throws {
        var name = [CChar](repeating: 0, count: 256)
        main = pseudo_terminal_open(&name, name.count)
        guard main >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ENOTTY) }
        path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        device = open(path, O_RDWR | O_NOCTTY)
        guard device >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ENOTTY) }
        _ = fcntl(main, F_SETFL, fcntl(main, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        close(device)
        close(main)
    }

    /// What was written since the last call, each line's end as the program wrote it.
    func text() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(main, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }
}

extension Sandbox {
    /// Runs the program with stderr, and with `results` stdout too, on a terminal; in `outcome` the terminal's text stands
    /// as stderr.
    func runOnTerminal(
        _ arguments: [String], results: Bool = false, environment: [String: String] = [:]
    ) throws -> Outcome {
        let terminal = try Terminal()
        var variables = ["TERM": "xterm-256color", "NO_COLOR": "", "CLICOLOR_FORCE": ""]
        variables.merge(environment) { $1 }
        let streams = results ? ">\(terminal.path) 2>\(terminal.path)" : "2>\(terminal.path)"
        var text = ""
        // Read all the while: a terminal that is full holds the program up.
        var outcome = try run(arguments, environment: variables, redirection: streams) { _ in text += terminal.text() }
        outcome.stderr = text + terminal.text()
        return outcome
    }
}
