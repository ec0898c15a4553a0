// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// The look of a plot: blue below zero and orange above it, which every kind of colour vision tells apart; the middle is
/// near the page's own colour in both modes, and what is far from it stands out.
let plotStyle = styleSheet(
    commonStyle + """
        .cells { shape-rendering: crispEdges; fill: none; stroke-width: 1 }
        .char { font-size: 15px }
        .frame { fill: none; stroke-width: 1 }
        .cut { fill: none; stroke-width: 1.25; stroke-dasharray: 4 3 }
        .curve { fill: none; stroke-width: 1.5; stroke-linejoin: round }
        .marks { fill: none; stroke-width: 2.5 }
        .best { stroke-width: 1 }

        """,
    commonColours + [
        ColourRule(".zero", "fill: #f6f6f4", "fill: #1c2128"),
        ColourRule(".bad", "stroke: #c026d3", "stroke: #e879f9"),
        ColourRule("text.warning", "fill: #a21caf", "fill: #f0abfc"),
        ColourRule(".frame", "stroke: #818b98", "stroke: #656c76"),
        ColourRule(".cut", "stroke: #1f2328", "stroke: #f0f6fc"),
        ColourRule(".best", "fill: #1f2328; stroke: #ffffff", "fill: #ffffff; stroke: #0d1117"),
        ColourRule(".c0", "stroke: #1f5fa8", "stroke: #6cb0f5"),
        ColourRule(".c1", "stroke: #c2620a", "stroke: #f5b060"),
        ColourRule(".c2", "stroke: #12807a", "stroke: #3fc1b9"),
        ColourRule(".bar", "fill: #1f5fa8", "fill: #6cb0f5"),
    ] + heatColours)

private let heatColours = side("p", light: lightWarm, dark: darkWarm) + side("n", light: lightCold, dark: darkCold)

private let lightWarm: [UInt32] = [0xF6F6F4, 0xFBDCB8, 0xF5B26B, 0xE07F20, 0xA84F00, 0x5C2A00]
private let lightCold: [UInt32] = [0xF6F6F4, 0xCFE1F2, 0x8FBDE2, 0x4A90CF, 0x1F5FA8, 0x0B2F63]
private let darkWarm: [UInt32] = [0x1C2128, 0x4A2F14, 0x8A5218, 0xCF7F22, 0xF5B060, 0xFFE3BD]
private let darkCold: [UInt32] = [0x1C2128, 0x173452, 0x205D99, 0x4390D6, 0x8AC1F0, 0xDCEEFC]

private func side(_ letter: String, light: [UInt32], dark: [UInt32]) -> [ColourRule] {
    (1...ColourScale.levels).map { level in
        ColourRule(".\(letter)\(level)", "stroke: \(colour(light, level))", "stroke: \(colour(dark, level))")
    }
}

/// Between two neighbours of `stops`, which stand at equal distances.
private func colour(_ stops: [UInt32], _ level: Int) -> String {
    let scaled = level * (stops.count - 1)
    let index = min(scaled / ColourScale.levels, stops.count - 2)
    let rest = scaled - index * ColourScale.levels
    var mixed: UInt32 = 0
    for shift in [16, 8, 0] as [UInt32] {
        let from = Int(stops[index] >> shift & 0xFF)
        let to = Int(stops[index + 1] >> shift & 0xFF)
        mixed |= UInt32(from + (to - from) * rest / ColourScale.levels) << shift
    }
    return "#" + hexadecimal(mixed, digits: 6).lowercased()
}
