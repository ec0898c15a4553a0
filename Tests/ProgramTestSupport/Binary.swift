// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// What one run of the program gave.
package struct Outcome: CustomStringConvertible {
    package var stdout: String
    package var stderr: String
    /// The exit code; the negative of a signal's number where one ended the program.
    package var code: Int32

    package var description: String { "exit \(code)\n--- stdout\n\(stdout)--- stderr\n\(stderr)" }
    package var lines: [String] { stdout.split(separator: "\n").map(String.init) }
}

/// How long a program may take: far more than any does on any machine, so that only one that hangs gets there.
private let patience: Int = 600

/// A signal, and how long to hold it back.
package struct Interrupt {
    let signal: Int32
    let pause: UInt32

    /// - Parameter pause: microseconds; the program gets as far in them as the machine lets it.
    package init(signal: Int32, pause: UInt32) {
        (self.signal, self.pause) = (signal, pause)
    }
}

/// Under a sanitizer, whose shadow memory no limit of the address space leaves room for.
private let isSanitized = ProcessInfo.processInfo.environment["LSTMC_SANITIZED"] != nil

/// The program did not end.
package struct Hung: Error {
    package var arguments: [String]
}

/// The shell could not make a program.
package struct NoProgram: Error {
    package var outcome: Outcome
}

/// The folder that the test products and the program were built into, whatever the configuration or the scratch path; or the
/// one that `LSTMC_PRODUCTS` names, whose program is run instead.
package let products: URL = {
    if let folder = ProcessInfo.processInfo.environment["LSTMC_PRODUCTS"] {
        return URL(fileURLWithPath: folder).resolvingSymlinksInPath()
    }
    #if os(macOS)
        if let bundle = Bundle.allBundles.first(where: { $0.bundlePath.hasSuffix(".xctest") }) {
            return bundle.bundleURL.deletingLastPathComponent()
        }
    #endif
    // Elsewhere `swift test` runs the test product itself.
    let product = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: product).resolvingSymlinksInPath().deletingLastPathComponent()
}()

/// A folder of one test's own, in which it runs the program; it goes away with its last reference.
package final class Sandbox: Sendable {
    package let folder: URL

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("lstmc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    package func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String { try write(name, [UInt8](text.utf8)) }

    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try FileManager.default.createDirectory(
            at: url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url(name))
        return name
    }

    /// Writes a program that can be run, and returns its path.
    ///
    /// The shell makes it: what this process writes can still be open in another test's child, and such a file cannot be
    /// run ("Text file busy").
    package func writeProgram(_ name: String, _ text: String) throws -> String {
        try write("\(name).text", text)
        let outcome = try run(
            ["-c", "cp \"$0.text\" \"$0\" && chmod 755 \"$0\" && rm \"$0.text\"", name], program: "/bin/sh")
        guard outcome.code == 0 else { throw NoProgram(outcome: outcome) }
        return url(name).path
    }

    package func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }

    /// The names of the folder's files, hidden ones too.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// Runs the program in this folder.
    ///
    /// - Parameters:
    ///   - program: another one than `lstmc`.
    ///   - setup: what the shell does before: `ulimit -f 100`.
    ///   - redirection: where else the shell sends the streams: `>/dev/full`.
    ///   - megabytes: a limit of its address space, where the system has one to set.
    ///   - interrupt: a signal to send, and when.
    ///   - watch: called again and again while the program runs, with its process.
    /// - Throws: ``Hung`` where it does not end by itself.
    package func run(
        _ arguments: [String], program: String? = nil, stdin: String = "", environment: [String: String] = [:],
        setup: String? = nil, redirection: String = "", megabytes: Int? = nil, interrupt: Interrupt? = nil,
        watch: (pid_t) -> Void = { _ in }
    ) throws -> Outcome {
        // What the program is given and gives stays out of its own folder.
        let streams = try Sandbox.streams()
        defer { try? FileManager.default.removeItem(at: streams) }
        try Data(stdin.utf8).write(to: streams.appendingPathComponent("in"))
        // A signal can come before the shell has made these.
        for name in ["out", "err"] { try Data().write(to: streams.appendingPathComponent(name)) }
        // The shell sets what posix_spawn cannot: the folder, the memory and the streams.
        var script = "cd \"$0\" && "
        #if os(Linux)
            if let megabytes, !isSanitized { script += "ulimit -v \(megabytes * 1024) && " }
        #endif
        if let setup { script += "\(setup) && " }
        script += "exec \"$@\" <\"$LSTMC_STREAMS/in\" >\"$LSTMC_STREAMS/out\" 2>\"$LSTMC_STREAMS/err\" \(redirection)"
        let program = program ?? products.appendingPathComponent("lstmc").path
        let command = ["/bin/sh", "-c", script, folder.path, program] + arguments
        var variables = ProcessInfo.processInfo.environment
        variables["LSTMC_STREAMS"] = streams.path
        variables.merge(environment) { $1 }
        guard let code = try spawn(command, variables, interrupt, watch) else {
            throw Hung(arguments: arguments)
        }
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: streams.appendingPathComponent(name)), as: UTF8.self)
        }
        return Outcome(stdout: try text("out"), stderr: try text("err"), code: code)
    }

    package func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    private static func streams() throws -> URL {
        let streams = FileManager.default.temporaryDirectory.appendingPathComponent("lstmc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
        return streams
    }
}

/// Runs a command to its end; nil where it hung.
///
/// Not `Process`: waiting for many of them from many threads is not dependable everywhere.
private func spawn(
    _ command: [String], _ environment: [String: String], _ interrupt: Interrupt?, _ watch: (pid_t) -> Void
) throws -> Int32? {
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process = pid_t()
    #if canImport(Darwin)
        var attributes: posix_spawnattr_t?
    #else
        var attributes = posix_spawnattr_t()
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The tests' own threads hold most signals back, and a program would inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let failure = posix_spawn(&process, command[0], nil, &attributes, arguments, variables)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
    if let interrupt {
        usleep(interrupt.pause)
        kill(process, interrupt.signal)
    }
    var status: Int32 = 0
    var polls = 0
    while waitpid(process, &status, WNOHANG) == 0 {
        if polls == patience * 1000 {
            kill(process, SIGKILL)
            waitpid(process, &status, 0)
            return nil
        }
        watch(process)
        // Counted instead of asking a clock: where the machine is busy, there is more patience.
        usleep(1000)
        polls += 1
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : -signal
}

package let specs = repositoryRoot.appendingPathComponent("Specs")
/// Specs of models whose weights are fetched, and so not there.
package let pretrained = repositoryRoot.appendingPathComponent("Pretrained")
package let vectors = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Vectors")
package let fixtures = repositoryRoot.appendingPathComponent("Tests/CommandLineTests/Fixtures")
