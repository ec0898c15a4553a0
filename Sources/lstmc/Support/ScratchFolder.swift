// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMGeneration

#if canImport(Darwin)
    @preconcurrency import Darwin
#elseif canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#endif

/// A temporary folder for a child process. Both go away when the work is done, and when a signal ends this one.
struct ScratchFolder {
    private let path: String

    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Makes the folder; `files` are the names of all that will ever be in it. One at a time.
    init(files: [String]) throws(WriteError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        let made = Interruption.withSignalsHeld { () -> Result<String, WriteError> in
            guard let name = strdup(parent + "/lstmc-XXXXXX") else {
                return .failure(.init(reason: systemReason(errno)))
            }
            defer { free(name) }
            guard mkdtemp(name) != nil else { return .failure(.init(reason: systemReason(errno))) }
            let path = String(cString: name)
            ToRemove.set(folder: path, files: files.map { "\(path)/\($0)" })
            for number in Self.signals {
                let before = signal(number, endAndRemove)
                if isIgnoring(before) { _ = signal(number, SIG_IGN) } else { ToRemove.handlerBefore = before }
            }
            return .success(path)
        }
        path = try made.get()
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws(WriteError) {
        // Held: the folder could not be removed while the temporary file of a write is in it.
        let written = Interruption.withSignalsHeld { () -> Result<Void, WriteError> in
            Result { () throws(WriteError) in try writeAtomically(bytes, to: path(name)) }
        }
        try written.get()
    }

    /// Removes one of the files, where it is there.
    func clear(_ name: String) { unlink(path(name)) }

    /// Runs a program to its end, without input, its two output streams in the file `log`.
    ///
    /// - Returns: the exit code; the negative of a signal's number where one ended it.
    func run(_ command: [String], log: String) throws(WriteError) -> Int32 {
        let process = try Interruption.withSignalsHeld { start(command, log: path(log)) }.get()
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { throw WriteError(reason: systemReason(errno)) }
        }
        ToRemove.child = 0
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    private func start(_ command: [String], log: String) -> Result<pid_t, WriteError> {
        let arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // Signals wait here, but must not in the child.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let failure = posix_spawnp(&process, command[0], &actions, &attributes, arguments, environ)
        guard failure == 0 else { return .failure(WriteError(reason: systemReason(failure))) }
        ToRemove.child = process
        return .success(process)
    }

    /// Removes the folder and what is in it.
    func remove() {
        ToRemove.now()
        for number in Self.signals {
            let ours = signal(number, ToRemove.handlerBefore ?? SIG_DFL)
            if isIgnoring(ours) { _ = signal(number, SIG_IGN) }
        }
    }
}

/// Whether what `signal` gave back stands for ignoring, as nohup has it.
private func isIgnoring(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// What the signal handler reads, which may only touch plain memory.
private enum ToRemove {
    nonisolated(unsafe) static var child: pid_t = 0
    /// What signals did before: called after ours.
    nonisolated(unsafe) static var handlerBefore: (@convention(c) (Int32) -> Void)?
    nonisolated(unsafe) private static var folder: UnsafeMutablePointer<CChar>?
    nonisolated(unsafe) private static var files: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    nonisolated(unsafe) private static var count = 0

    static func set(folder path: String, files names: [String]) {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: names.count)
        for (index, name) in names.enumerated() { (list + index).initialize(to: strdup(name)) }
        (folder, files, count) = (strdup(path), list, names.count)
    }

    static func now() {
        if let files {
            var index = 0
            while index < count {
                if let file = files[index] { unlink(file) }
                index += 1
            }
        }
        if let folder { rmdir(folder) }
    }
}

private func endAndRemove(_ number: Int32) {
    if ToRemove.child > 0 {
        kill(ToRemove.child, SIGKILL)
        var status: Int32 = 0
        waitpid(ToRemove.child, &status, 0)
    }
    ToRemove.now()
    _ = signal(number, ToRemove.handlerBefore ?? SIG_DFL)
    raise(number)
}
