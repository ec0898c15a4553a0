// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is tidied up when a signal ends the program: the files that are not whole yet, and the line of progress.
package enum Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT]

    // The signal handler reads these, and it may only touch plain memory: paths as C strings, null where one is done.
    nonisolated(unsafe) private static var paths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    nonisolated(unsafe) private static var count = 0
    nonisolated(unsafe) private static var clearing: UnsafeMutablePointer<CChar>?
    /// In a program alone: a library handles no signals, and its callers have several threads.
    nonisolated(unsafe) private static var isInstalled = false

    /// Called once, before any work. Signals that the program was started to ignore, as by nohup, stay ignored.
    package static func install() {
        isInstalled = true
        clearing = strdup(Progress.clearing)
        (paths, count) = (nil, 0)
        for number in signals {
            let before = signal(number, handle)
            if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
        }
        // Past a limit of file sizes, a write that fails can be reported; a signal would only kill.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Ends as the signal alone would have ended it, so that the one who waits for the program sees the signal.
    private static let handle: @convention(c) (Int32) -> Void = { number in
        if Progress.isShown, let clearing { _ = write(STDERR_FILENO, clearing, strlen(clearing)) }
        var index = 0
        while index < count {
            if let path = paths?[index] { unlink(path) }
            index += 1
        }
        signal(number, SIG_DFL)
        raise(number)
    }

    /// Has these files removed when a signal comes, until `keep` is called.
    package static func removeIfInterrupted(_ files: [String]) {
        guard isInstalled else { return }
        withSignalsHeld {
            let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: files.count)
            for (index, file) in files.enumerated() { (list + index).initialize(to: strdup(file)) }
            (paths, count) = (list, files.count)
        }
    }

    package static func keep() {
        guard isInstalled else { return }
        withSignalsHeld {
            for index in 0..<count { free(paths?[index]) }
            paths?.deallocate()
            (paths, count) = (nil, 0)
        }
    }

    /// Calls `body`; signals that come meanwhile are delivered after it.
    package static func withSignalsHeld<Result>(_ body: () -> Result) -> Result {
        var (held, before) = (sigset_t(), sigset_t())
        sigemptyset(&held)
        for number in signals { sigaddset(&held, number) }
        pthread_sigmask(SIG_BLOCK, &held, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return body()
    }
}
