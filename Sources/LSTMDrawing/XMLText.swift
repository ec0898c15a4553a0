// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// `text` as character data or a quoted attribute of XML; what XML cannot hold at all becomes U+FFFD.
package func xmlText(_ text: String) -> String {
    replacing(in: text) { scalar in
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "\t", "\n", "\r": nil
        case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
        default: nil
        }
    }
}
