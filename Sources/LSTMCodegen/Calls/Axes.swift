// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension CallSite {
    /// A part of the last axis.
    func slice(_ slice: Slice) -> Call {
        Call(
            .type("Columns", "copy"),
            [
                .pointer(x + slice.start), vectors("rows", of: call.output), .number("size", slice.count),
                .number("stride", slice.size), .pointer("into", y), .number("stride", slice.count),
            ])
    }

    /// (channels, positions) to (positions, channels).
    func transpose(_ transpose: Transpose) -> Call {
        Call(
            .type("Columns", "transpose"),
            [
                .pointer(x), .count("rows", call.inputs.first.map { rows($0.rows) } ?? .one),
                .number("channels", transpose.channels), .number("positions", transpose.positions),
                .pointer("into", y),
            ])
    }
}
