// SPDX-License-Identifier: Apache-2.0

// Numbers as text, the same in every locale.

/// A whole number with its digits in groups of three: 1,234,567.
package func grouped(_ number: Int, by separator: Character = ",") -> String {
    var digits = String(number.magnitude)
    var end = digits.endIndex
    while let next = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex), next > digits.startIndex {
        digits.insert(separator, at: next)
        end = next
    }
    return (number < 0 ? "-" : "") + digits
}

/// `1 step`, `2 steps`.
package func counted(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }

/// In capitals, with zeros in front up to so many digits.
package func hexadecimal(_ value: some BinaryInteger, digits: Int = 0) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(digits - text.utf8.count, 0)) + text
}

package func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// How a number is written.
package enum NumberForm {
    /// With an optional sign.
    case whole
    /// With a point, an exponent or both: `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
    case fractional

    /// The form of all of `text`; nil where it is no decimal number.
    package init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        if rest.first == 0x2D || rest.first == 0x2B { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.isEmpty {
            guard !whole.isEmpty else { return nil }
            self = .whole
            return
        }
        if rest.first == 0x2E {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            if whole.isEmpty && fraction.isEmpty { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        } else if whole.isEmpty {
            return nil
        }
        if let e = rest.first, e == 0x65 || e == 0x45 {
            rest = rest.dropFirst()
            if rest.first == 0x2D || rest.first == 0x2B { rest = rest.dropFirst() }
            if rest.isEmpty { return nil }
            rest = rest.drop(while: isDigit)
        }
        guard rest.isEmpty else { return nil }
        self = .fractional
    }
}
