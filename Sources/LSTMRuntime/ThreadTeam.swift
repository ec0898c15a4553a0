// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// The process's team of threads, which calls with `threads:` share.
package enum ThreadTeam {
    /// For tests: from now on as if the machine had so many processors, and every work were worth a thread.
    package static func assume(processors: Int) { lstmc_team_assume(processors) }
}
