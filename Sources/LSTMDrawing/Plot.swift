// SPDX-License-Identifier: Apache-2.0

/// What a model did over time with one sequence: the values to draw, free of where they came from.
public struct Plot: Sendable {
    /// What stands above all.
    public var title: String
    /// What was run on: `row 3 of 10`, `21 characters`.
    public var summary: String
    /// What the steps are.
    public var axis: Axis
    /// Whose steps they are, where there are further axes; else empty.
    public var axisName = ""
    /// The time axes of panels whose steps are others: another input's, or a part of a sequence.
    public var furtherAxes: [FurtherAxis] = []
    /// Drawn from the top down.
    public var panels: [Panel]
    /// The steps at which a segment of the text begins, ascending; empty where there are no segments.
    public var segmentStarts: [Int]
    /// What the reader must know of what is not drawn.
    public var notes: [String]

    public init(
        title: String, summary: String, axis: Axis, panels: [Panel], segmentStarts: [Int] = [], notes: [String] = []
    ) {
        self.title = title
        self.summary = summary
        self.axis = axis
        self.panels = panels
        self.segmentStarts = segmentStarts
        self.notes = notes
    }

    /// What stands along time.
    public enum Axis: Sendable {
        /// Numbered steps.
        case steps(Range<Int>)
        /// A piece of a text for each step, the first of them step `first`: a character, or an entry of a vocabulary.
        case text([String], first: Int)

        /// The steps drawn.
        public var range: Range<Int> {
            switch self {
            case .steps(let range): range
            case .text(let pieces, let first): first..<(first + pieces.count)
            }
        }
    }

    /// A time axis beside the plot's own.
    public struct FurtherAxis: Sendable {
        /// Whose steps they are.
        public var name: String
        /// What they are.
        public var axis: Axis

        public init(name: String, axis: Axis) {
            self.name = name
            self.axis = axis
        }
    }

    /// The values of one layer or input.
    public struct Panel: Sendable {
        /// The layer's name.
        public var name: String
        /// The layer's kind and shape.
        public var words: String
        /// (steps, size) where `hasTime`, for exactly its axis's steps; else (size).
        public var values: [Float]
        /// The values of a step.
        public var size: Int
        /// Whether the values have a time axis.
        public var hasTime: Bool
        /// Its time axis: 0 is the plot's own, 1 the first of the further ones.
        public var axis = 0
        /// The names of the values; empty where they are numbered.
        public var names: [String]
        /// Names for equal parts of the values, an lstm's directions, the channels of a shape; empty where there is only one.
        public var bands: [String]
        /// Whether a dot marks the largest value of each step.
        public var marksBest = false
        /// Whether the values are numbers of things, as token ids are: what lies between two of them is nothing.
        public var areCategories = false
        /// The range of the colours where the layer sets it, as softmax does.
        public var range: ClosedRange<Float>?

        public init(
            name: String, words: String, values: [Float], size: Int, hasTime: Bool, names: [String] = [],
            bands: [String] = [], range: ClosedRange<Float>? = nil
        ) {
            self.name = name
            self.words = words
            self.values = values
            self.size = size
            self.hasTime = hasTime
            self.names = names
            self.bands = bands
            self.range = range
        }
    }
}

/// What bounds a drawing, whatever is drawn: a few megabytes at most.
public enum PlotLimits {
    /// More steps than these share columns.
    public static let columns = 240
    /// Of more values than these only every second, third, ... is drawn.
    public static let rows = 96
    /// Layers beyond these are left out, and the drawing says so.
    public static let panels = 12
    /// A longer text is cut: shared columns have no character.
    public static let characters = 96
}
