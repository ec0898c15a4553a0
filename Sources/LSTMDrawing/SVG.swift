// SPDX-License-Identifier: Apache-2.0

/// An SVG under construction: elements in the order they are painted, in pixels from the upper left corner.
///
/// Colours come from the classes of a style sheet, never from the elements, so that one `@media` rule turns them dark.
struct SVG {
    private(set) var body = ""

    enum Anchor: String {
        case start, middle, end
    }

    /// Anything already written as XML.
    mutating func add(_ element: String) { body += element + "\n" }

    /// One line of text. `tip` is what a browser shows over it: the whole of a name that was cut.
    mutating func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, _ style: String = "", tip: String? = nil
    ) {
        let classes = [style, anchor == .start ? "" : anchor.rawValue].filter { !$0.isEmpty }.joined(separator: " ")
        let title = tip.map { "<title>\(xmlText($0))</title>" } ?? ""
        add("<text x=\"\(px(x))\" y=\"\(px(y))\"\(attribute("class", classes))>\(title)\(xmlText(text))</text>")
    }

    mutating func rect(
        x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ style: String
    ) {
        let round = radius > 0 ? " rx=\"\(px(radius))\"" : ""
        add(
            "<rect x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(width))\" height=\"\(px(height))\"\(round)"
                + "\(attribute("class", style))/>")
    }

    mutating func path(_ data: String, _ style: String) {
        add("<path d=\"\(data)\"\(attribute("class", style))/>")
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        path("M\(px(x1)) \(px(y1))L\(px(x2)) \(px(y2))", style)
    }

    /// The whole file. `title` and `description` are what a screen reader says.
    func document(width: Double, height: Double, title: String, description: String, style: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(px(width)) \(px(height))" width="\(px(width))" \
        height="\(px(height))" role="img" aria-labelledby="title desc">
        <title id="title">\(xmlText(title))</title>
        <desc id="desc">\(xmlText(description))</desc>
        <style>
        \(style)</style>
        <rect class="page" width="\(px(width))" height="\(px(height))" rx="6"/>
        \(body)</svg>

        """
    }

    private func attribute(_ name: String, _ value: String) -> String {
        value.isEmpty ? "" : " \(name)=\"\(value)\""
    }
}

/// A coordinate to the hundredth of a pixel; whole ones without a point.
func px(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)" }
    // Swift writes numbers the same way in every locale.
    return "\(Double(hundredths) / 100)"
}
