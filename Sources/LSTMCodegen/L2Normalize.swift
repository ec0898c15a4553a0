// SPDX-License-Identifier: Apache-2.0

extension Site {
    func l2Normalize(eps: Float) -> Call { rowwise("l2Normalize", ["eps: \(eps)"]) }
}
