// SPDX-License-Identifier: Apache-2.0

import LSTMLayout

/// Rounded up to whole cache lines: where the next part of a stream's memory begins.
package func wholeLines(_ floats: Int) -> Int { lstmc_whole_lines(floats) }
