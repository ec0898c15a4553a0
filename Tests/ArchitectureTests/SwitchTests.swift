// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("The reader of switches")
struct SwitchTests {
    @Test("cases belong to their own switch") func nested() {
        let blocks = switchBlocks(
            of: """
                func f(default value: [Int: Int] = [:]) {
                    switch (a, { $0 }(b)) {
                    case (.one, .two(let x)), .three where g(x: 1) { _ in true }:
                        switch x { case .inner: break; default: break }
                        let d = [1: 2]
                    case .four: f(default: [:])
                    }
                }
                """)
        #expect(blocks.map(\.line) == [4, 2])
        #expect(blocks[0].cases.contains("default"))
        #expect(!blocks[1].cases.contains("default"))
        #expect(blocks[1].cases.count == 2)
        #expect(blocks[1].cases[0].contains(".three"))
    }

    @Test("a default beside a kind is found") func found() {
        let block = switchBlocks(of: "switch kind {\ncase .lstm: 1\ndefault: 2\n}").first
        #expect(block?.cases.contains("default") == true)
        #expect(block?.cases.first?.contains(".lstm") == true)
    }
}
