// SPDX-License-Identifier: Apache-2.0

import Testing

import LSTMDrawing

@Suite struct XMLTextTests {
    @Test func namesCannotBreakOutOfAnAttribute() {
        #expect(xmlText("a<b>&\"c\"\u{1}") == "a&lt;b&gt;&amp;&quot;c&quot;\u{FFFD}")
    }
}
