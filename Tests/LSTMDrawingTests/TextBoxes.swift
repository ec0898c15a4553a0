// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where a text stands, roughly: the font is the viewer's.
struct TextBox: CustomStringConvertible {
    let text: String
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    var description: String { "'\(text)' at \(left), \(bottom)" }

    func isCrossed(by line: (from: CGPoint, to: CGPoint)) -> Bool {
        guard left < max(line.from.x, line.to.x), min(line.from.x, line.to.x) < right,
            top < max(line.from.y, line.to.y), min(line.from.y, line.to.y) < bottom
        else { return false }
        // Short steps: what passes between two of them only grazes a corner.
        let length = max(abs(line.to.x - line.from.x), abs(line.to.y - line.from.y))
        let count = max(1, Int(length))
        return (0...count).contains { step in
            let share = Double(step) / Double(count)
            let x = line.from.x + (line.to.x - line.from.x) * share
            let y = line.from.y + (line.to.y - line.from.y) * share
            return left < x && x < right && top < y && y < bottom
        }
    }
}

extension ParsedSVG {
    /// The texts of the drawing, without those of its head.
    var textBoxes: [TextBox] {
        zip(textAttributes, texts).compactMap { attributes, text in
            guard let x = attributes["x"].flatMap(Double.init), let y = attributes["y"].flatMap(Double.init) else {
                return nil
            }
            let styles = (attributes["class"] ?? "").split(separator: " ")
            let width = Double(text.count) * (styles.contains("mono") ? 6.7 : styles.contains("small") ? 5.6 : 6.4)
            let left = styles.contains("middle") ? x - width / 2 : styles.contains("end") ? x - width : x
            return TextBox(text: text, left: left, right: left + width, top: y - 9, bottom: y + 2)
        }
    }

    /// The straight parts of every line; of a curve, its ends and three points between them.
    var lineSegments: [(from: CGPoint, to: CGPoint)] {
        attributes.filter { ($0["class"] ?? "").split(separator: " ").contains("line") }.flatMap {
            segments($0["d"] ?? "")
        }
    }

    private func segments(_ path: String) -> [(from: CGPoint, to: CGPoint)] {
        var segments: [(from: CGPoint, to: CGPoint)] = []
        var place = CGPoint()
        func draw(to next: CGPoint) {
            segments.append((place, next))
            place = next
        }
        for command in path.matches(of: /([MLHVQC])([^MLHVQC]*)/) {
            let numbers = command.2.split(separator: " ").compactMap { Double($0) }
            switch command.1 {
            case "M": place = CGPoint(x: numbers[0], y: numbers[1])
            case "L": draw(to: CGPoint(x: numbers[0], y: numbers[1]))
            case "H": draw(to: CGPoint(x: numbers[0], y: place.y))
            case "V": draw(to: CGPoint(x: place.x, y: numbers[0]))
            default:
                // A curve stays inside its points' outline; these are drawn round their middles.
                let points =
                    [place]
                    + stride(from: 0, to: numbers.count, by: 2).map { CGPoint(x: numbers[$0], y: numbers[$0 + 1]) }
                for share in [0.25, 0.5, 0.75, 1] { draw(to: point(of: points, share)) }
            }
        }
        return segments
    }

    /// De Casteljau's.
    private func point(of points: [CGPoint], _ share: Double) -> CGPoint {
        if points.count == 1 { return points[0] }
        let between = zip(points, points.dropFirst()).map { a, b in
            CGPoint(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share)
        }
        return point(of: between, share)
    }
}
