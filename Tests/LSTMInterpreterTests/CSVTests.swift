// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMSpec
import TestSupport
import Testing

private let threeFeatures = "{ lstmc: 1, name: M, input: { features: 3 }, layers: [{ relu: y }] }"
private let oneFeature = "{ lstmc: 1, name: M, input: { features: 1 }, layers: [{ relu: y }] }"
private let ids = "{ lstmc: 1, name: M, input: { tokens: 74 }, layers: [{ embedding: e, embedding_dim: 1 }] }"

func model(_ spec: String) throws -> Model {
    let document = try #require(parse(SourceFile(path: "M.lstm.yaml", bytes: Array(spec.utf8))).document)
    return try #require(lower(document).model)
}

private func read(_ bytes: [UInt8], _ spec: String) throws -> (inputs: Inputs?, diagnostics: [Diagnostic]) {
    Inputs.reading(csv: SourceFile(path: "x.csv", bytes: bytes), for: try model(spec))
}

private func features(_ text: String, _ spec: String = threeFeatures) throws -> [Float] {
    let found = try read(Array(text.utf8), spec)
    #expect(found.diagnostics.isEmpty, "\(render(found.diagnostics, sources: [:]))")
    let inputs = try #require(found.inputs)
    guard case .features(let values) = inputs.x else { return [] }
    #expect(inputs.batch == nil)
    return values
}

@Suite("CSV")
struct CSVTests {
    @Test(
        "the same table, written in many ways",
        arguments: [
            "1,2,3\n4,5,6\n", "1,2,3\n4,5,6", "1,2,3\r\n4,5,6\r\n", "1,2,3\r4,5,6\r", "\u{FEFF}1,2,3\n4,5,6\n",
            "a,b,c\n1,2,3\n4,5,6\n", "\"a,\"\"x\",\"b\nc\",\"\"\"\"\n1,2,3\n4,5,6\n", "\n\n1,2,3\n   \n\t\n4,5,6\n\n",
            " 1 ,\t2, 3\n4 ,5\t,6 \n", "\"1\",\"2\",\"3\"\n\"4\", \"5\" ,6\n", "1.0,2.,+3\n4e0,.5e1,60E-1\n",
            "日,é,👍\n1,2,3\n4,5,6",
        ])
    func styles(_ text: String) throws {
        #expect(try features(text) == [1, 2, 3, 4, 5, 6])
    }

    @Test("numbers are float32's, in every locale") func numbers() throws {
        #expect(try features("-1e-3,0.1,16777217\n") == [-0.001, 0.1, 16_777_216])
        let odd = try features("NaN,-inf,Infinity\n")
        #expect(odd[0].isNaN && odd[1] == -.infinity && odd[2] == .infinity)
        #expect(try features("1e-999\n", oneFeature) == [0])
        #expect(try features("-0\n", oneFeature)[0].sign == .minus)
    }

    @Test("what is written is read back to the bit") func roundTrip() throws {
        var random = SeededRandom(seed: 7)
        let values = (0..<300).map { _ in Float(bitPattern: UInt32.random(in: 0..<0x7F80_0000, using: &random)) }
        let model = try model(oneFeature.replacing("{ relu: y }", with: "{ dropout: y }"))
        let inputs = try Inputs(.features(values), steps: 300, batch: nil, for: model)
        let result = InterpretedModel(model, parameters: ModelParameters()).run(inputs)[0]
        let text = csvText(of: result, heading: ["a, \"b\""])
        #expect(text.hasPrefix("\"a, \"\"b\"\"\"\n"))
        #expect(try features(text, oneFeature) == values)
    }

    @Test("token ids") func tokens() throws {
        let inputs = try #require(try read(Array("id\n0\n+73\n\"5\"\n".utf8), ids).inputs)
        guard case .tokens(let tokens) = inputs.x else { return #expect(Bool(false)) }
        #expect(tokens == [0, 73, 5])
    }

    /// Bytes that are no table for the model, by what is wrong with them.
    private static let hostile: [(name: String, text: String, spec: String)] = [
        ("empty", "", threeFeatures), ("only line ends", "\n\r\n\r \n", threeFeatures),
        ("only a heading", "a,b,c\n", threeFeatures), ("ragged", "1,2,3\n4,5\n6,7,8,9\n,\n", threeFeatures),
        ("columns", "1,2\n3,4\n", threeFeatures), ("a heading of another width", "a,b\n1,2,3\n", threeFeatures),
        ("bad cells", "1,x,3\n4,,6\n7,8,0x10\n1_000,--1,1e\n", threeFeatures),
        ("a comma for a point", "\"1,5\",2,3\n", threeFeatures), ("semicolons", "1;2;3\n4;5;6\n", threeFeatures),
        ("too large", "1e39,-1e999,3\n", threeFeatures), ("an open quote", "1,2,\"3\n4,5,6\n", threeFeatures),
        ("an open quote after a doubled one", "1,2,\"3\"\"", threeFeatures),
        ("text after a quote", "\"1\"2,2,3\n\"4\" 5,6,7\n", threeFeatures),
        ("a quoted line end", "1,2,\"3\n\"\n4,5,x\n", threeFeatures), ("UTF-16", "\u{1}", threeFeatures),
        ("no text", "\0\u{1}\u{1B}[2J,\u{7},\u{202E}\n", threeFeatures),
        ("a heading in the middle", "1,2,3\na,b,c\n", threeFeatures),
        ("wide characters before the place", "日本,1,é👍 ก\n1,2,3\n", threeFeatures),
        ("a number in half a heading", "a,2,c\n", threeFeatures),
        ("many mistakes", (1...50).map { "x\($0)\n" }.joined() + "1\n", oneFeature),
        ("ids", "0\n74\n-1\n1.5\n1e1\n99999999999999999999\nx\n\"\"\n", ids), ("ids in two columns", "1,2\n", ids),
        ("a very long cell", "1\n" + String(repeating: "9", count: 5000) + "x\n", oneFeature),
        ("commas alone", String(repeating: ",", count: 5000) + "\n", threeFeatures),
    ]

    @Test("hostile files are located errors") func hostileFiles() throws {
        var text = ""
        for (name, content, spec) in Self.hostile {
            var bytes = Array(content.utf8)
            if name == "UTF-16" { bytes = [0xFF, 0xFE, 0x31, 0, 0x0A, 0] }
            let found = try read(bytes, spec)
            #expect(found.inputs == nil, "\(name)")
            #expect(!found.diagnostics.isEmpty && found.diagnostics.count <= 21, "\(name)")
            let source = SourceFile(path: "x.csv", bytes: bytes)
            text += "--- \(name)\n" + render(found.diagnostics, sources: ["x.csv": source])
        }
        try assertSnapshot(
            text, at: repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures/csv.txt"))
    }

    @Test("changed bytes never trap") func mutations() throws {
        let start = Array("\u{FEFF}a,\"b\"\"\n\",c\r\n1,2,3\n4,\"5\",-6e2\r7,8,9".utf8)
        let model = try model(threeFeatures)
        let interesting = Array("\",\r\n \t1e-.ax\0".utf8) + [0x80, 0xC3, 0xFF]
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var bytes = start
            for _ in 0..<random.integer(in: 1...6) where !bytes.isEmpty {
                let index = random.integer(in: 0...(bytes.count - 1))
                let byte = interesting[random.integer(in: 0...(interesting.count - 1))]
                switch random.integer(in: 0...2) {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                default: bytes.removeSubrange(index..<min(index + random.integer(in: 1...8), bytes.count))
                }
            }
            let source = SourceFile(path: "x.csv", bytes: bytes)
            let found = Inputs.reading(csv: source, for: model)
            #expect((found.inputs == nil) == found.diagnostics.hasErrors, "seed \(seed)")
            #expect(!render(found.diagnostics, sources: ["x.csv": source]).contains("\0"), "seed \(seed)")
        }
    }
}
