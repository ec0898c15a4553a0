// SPDX-License-Identifier: Apache-2.0

/// Decodes base64 text of whole groups of four characters, '=' at its end, to 3 bytes a group.
///
/// The text comes from the code generator: a character that is no base64 counts as 'A', and nobody is told. A plain loop
/// over pointers, because it runs in unoptimised builds too.
///
/// - Parameter target: room for 3 bytes a group; the bytes that a '=' stands for are zero.
func decodeBase64(_ text: UnsafeBufferPointer<UInt8>, into target: UnsafeMutablePointer<UInt8>) {
    guard var from = text.baseAddress else { return }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { table in
        table.initialize(repeating: 0)
        for (value, character) in base64Alphabet.utf8.enumerated() { table[Int(character)] = UInt32(value) }
        guard let table = table.baseAddress else { return }
        var to = target
        let end = from + text.count / 4 * 4
        while from < end {
            let first = table[Int(from[0])] &<< 18 | table[Int(from[1])] &<< 12
            let group = first | table[Int(from[2])] &<< 6 | table[Int(from[3])]
            to[0] = UInt8(truncatingIfNeeded: group &>> 16)
            to[1] = UInt8(truncatingIfNeeded: group &>> 8)
            to[2] = UInt8(truncatingIfNeeded: group)
            from += 4
            to += 3
        }
    }
}

private let base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
