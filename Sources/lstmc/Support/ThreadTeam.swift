// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// The same jobs, each on a thread of its own, again and again.
final class ThreadTeam {
    private let jobs: [@Sendable () -> Void]
    private let queue = DispatchQueue(label: "bench", attributes: .concurrent)

    init(_ jobs: [@Sendable () -> Void]) {
        self.jobs = jobs
    }

    /// Runs every job once, and returns when all are done.
    func run() {
        let group = DispatchGroup()
        for job in jobs { queue.async(group: group, execute: job) }
        group.wait()
    }
}
