// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec
import TestSupport
import Testing

import LSTMDrawing

/// Drawn by a generator of its own, so that the same number always means the same spec.
private struct RandomGraph {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    private mutating func below(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(count))
    }

    /// Layers that take what stands anywhere before them.
    mutating func spec(layers count: Int, reach: Int) -> String {
        var lines = [
            "lstmc: 1", "inputs:", "  audio: { features: 4 }", "  knobs: { features: 4, per: sequence }", "layers:",
        ]
        lines += ["  - lstm: l0", "    from: audio", "    hidden_size: 4"]
        for index in 1..<count {
            let near = (max(0, index - reach)..<index).map { "l\($0)" }
            func drawn() -> String { near[below(near.count)] }
            switch below(8) {
            case 0:
                lines += [
                    "  - lstm: l\(index)", "    from: \(drawn())", "    hidden_size: 4", "    bidirectional: false",
                ]
            case 1: lines += ["  - linear: l\(index)", "    from: \(drawn())", "    out_features: 4"]
            case 2: lines += ["  - tanh: l\(index)"]
            case 3:
                lines += [
                    "  - concat: wide\(index)", "    from: [\(drawn()), knobs, audio]", "  - linear: l\(index)",
                    "    out_features: 4",
                ]
            case 4: lines += ["  - add: l\(index)", "    from: [\(drawn()), l0.h_n]"]
            default: lines += ["  - multiply: l\(index)", "    from: [\(drawn()), \(drawn()), \(drawn())]"]
            }
        }
        let results = Set((0..<6).map { _ in below(count) } + [count - 1]).sorted().map {
            $0 == 0 ? "l0.output" : "l\($0)"
        }
        return (lines + ["outputs: [\(results.joined(separator: ", "))]"]).joined(separator: "\n") + "\n"
    }
}

@Suite struct GraphLayoutTests {
    /// Lines go round the words, and words stand beside each other.
    private func checkLayout(_ svg: String) throws {
        let parsed = try ParsedSVG(svg)
        let boxes = parsed.textBoxes
        let segments = parsed.lineSegments
        #expect(!segments.isEmpty)
        for box in boxes {
            let crossing = segments.first { box.isCrossed(by: $0) }
            #expect(crossing == nil, "\(box)")
        }
        let rows = boxes.sorted { ($0.top, $0.left) < ($1.top, $1.left) }
        for (index, box) in rows.enumerated() {
            let covered = rows[(index + 1)...].prefix { $0.top < box.bottom }.first {
                $0.left < box.right && box.left < $0.right
            }
            #expect(covered == nil, "\(box)")
        }
    }

    @Test("no line runs through a word in drawn graphs", arguments: 1...12) func drawn(_ seed: UInt64) throws {
        var graph = RandomGraph(seed)
        try checkLayout(model(graph.spec(layers: 60, reach: seed.isMultiple(of: 2) ? 60 : 8)).graphSVG)
    }

    @Test("nor in the fixtures", arguments: GraphTests.names) func fixtures(_ name: String) throws {
        try checkLayout(model(fixture: name).graphSVG)
    }

    @Test("the same spec gives the same drawing") func stable() throws {
        var graph = RandomGraph(99)
        let spec = graph.spec(layers: 60, reach: 60)
        let first = try model(spec)
        for _ in 0..<8 {
            let again = try model(spec)
            #expect(again.graphSVG == first.graphSVG && again.graphDot == first.graphDot)
        }
    }

    @Test("hundreds of layers with ways between all of them stay a page of bounded width") func bounded() throws {
        var graph = RandomGraph(7)
        let svg = try model(graph.spec(layers: 500, reach: 500)).graphSVG
        let width = try #require(ParsedSVG(svg).attributes.first?["width"].flatMap(Double.init))
        #expect(width < 1300)
        #expect(svg.utf8.count < 1_000_000)
        // What has no lane is drawn as a name with a loose end.
        #expect(svg.contains("class=\"loose\""))
    }

    @Test("of a hundred values that one layer takes, some are drawn and the others counted") func wide() throws {
        let layers = (0..<100).map { "  - linear: l\($0)\n    from: x\n    out_features: 2\n" }.joined()
        let all = (0..<100).map { "l\($0)" }.joined(separator: ", ")
        let svg = try model(
            "lstmc: 1\nname: Wide\ninput: { features: 2 }\nlayers:\n\(layers)  - add: all\n    from: [\(all)]\n"
        ).graphSVG
        // One comes from below, 16 from the side.
        #expect(svg.contains("and 83 more"))
        try checkLayout(svg)
    }

    @Test("every family has its colour, in light and in dark") func colours() throws {
        let style = try model(fixture: "EveryKind.lstm.yaml").graphSVG
        for family in Set(OperationKind.all.map(\.family.rawValue)) {
            #expect(style.components(separatedBy: "\n.\(family) { fill: ").count == 3, "\(family)")
        }
    }

    @Test("every edge for Graphviz is between nodes that are there", arguments: GraphTests.names)
    func edges(_ name: String) throws {
        let model = try model(fixture: name)
        let lines = model.graphDot.split(separator: "\n").map { $0.trimmingPrefix(while: { $0 == " " }) }
        let nodes = Set(lines.filter { $0.contains(" [") && !$0.contains(" -> ") }.map { $0.prefix { $0 != " " } })
        let edges = lines.filter { $0.contains(" -> ") }.map { $0.components(separatedBy: " -> ") }
        #expect(edges.count >= model.layers.count)
        for edge in edges {
            #expect(nodes.contains(edge[0][...]) && nodes.contains(edge[1].prefix { $0 != " " }), "\(edge)")
        }
        for (index, layer) in model.layers.enumerated() where layer.inputs.count > 1 {
            #expect(edges.count { $0[1].hasPrefix("n\(index) ") } == layer.inputs.count)
        }
    }
}
