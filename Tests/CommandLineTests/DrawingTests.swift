// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let thai = specs.appendingPathComponent("ThaiSegmenter.lstm.yaml").path
/// `make images` draws it.
private let greeting = "สวัสดีชาวโลก ยินดีต้อนรับ"

@Suite("graph and plot")
struct DrawingTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    /// Where both go, in the same bytes: stdout, '-' and a file.
    private func svg(_ arguments: String...) throws -> String {
        let outcome = try box.run(arguments)
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.stderr.isEmpty)
        let dash = try box.run(arguments + ["-o", "-"])
        let file = try box.run(arguments + ["--output", "out.svg"])
        #expect(dash.stdout == outcome.stdout && file.stdout.isEmpty && file.code == 0)
        #expect(try Array(outcome.stdout.utf8) == box.read("out.svg"))
        return outcome.stdout
    }

    @Test("the README's pictures are what `make images` draws") func images() throws {
        let folder = repositoryRoot.appendingPathComponent("Documentation/images")
        for (name, text) in [
            ("thai-segmenter-graph.svg", try svg("graph", thai)),
            ("thai-segmenter-plot.svg", try svg("plot", thai, "--text", greeting)),
        ] {
            let committed = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(committed == text, "\(name) is not up to date; run: make images")
        }
    }

    @Test("a graph needs no weights, and is dot on demand") func graph() throws {
        try box.write("Echo.lstm.yaml", echo)
        #expect(try svg("graph", "Echo.lstm.yaml").hasPrefix("<svg "))
        let dot = try box.run("graph", "Echo.lstm.yaml", "--format", "dot")
        #expect(dot.code == 0 && dot.stdout.hasPrefix("digraph \"Echo\" {\n") && dot.stdout.hasSuffix("}\n"))
        #expect(try box.run("graph", "Echo.lstm.yaml", "--format", "png").code == 64)
    }

    @Test("nothing is drawn of a spec with mistakes, and nothing half written") func mistakes() throws {
        try box.write("Five.lstm.yaml", fiveMistakes)
        for command in [["graph", "Five.lstm.yaml"], ["plot", "Five.lstm.yaml", "--input", "x.npy"]] {
            let outcome = try box.run(command + ["-o", "out.svg"])
            #expect(outcome.code == 1 && outcome.stdout.isEmpty)
            #expect(outcome.stderr.contains("Five.lstm.yaml:6:5: error:"))
        }
        #expect(try box.names() == ["Five.lstm.yaml"])
        let nowhere = try box.run("graph", thai, "-o", "no/such/out.svg")
        #expect(nowhere.code == 1 && nowhere.stderr.contains("cannot be written"))
        #expect(try box.run("plot", thai, "--text", "ก", "-o", "no/such/out.svg").code == 1)
        #expect(try box.run("plot", thai).code == 64)
        #expect(try box.run("plot", thai, "--text", "ก", "--input", "x.npy").code == 64)
        #expect(try box.run("plot", thai, "--text", "ก", "--batch-row", "-1").code == 64)
        for steps in ["3", "5-4", "a-b", "-1-2", "0-9223372036854775807"] {
            #expect(try box.run("plot", thai, "--text", "ก", "--steps=\(steps)").code == 64)
        }
    }

    @Test("a row of a batch, chosen layers and steps") func choices() throws {
        try box.write("Echo.lstm.yaml", echo)
        try box.write("x.npy", npy((0..<60).map { Double($0) }, [10, 2, 3]))
        let whole = try svg("plot", "Echo.lstm.yaml", "--input", "x.npy")
        #expect(whole.contains("row 0 of 2, 10 steps"))
        let row = try svg("plot", "Echo.lstm.yaml", "--input", "x.npy", "--batch-row", "1", "--layers", "y")
        #expect(row.contains("row 1 of 2, 10 steps") && !row.contains(">x</text>") && row.contains(">59</text>"))
        let part = try svg("plot", "Echo.lstm.yaml", "--input", "x.npy", "--steps", "3-5")
        #expect(part.contains("Steps 3 to 5 of 10") && !part.contains(">9</text>"))

        let wrong = try box.run(
            "plot", "Echo.lstm.yaml", "--input", "x.npy", "--batch-row", "2", "--layers", "z,,y")
        #expect(wrong.code == 1 && wrong.stdout.isEmpty)
        #expect(wrong.stderr.contains("--batch-row:1:1: error: there is no row 2: the batch has rows 0 to 1\n"))
        #expect(wrong.stderr.contains("--layers:1:1: error: there is no layer 'z'"))
        #expect(wrong.stderr.contains("--layers:1:1: error: there is no layer ''"))
        let late = try box.run("plot", "Echo.lstm.yaml", "--input", "x.npy", "--steps", "3-10")
        #expect(late.code == 1)
        #expect(late.stderr == "--steps:1:1: error: there is no step 10: the sequence has steps 0 to 9\n")
    }

    @Test("inputs that do not fit, and weights that are not there") func inputs() throws {
        try box.write("Echo.lstm.yaml", echo)
        try box.write("empty.npy", npy([], [0, 3]))
        try box.write("wide.npy", npy([1, 2], [1, 2]))
        for (file, message) in [
            ("empty.npy", "at least one step"), ("wide.npy", "is needed"), ("none.npy", "cannot be opened"),
        ] {
            let outcome = try box.run("plot", "Echo.lstm.yaml", "--input", file, "-o", "out.svg")
            #expect(outcome.code == 1 && outcome.stderr.contains(message), "\(outcome.description)")
        }
        let text = try box.run("plot", "Echo.lstm.yaml", "--text", "a")
        #expect(text.code == 1 && text.stderr.contains("--text needs a model with a 'vocabulary'"))
        #expect(try box.run("plot", thai, "--text", "").stderr.contains("the text is empty"))

        try box.write(
            "Bare.lstm.yaml",
            "lstmc: 1\nname: Bare\ninput: { features: 3 }\nlayers:\n  - linear: f\n    out_features: 2\n")
        try box.write("x.npy", npy([1, 2, 3], [1, 3]))
        let bare = try box.run("plot", "Bare.lstm.yaml", "--input", "x.npy")
        #expect(bare.code == 1 && bare.stderr.contains("the spec has no 'weights'"))
        #expect(!(try box.names().contains("out.svg")))
    }

    @Test("values that are no numbers are drawn, and said") func notFinite() throws {
        try box.write("Echo.lstm.yaml", echo)
        try box.write("x.npy", npy([1, .nan, 3, .infinity, 5, 6], [2, 3]))
        let svg = try svg("plot", "Echo.lstm.yaml", "--input", "x.npy", "--layers", "x")
        #expect(svg.contains("1 NaN and 1 infinite among its 6 values"))
    }

    @Test("of many layers the first are drawn, and a note says so") func manyLayers() throws {
        let layers = (0..<30).map { "  - tanh: t\($0)\n" }.joined()
        try box.write("Deep.lstm.yaml", "lstmc: 1\nname: Deep\ninput: { features: 4 }\nlayers:\n" + layers)
        try box.write("x.npy", npy((0..<8).map { Double($0) }, [2, 4]))
        let svg = try svg("plot", "Deep.lstm.yaml", "--input", "x.npy")
        #expect(svg.contains(">t10</text>") && !svg.contains(">t11</text>"))
        #expect(svg.contains("19 more layers are not drawn; --layers chooses them."))
        #expect(
            try self.svg("plot", "Deep.lstm.yaml", "--input", "x.npy", "--layers", "t29,t29").contains(">t29</text>"))
        #expect(try self.svg("graph", "Deep.lstm.yaml").contains(">t29</text>"))
    }

    #if os(Linux)
        @Test(
            "a drawing that nothing can take is an error",
            arguments: [["graph", thai], ["plot", thai, "--text", "ก"]])
        func full(_ arguments: [String]) throws {
            let outcome = try box.run(arguments, redirection: ">/dev/full")
            #expect(outcome.code == 1 && outcome.stderr.contains("cannot be written"))
        }
    #endif

    @Test("a text is cut where it is long, each character in its column") func text() throws {
        let long = String(repeating: "ที่นี่", count: 40)
        let svg = try svg("plot", thai, "--text", long, "--layers", "probabilities")
        #expect(svg.contains("Steps 0 to 95 of 240; --steps chooses others."))
        #expect(svg.contains("\u{25CC}\u{E35}</text>"))
        let rest = try self.svg("plot", thai, "--text", long, "--layers", "probabilities", "--steps", "200-239")
        #expect(rest.contains("Steps 200 to 239 of 240"))
        // Its ids are no news beside the characters, but can be asked for.
        #expect(try self.svg("plot", thai, "--text", "กข", "--layers", "x").contains("input, token ids"))
        // Unknown to the model, but not to the axis.
        let hostile = try self.svg("plot", thai, "--text", "a<&\"\u{202E}ש\n語👩")
        for shown in ["&lt;", "&amp;", "&quot;", "\u{FFFD}", "ש", "␊", "語", "👩"] {
            #expect(hostile.contains("\(shown)</text>"), "\(shown)")
        }
    }
}
