// SPDX-License-Identifier: Apache-2.0

// The standard library inlines each interpolation of a String or an Int. In a module that is mostly such text that is a
// sixth of a release build, and nobody waits for the text: these are calls.
extension DefaultStringInterpolation {
    @inline(never)
    mutating func appendInterpolation(_ text: String) { appendLiteral(text) }

    @inline(never)
    mutating func appendInterpolation(_ number: Int) { appendLiteral(String(number)) }
}
