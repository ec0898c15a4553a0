// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

import LSTMDrawing

/// (steps, size) values that rise and fall on both sides of zero.
private func wave(_ steps: Int, _ size: Int) -> [Float] {
    (0..<(steps * size)).map { Float(($0 * 37) % 101 - 50) / 25 }
}

/// A panel of every way to draw, over five steps.
private func everything(axis: Plot.Axis) -> Plot {
    Plot(
        title: "Every <way> & \"all\"", summary: "five steps", axis: axis,
        panels: [
            .init(name: "x", words: "input", values: wave(5, 1), size: 1, hasTime: true),
            .init(name: "two", words: "lines", values: wave(5, 2), size: 2, hasTime: true),
            .init(
                name: "lstm", words: "lstm", values: wave(5, 8), size: 8, hasTime: true, bands: ["forward", "backward"]),
            .init(
                name: "scores", words: "softmax", values: wave(5, 4).map { abs($0) / 2 }, size: 4, hasTime: true,
                names: ["<b>", "ที่", "👩‍👩‍👧🏽", "a name that is far too long for the margin of this drawing"], range: 0...1),
            .init(name: "few", words: "bars", values: [0.25, -1, 0, .nan], size: 4, hasTime: false),
            .init(name: "many", words: "block", values: wave(1, 130), size: 130, hasTime: false),
        ],
        segmentStarts: [10, 12, 13], notes: ["A note."])
}

@Suite struct PlotTests {
    /// A mark, an emoji, a letter of a script that runs to the left, a wide one and a control character.
    private static let scalars: [Unicode.Scalar] = ["\u{E31}", "👩", "ש", "語", "\n"]

    @Test("what is drawn over steps") func steps() throws {
        let svg = everything(axis: .steps(10..<15)).svg
        try check(svg)
        try assertSnapshot(svg, at: fixtures.appendingPathComponent("Steps.plot.svg"))
    }

    @Test("what is drawn over characters") func characters() throws {
        let svg = everything(axis: .text(Self.scalars.map { String($0) }, first: 10)).svg
        try check(svg)
        let texts = try ParsedSVG(svg).texts
        for text in ["\u{25CC}\u{E31}", "👩", "ש", "語", "␊"] { #expect(texts.contains(text)) }
        try assertSnapshot(svg, at: fixtures.appendingPathComponent("Characters.plot.svg"))
    }

    @Test("what is drawn over pieces of several characters") func pieces() throws {
        let pieces = ["ที่", "👩\u{200D}🚀", "\u{301}a", "an entry far too long for its column", "ש"]
        let svg = everything(axis: .text(pieces, first: 10)).svg
        try check(svg)
        let texts = try ParsedSVG(svg).texts
        for text in ["ที่", "👩\u{200D}🚀", "\u{25CC}\u{301}a", "ש", "piece"] { #expect(texts.contains(text), "\(text)") }
        try assertSnapshot(svg, at: fixtures.appendingPathComponent("Pieces.plot.svg"))
    }

    @Test("panels with time axes of their own, each over its steps") func axes() throws {
        var panels = [(5, 1, 0), (7, 4, 1), (3, 2, 2), (5, 6, 0)].enumerated().map { index, panel in
            Plot.Panel(name: "p\(index)", words: "", values: wave(panel.0, panel.1), size: panel.1, hasTime: true)
        }
        for (index, axis) in [0, 1, 2, 0].enumerated() { panels[index].axis = axis }
        panels[3].bands = ["channel 0", "channel 1"]
        panels.append(.init(name: "knobs", words: "", values: [0.5, -1], size: 2, hasTime: false))
        var plot = Plot(title: "Axes", summary: "three of them", axis: .steps(0..<5), panels: panels)
        plot.axisName = "audio"
        plot.furtherAxes = [.init(name: "words", axis: .steps(0..<7)), .init(name: "tail", axis: .steps(2..<5))]
        let texts = try ParsedSVG(plot.svg).texts
        #expect(["step of audio", "step of words", "step of tail"].allSatisfy(texts.contains))
        // Panels of one axis stand together, those without time last.
        #expect(texts.filter { ["p0", "p1", "p2", "p3", "knobs"].contains($0) } == ["p0", "p3", "p1", "p2", "knobs"])
        try assertSnapshot(plot.svg, at: fixtures.appendingPathComponent("Axes.plot.svg"))
    }

    @Test("ids are marks, one for each, that nothing joins") func categories() throws {
        func plot(_ ids: [Float]) throws -> ParsedSVG {
            var panel = Plot.Panel(name: "x", words: "token ids", values: ids, size: 1, hasTime: true)
            panel.areCategories = true
            return try ParsedSVG(
                Plot(title: "t", summary: "", axis: .steps(0..<ids.count), panels: [panel]).svg)
        }
        func path(_ parsed: ParsedSVG) throws -> String {
            let marks = parsed.attributes.filter { ($0["class"] ?? "").hasPrefix("marks") }
            return try #require(marks.first?["d"])
        }
        #expect(try path(plot([3, 1, 2, 2])).matches(of: /M[0-9.]+ [0-9.]+h[0-9.]+/).count == 4)
        #expect(try !path(plot([3, 1, 2, 2])).contains(/[LHVQC]/))
        // Many steps in a column: each id, and no more marks than pixels.
        let many = try plot((0..<4800).map { Float($0 % 4) })
        #expect(try path(many).matches(of: /M/).count == 240 * 4)
        #expect(many.texts.contains("step; each column is 20 steps"))
        #expect(try path(plot((0..<48_000).map { Float($0) })).utf8.count < 400_000)
        #expect(try path(plot([.nan])) == "M0 0")
    }

    @Test("no number stands on the line between two directions") func divider() throws {
        for size in [4, 8, 40, 96, 1024] {
            let panel = Plot.Panel(
                name: "h", words: "", values: wave(5, size), size: size, hasTime: true, bands: ["forward", "backward"])
            let parsed = try ParsedSVG(Plot(title: "t", summary: "", axis: .steps(0..<5), panels: [panel]).svg)
            let lines = parsed.attributes.compactMap { $0["d"]?.firstMatch(of: /^M42 ([0-9.]+)L/)?.1 }
            let divider = try #require(lines.first.flatMap { Double($0) })
            let numbers = zip(parsed.texts, parsed.textAttributes).filter { Int($0.0) != nil && $0.1["x"] == "124" }
            #expect(numbers.count { $0.0 == "0" } == 2)
            for (text, attributes) in numbers {
                let level = try #require(attributes["y"].flatMap { Double($0) })
                #expect(level < divider || level - 9 > divider, "\(text) of \(size)")
            }
        }
    }

    private func check(_ svg: String) throws {
        let parsed = try ParsedSVG(svg)
        #expect(parsed.elements["desc"] == 1 && parsed.elements["script"] == nil)
        #expect(parsed.texts.contains("Every <way> & \"all\""))
        #expect(parsed.texts.contains("1 NaN among its 4 values"))
        #expect(parsed.texts.contains("forward") && parsed.texts.contains("backward"))
    }

    @Test(
        "no value breaks a drawing",
        arguments: [Float.nan, .infinity, -.infinity, 0, .greatestFiniteMagnitude, -.leastNonzeroMagnitude])
    func extremes(_ value: Float) throws {
        let panels = [1, 3, 40].flatMap { size in
            [true, false].map { hasTime in
                var values = [Float](repeating: value, count: hasTime ? 6 * size : size)
                values[0] = -value
                return Plot.Panel(name: "p", words: "", values: values, size: size, hasTime: hasTime)
            }
        }
        let parsed = try ParsedSVG(Plot(title: "t", summary: "", axis: .steps(0..<6), panels: panels).svg)
        let numbers = parsed.attributes.flatMap { $0.filter { ["x", "y", "d", "width"].contains($0.key) }.values }
        #expect(!numbers.contains { $0.contains("nan") || $0.contains("inf") || $0.contains("e") })
    }

    @Test("a long run of a wide model stays a few hundred kilobytes, and says what it left out") func bounded() throws {
        let panel = Plot.Panel(name: "h", words: "", values: wave(5000, 1024), size: 1024, hasTime: true)
        let svg = Plot(title: "t", summary: "", axis: .steps(0..<5000), panels: [panel]).svg
        #expect(svg.utf8.count < 400_000)
        let texts = try ParsedSVG(svg).texts
        #expect(texts.contains("step; each column is the mean of 21 steps"))
        #expect(texts.contains { $0.contains("every 11th value is drawn") })
    }

    @Test("means of columns, and every other row") func grid() {
        let panel = Plot.Panel(name: "", words: "", values: wave(480, 97), size: 97, hasTime: true)
        let grid = Grid(panel, steps: 480)
        #expect(grid.columns == 240 && grid.rows == 49 && grid.stepsPerColumn == 2 && grid.stride == 2)
        #expect(grid[3, 5] == (panel.values[6 * 97 + 10] + panel.values[7 * 97 + 10]) / 2)
    }

    @Test("zero is the middle colour, and the far ends are the last ones") func scale() {
        let both = ColourScale([-1, 4, .nan, .infinity], range: nil)
        #expect(both.low == -4 && both.high == 4)
        #expect([0, 4, -4, -1, 100].map { both.level(of: $0) } == [0, 20, -20, -5, 20])
        #expect(both.level(of: .nan) == nil && both.level(of: -.infinity) == nil)
        let positive = ColourScale([0, 2], range: nil)
        #expect(positive.low == 0 && positive.high == 2)
        let negative = ColourScale([-3], range: nil)
        #expect(negative.low == -3 && negative.high == 0 && negative.level(of: -3) == -20)
        #expect(ColourScale([0, 0], range: nil).level(of: 0) == 0)
    }

    @Test(
        "numbers to three digits",
        arguments: [
            (0, "0"), (1, "1"), (-0.5, "−0.5"), (0.123456, "0.123"), (0.00123456, "0.00123"), (12.345, "12.3"),
            (123.456, "123"), (1234.5, "1230"), (99999, "100000"), (1e7, "1e7"), (1.5e-7, "1.5e-7"),
            (-3.4e38, "−3.4e38"),
            (.leastNonzeroMagnitude, "1.4e-45"), (.nan, "NaN"), (-.infinity, "−∞"), (0.0999999, "0.1"), (999.9, "1000"),
        ] as [(Float, String)])
    func numbers(_ value: Float, _ text: String) {
        #expect(short(value) == text)
    }

    @Test("ticks of round numbers") func ticks() {
        #expect([0.1, 1, 1.5, 3, 7, 11, 21, 300].map { tickStep(atLeast: $0) } == [1, 1, 2, 5, 10, 20, 50, 500])
    }
}
