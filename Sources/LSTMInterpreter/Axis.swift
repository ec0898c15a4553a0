// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// A time axis in one run: its steps, and how many of them each row has.
struct Axis: Equatable {
    let steps: Int
    /// One for each row; nil where every row has all steps.
    let lengths: [Int]?

    /// The steps of one row.
    func length(of row: Int) -> Int { lengths?[row] ?? steps }
}

extension Inputs {
    /// The steps of the longest sequence on a time axis.
    public func steps(of axis: Steps) -> Int { self.axis(axis).steps }

    /// Each row's steps on a time axis; nil where every row has all.
    public func lengths(of axis: Steps) -> [Int]? { self.axis(axis).lengths }

    /// The time axis in this run.
    func axis(_ steps: Steps) -> Axis {
        switch steps {
        case .input(let root): Axis(steps: stepsByRoot[root] ?? 1, lengths: lengthsByRoot[root])
        case .fixed(let count): Axis(steps: count, lengths: nil)
        case .slice(let inner, let start, let stop):
            sliced(axis(inner), start, stop)
        case .windows(let inner, let extent, let stride):
            windows(axis(inner), extent, stride)
        }
    }

    private func windows(_ axis: Axis, _ extent: Int, _ stride: Int) -> Axis {
        Axis(
            steps: windowCount(axis.steps, extent: extent, stride: stride),
            lengths: axis.lengths.map { $0.map { windowCount($0, extent: extent, stride: stride) } })
    }

    private func sliced(_ axis: Axis, _ start: Int?, _ stop: Int?) -> Axis {
        let lengths = axis.lengths.map { $0.map { LSTMIR.sliced($0, start: start, stop: stop).count } }
        let steps = LSTMIR.sliced(axis.steps, start: start, stop: stop).count
        // A shorter sequence may keep more steps than the longest.
        return Axis(steps: max(steps, lengths?.max() ?? 0), lengths: lengths)
    }
}
