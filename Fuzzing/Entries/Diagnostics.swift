// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// What holds of every list of diagnostics, and of both texts that are made of it.
func check(_ diagnostics: [Diagnostic], _ source: SourceFile? = nil) throws(Violation) {
    for found in diagnostics {
        try require(found.location.line >= 1 && found.location.column >= 1, "places count from 1")
        try require(found.location.length >= 1, "a place has a column")
        try require(!found.message.isEmpty && !found.mistake.code.isEmpty, "a mistake has words")
    }
    let sources = source.map { [$0.path: $0] } ?? [:]
    try checkPrintable(render(diagnostics, sources: sources), "a diagnostic")
    let painted = render(diagnostics, sources: sources, paint: Paint(isOn: true))
    try require(painted.utf8.count >= diagnostics.count, "painted diagnostics are there")
    let json = Array(renderJSON(diagnostics).utf8)
    try require(!json.contains(UInt8(ascii: "\n")), "diagnostics as JSON are one line")
    let parsed: JSONValue
    do { parsed = try JSONValue(parsing: json) } catch {
        throw Violation(description: "broken: diagnostics are JSON; \(error)")
    }
    try require(parsed.elements?.count == diagnostics.count, "diagnostics as JSON are one element each")
}

/// Nothing that a file says may move a terminal's cursor, or turn the direction of what follows.
func checkPrintable(_ text: String, _ what: String) throws(Violation) {
    let bad = text.unicodeScalars.first { $0 != "\n" && isUnprintable($0) }
    try require(bad == nil, "\(what) is printable; it has U+\(String(bad?.value ?? 0, radix: 16))")
}
