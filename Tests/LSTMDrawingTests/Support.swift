// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

func model(_ text: String, path: String = "Model.lstm.yaml") throws -> Model {
    let parsed = parse(SourceFile(path: path, bytes: Array(text.utf8)))
    let lowered = lower(try #require(parsed.document))
    let problems = (parsed.diagnostics + lowered.diagnostics).map(\.message)
    return try #require(lowered.model, "\(problems)")
}

func model(fixture name: String) throws -> Model {
    try model(String(contentsOf: fixtures.appendingPathComponent(name), encoding: .utf8), path: name)
}

/// An SVG as a browser's XML parser sees it.
final class ParsedSVG: NSObject, XMLParserDelegate {
    private(set) var elements: [String: Int] = [:]
    /// The contents of the text elements, without their tips.
    private(set) var texts: [String] = []
    /// Of the text elements, in their order.
    private(set) var textAttributes: [[String: String]] = []
    private(set) var attributes: [[String: String]] = []
    private var path: [String] = []

    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        let isWhole = parser.parse()
        try #require(isWhole, "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes given: [String: String]
    ) {
        elements[name, default: 0] += 1
        attributes.append(given)
        path.append(name)
        if name == "text" {
            texts.append("")
            textAttributes.append(given)
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if path.last == "text" { texts[texts.count - 1] += string }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        path.removeLast()
    }
}
