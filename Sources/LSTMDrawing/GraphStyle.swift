// SPDX-License-Identifier: Apache-2.0

/// The look of a graph.
let graphStyle = styleSheet(
    commonStyle + """
        .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
        .figure { font-variant-numeric: tabular-nums }
        .arrow { marker-end: url(#tip) }
        .arrow0 { marker-end: url(#tip0) }
        .arrow1 { marker-end: url(#tip1) }
        .arrow2 { marker-end: url(#tip2) }
        .arrow3 { marker-end: url(#tip3) }
        .box, .cell { stroke-width: 1.25 }
        .halo { fill: none; stroke-width: 6 }
        .loose { stroke-width: 1.25 }
        .elided { stroke-dasharray: 4 3 }

        """,
    commonColours + [
        ColourRule(".io", "fill: #f6f8fa; stroke: #818b98", "fill: #151b23; stroke: #656c76"),
        ColourRule(".recurrent", "fill: #e7f0fb; stroke: #2166ac", "fill: #10233a; stroke: #6cb0f5"),
        ColourRule(".table", "fill: #e6f4ea; stroke: #1a7f37", "fill: #11271a; stroke: #4ac26b"),
        ColourRule(".matrix", "fill: #e3f5f4; stroke: #12807a", "fill: #0c2a2a; stroke: #3fc1b9"),
        ColourRule(".norm", "fill: #f3ebfb; stroke: #8250df", "fill: #261a3b; stroke: #b48cf2"),
        ColourRule(".activation", "fill: #fdf3dc; stroke: #9a6700", "fill: #2f2408; stroke: #d9a520"),
        ColourRule(".pooling", "fill: #fdeaf1; stroke: #bf3989", "fill: #351626; stroke: #ef7ab8"),
        ColourRule(".join", "fill: #fdebe4; stroke: #c4432b", "fill: #3a1a12; stroke: #f28b6e"),
        ColourRule(".shape", "fill: #f2ebe3; stroke: #7d5a3c", "fill: #2a2019; stroke: #c9a27e"),
        ColourRule(".line.w0", "stroke: #2166ac", "stroke: #6cb0f5"),
        ColourRule(".tip.w0", "fill: #2166ac", "fill: #6cb0f5"),
        ColourRule(".line.w1", "stroke: #b4540a", "stroke: #f0a35e"),
        ColourRule(".tip.w1", "fill: #b4540a", "fill: #f0a35e"),
        ColourRule(".line.w2", "stroke: #12807a", "stroke: #3fc1b9"),
        ColourRule(".tip.w2", "fill: #12807a", "fill: #3fc1b9"),
        ColourRule(".line.w3", "stroke: #8250df", "stroke: #b48cf2"),
        ColourRule(".tip.w3", "fill: #8250df", "fill: #b48cf2"),
        ColourRule(".halo", "stroke: #ffffff", "stroke: #0d1117"),
        ColourRule(".loose", "fill: #ffffff; stroke: #59636e", "fill: #0d1117; stroke: #9198a1"),
        ColourRule(".cell", "fill: #ffffff; stroke: #2166ac", "fill: #0d1117; stroke: #6cb0f5"),
    ])
