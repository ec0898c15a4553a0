// SPDX-License-Identifier: Apache-2.0

/// A word of a command line, cut at its first `=`: an option's name, and the value that is written with it.
///
/// By scalars: a combining mark after the `=` makes it another Character.
package func cutAtEquals(_ word: String) -> (name: String, value: String?) {
    let scalars = word.unicodeScalars
    let name = scalars.prefix { $0 != "=" }
    return (String(name), name.endIndex < scalars.endIndex ? String(scalars[name.endIndex...].dropFirst()) : nil)
}
