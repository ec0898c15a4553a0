// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// How many threads a whole-sequence run may have.
struct ThreadsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Threads that share the work, at most; the results are the same to the last bit.", valueName: "count"))
    var threads = 1

    func validate() throws {
        // Far more than any machine runs at once, and few enough to count on.
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads must be 1 to 1,024, not \(threads).")
        }
    }
}
