// SPDX-License-Identifier: Apache-2.0

/// A class of the style sheet with its colours in light and in dark mode.
struct ColourRule {
    let selector: String
    let light: String
    let dark: String

    init(_ selector: String, _ light: String, _ dark: String) {
        self.selector = selector
        self.light = light
        self.dark = dark
    }
}

/// The style sheet: what is the same in both modes, the light colours, and the dark ones in their `@media` rule.
///
/// Written out rather than with CSS variables, which many programs that are not browsers (and turn an SVG into a PDF for
/// a paper) do not know; these show the light colours.
func styleSheet(_ fixed: String, _ colours: [ColourRule]) -> String {
    let light = colours.map { "\($0.selector) { \($0.light) }\n" }.joined()
    let dark = colours.map { "\($0.selector) { \($0.dark) }\n" }.joined()
    return fixed + light + "@media (prefers-color-scheme: dark) {\n\(dark)}\n"
}

/// What both drawings share.
let commonStyle = """
    text { font: 12px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans Thai", Helvetica, Arial, sans-serif }
    .middle { text-anchor: middle }
    .end { text-anchor: end }
    .bold { font-weight: 600 }
    .title { font-size: 16px; font-weight: 600 }
    .small { font-size: 11px }
    .line { fill: none; stroke-width: 1.25 }

    """

let commonColours = [
    ColourRule(".page", "fill: #ffffff", "fill: #0d1117"),
    ColourRule("text", "fill: #1f2328", "fill: #f0f6fc"),
    ColourRule("text.muted", "fill: #59636e", "fill: #9198a1"),
    ColourRule(".line", "stroke: #59636e", "stroke: #9198a1"),
    ColourRule(".tip", "fill: #59636e", "fill: #9198a1"),
    ColourRule(".rule", "stroke: #d1d9e0", "stroke: #3d444d"),
]
