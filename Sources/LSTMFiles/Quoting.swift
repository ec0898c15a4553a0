// SPDX-License-Identifier: Apache-2.0

/// A name out of a file as a message shows it: in quotes, what does not print escaped, long ones cut.
package func quotedName(_ name: String) -> String {
    let limit = 80
    var text = "'"
    for (index, scalar) in name.unicodeScalars.enumerated() {
        if index == limit { return text + "…'" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        default:
            text.unicodeScalars.append(scalar)
        }
    }
    return text + "'"
}

/// A shape as Python writes it: `(2, 10, 16)`, `(10,)`, `()`.
package func shapeText(_ shape: [Int]) -> String {
    // A hostile header can have any number of axes.
    let shown = shape.prefix(8).map(String.init).joined(separator: ", ")
    return shape.count > 8 ? "(\(shown), …)" : shape.count == 1 ? "(\(shown),)" : "(\(shown))"
}
