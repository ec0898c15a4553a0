// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

import LSTMDrawing

@Suite struct GraphTests {
    static let names = fixtureNames(in: fixtures, suffix: ".lstm.yaml")

    private func snapshot(_ name: String, _ ending: String) -> URL {
        fixtures.appendingPathComponent(name.replacingOccurrences(of: ".lstm.yaml", with: ending))
    }

    @Test("what is drawn", arguments: names) func svg(_ name: String) throws {
        try assertSnapshot(model(fixture: name).graphSVG, at: snapshot(name, ".graph.svg"))
    }

    @Test("what is written for Graphviz", arguments: names) func dot(_ name: String) throws {
        try assertSnapshot(model(fixture: name).graphDot, at: snapshot(name, ".graph.dot"))
    }

    @Test("XML that every parser takes, with no script and nothing from outside", arguments: names)
    func wellFormed(_ name: String) throws {
        let svg = try model(fixture: name).graphSVG
        let parsed = try ParsedSVG(svg)
        #expect(Set(parsed.elements.keys).isSubset(of: Self.elements))
        #expect(parsed.elements["desc"] == 1)
        #expect(!parsed.attributes.contains { $0.keys.contains { $0.hasPrefix("on") || $0.hasSuffix("href") } })
        #expect(svg.components(separatedBy: "prefers-color-scheme: dark").count == 2)
        #expect(!svg.contains("@import") && !svg.contains("url(h"))
    }

    private static let elements: Set = [
        "svg", "title", "desc", "style", "rect", "text", "path", "defs", "marker", "circle",
    ]

    @Test("shapes, names, parameters and multiply-adds of every layer are there") func figures() throws {
        let model = try model(fixture: "EveryKind.lstm.yaml")
        let texts = try ParsedSVG(model.graphSVG).texts
        for layer in model.layers {
            #expect(texts.contains(layer.name))
            if layer.cost.parameters > 0 { #expect(texts.contains(grouped(layer.cost.parameters))) }
            if layer.cost.macsPerStep > 0 { #expect(texts.contains(grouped(layer.cost.macsPerStep))) }
        }
        for text in ["(B, T)", "(B, T, 8)", "(B, T, 4)", "(7, B, 4)", "h, c", "l1_reverse", "concat"] {
            #expect(texts.contains(text), "\(text)")
        }
        #expect(texts.contains(grouped(model.cost.parameters)))
        // Two cells twice, and four of the seven above are drawn or stand for others.
        #expect(texts.count { $0 == "h, c" } == 7)
    }

    @Test("from the inputs at the top down to the results", arguments: names) func downwards(_ name: String) throws {
        let model = try model(fixture: name)
        let parsed = try ParsedSVG(model.graphSVG)
        let levels = Dictionary(
            zip(parsed.texts, parsed.textAttributes.map { $0["y"].flatMap(Double.init) ?? 0 })
        ) { first, _ in first }
        // Names that are short enough to be whole, and no other text's.
        let layers = model.layers.map(\.name).filter { name in
            name.count < 20 && parsed.texts.count { $0 == name } == 1
        }
        let inOrder = layers.compactMap { levels[$0] }
        #expect(inOrder == inOrder.sorted())
        for input in model.inputs {
            let name = model.inputs.count == 1 && input.name == "x" ? "input" : "input \(input.name)"
            if let level = levels[name], let first = inOrder.first { #expect(level < first, "\(name)") }
        }
        for (text, level) in levels where text.hasPrefix("output") {
            if let last = inOrder.last { #expect(level > last, "\(text)") }
        }
    }

    @Test("every arrow points at a tip that is there", arguments: names) func tips(_ name: String) throws {
        let svg = try model(fixture: name).graphSVG
        let parsed = try ParsedSVG(svg)
        let tips = Set(parsed.attributes.compactMap { $0["id"] })
        let arrows = Set(
            parsed.attributes.flatMap { ($0["class"] ?? "").split(separator: " ") }.filter { $0.hasPrefix("arrow") })
        #expect(!arrows.isEmpty)
        for arrow in arrows {
            #expect(svg.contains(".\(arrow) { marker-end: url(#tip\(arrow.dropFirst(5))) }"))
            #expect(tips.contains("tip\(arrow.dropFirst(5))"))
        }
    }

    @Test("the stacked layers' figures add up to their lstm's") func stacked() throws {
        for name in Self.names {
            let model = try model(fixture: name)
            for (index, layer) in model.layers.enumerated() {
                guard case .recurrent(let lstm) = layer.operation, lstm.initialState == nil else { continue }
                let costs = model.stackedCosts(ofLayer: index)
                #expect(costs.map(\.parameters).reduce(0, +) == layer.cost.parameters)
                #expect(costs.map(\.macs).reduce(0, +) == layer.cost.macsPerStep)
            }
        }
    }

    @Test("several inputs, states and derived time axes are named on their edges") func axes() throws {
        let texts = try ParsedSVG(model(fixture: "EncoderDecoder.lstm.yaml").graphSVG).texts
        for text in [
            "(B, T1)", "(B, T2)", "h_n (B, 96)", "encoder.c_n", "(B, 96)", "(B, T2[1:], 1200)", "(4, B, 24)",
            "target + context", "input words",
            "T1 steps of words, T2 of said, B sequences; the batch axis may be absent",
        ] { #expect(texts.contains(text), "\(text)") }
    }

    @Test("a thousand stacked layers and a thousand labels stay a page") func huge() throws {
        let labels = (0..<1000).map { "label\($0)" }.joined(separator: ", ")
        let model = try model(
            """
            lstmc: 1
            name: Huge
            input: { features: 2 }
            layers:
              - lstm: l
                hidden_size: 2
                num_layers: 1024
                bidirectional: true
              - linear: f
                out_features: 1000
            labels: [\(labels)]
            """)
        let svg = model.graphSVG
        #expect(svg.utf8.count < 20_000)
        #expect(svg.contains("more"))
        #expect(svg.contains("l2 to l1022: 1021 layers like l1"))
    }
}
