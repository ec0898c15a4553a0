// SPDX-License-Identifier: Apache-2.0
//
// Text in, words out: `swift run thai-words 'TEXT'`, or a text a line on standard input.

let segmenter = ThaiSegmenter()

func printWords(of text: String) {
    do {
        print(try segmenter.segments(of: text).joined(separator: " "))
    } catch {
        print("cannot segment \(text): \(error)")
    }
}

let texts = CommandLine.arguments.dropFirst()
if texts.isEmpty {
    while let line = readLine() { printWords(of: line) }
} else {
    texts.forEach(printWords)
}
