// SPDX-License-Identifier: Apache-2.0

/// The bytes as base64 text with '=' at the end.
///
/// Half a group of characters at a time, by a table of all 4096 pairs, in a plain loop: the generator runs without
/// optimisation when it is a build plugin's tool, and weights are millions of bytes.
func encodeBase64(_ bytes: [UInt8]) -> String {
    guard !bytes.isEmpty else { return "" }
    return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 4096) { pairs in
        fill(pairs)
        return String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            bytes.withUnsafeBufferPointer { bytes in encode(bytes, pairs, into: text) }
            return text.count
        }
    }
}

private func fill(_ pairs: UnsafeMutableBufferPointer<UInt16>) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for value in 0..<4096 {
        // The first character of a pair is the one at the lower address.
        let pair = UInt16(alphabet[value >> 6]) | UInt16(alphabet[value & 63]) << 8
        pairs.initializeElement(at: value, to: pair.littleEndian)
    }
}

private func encode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ pairs: UnsafeMutableBufferPointer<UInt16>,
    into text: UnsafeMutableBufferPointer<UInt8>
) {
    guard var from = bytes.baseAddress, let pairs = pairs.baseAddress, let start = text.baseAddress else { return }
    var to = UnsafeMutableRawPointer(start)
    let end = from + bytes.count / 3 * 3
    while from < end {
        let group = UInt32(from[0]) &<< 16 | UInt32(from[1]) &<< 8 | UInt32(from[2])
        to.storeBytes(of: pairs[Int(truncatingIfNeeded: group &>> 12)], as: UInt16.self)
        to.storeBytes(of: pairs[Int(truncatingIfNeeded: group & 4095)], toByteOffset: 2, as: UInt16.self)
        from += 3
        to += 4
    }
    let rest = bytes.count % 3
    guard rest > 0 else { return }
    let group = UInt32(from[0]) << 16 | (rest == 2 ? UInt32(from[1]) << 8 : 0)
    to.storeBytes(of: pairs[Int(group >> 12)], as: UInt16.self)
    to.storeBytes(of: pairs[Int(group & 4095)], toByteOffset: 2, as: UInt16.self)
    (to + 3).storeBytes(of: UInt8(ascii: "="), as: UInt8.self)
    if rest == 1 { (to + 2).storeBytes(of: UInt8(ascii: "="), as: UInt8.self) }
}
