// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMIR
import LSTMImport
import LSTMInterpreter
import LSTMSpec

/// Runs the readings of an import on a file's inputs, and holds the results against the file's.
struct ImportProof {
    let imported: ImportedModel
    let source: String
    let file: ProofFile
    let weights: Checkpoint

    /// The most readings that are run, but for those that change one gap of the nearest.
    private static let limit = 60

    /// A reading whose inputs and results fit the file's.
    private struct Candidate {
        var reading: ImportReading
        var model: Model
        var inputs: Inputs
        var matches: [ProofFile.Match]
    }

    /// A candidate that was run.
    private struct Trial {
        var reading: ImportReading
        /// One for each result that the file has.
        var differences: [ProofMistake.Difference]
        /// That of the result which is farthest off, by the share of its largest value.
        var worst: ProofMistake.Difference

        var share: Double { worst.share }
        var passes: Bool { share <= ProofMistake.Difference.limit }
    }

    init(_ imported: ImportedModel, source: String, bytes: [UInt8], file: ProofFile) throws(ImportFailure) {
        (self.imported, self.source, self.file) = (imported, source, file)
        do {
            switch imported.weights {
            case .inPlace(_, let key, _): weights = try Checkpoint(bytes, fileName: source, key: key)
            case .converted(let tensors):
                weights = try Checkpoint(safetensorsBytes(tensors), fileName: "weights.safetensors")
            }
        } catch {
            throw ImportFailure([error.diagnostic(at: .init(startOf: source))])
        }
    }

    /// The model with the reading whose numbers are the nearest, and what was found.
    func chosen() throws(ImportFailure) -> ImportedModel {
        var trials: [Trial] = []
        for candidate in try candidates() { trials.append(try run(candidate)) }
        let gaps = imported.open?.gapCount ?? 0
        // Where there are too many gaps for every way to fill them, from the nearest on one gap after the other.
        if gaps > 0, !trials.contains(where: \.passes), let nearest = nearest(trials) {
            var best = nearest
            for gap in 0..<min(gaps, 8) {
                for filling in ImportReading.Filling.allCases where filling != best.reading.gaps[gap] {
                    var reading = best.reading
                    reading.gaps[gap] = filling
                    guard !trials.contains(where: { $0.reading == reading }) else { continue }
                    guard case .fits(let candidate) = try candidate(reading) else { continue }
                    let trial = try run(candidate)
                    trials.append(trial)
                    if trial.share < best.share { best = trial }
                }
            }
        }
        guard let best = nearest(trials) else { throw failure([]) }
        guard best.passes else { throw failure(best, of: trials.count) }
        return written(best, trials)
    }

    private func nearest(_ trials: [Trial]) -> Trial? { trials.min { $0.share < $1.share } }

    private func failure(_ nearest: Trial, of tried: Int) -> ImportFailure {
        let place = SourceLocation(startOf: file.path)
        let mistake = ProofMistake.noneFits(tried: tried, nearest: words(nearest.reading), nearest.worst)
        let note =
            "something without weights may stand between the layers, or x may not be what the model was given: import "
            + "without --against, write it into the spec, and compare with lstmc verify"
        return ImportFailure([Diagnostic(mistake, at: place, notes: [.init(note)])])
    }

    /// The model, with what was found as sentences.
    private func written(_ best: Trial, _ trials: [Trial]) -> ImportedModel {
        var reading = best.reading
        reading.isProven = true
        var model = imported.read(as: reading)
        let name = quoted(fileName(of: file.path))
        for difference in best.differences {
            model.proof.append(
                "checked against \(name): \(quoted(difference.result)) is within \(scientific(difference.largest)) of "
                    + "\(quoted(difference.tensor)), whose largest value is \(scientific(difference.scale))")
        }
        if trials.count > 1 {
            model.proof.append("of \(trials.count) readings this one gives its numbers: \(words(reading))")
        }
        // What differs by roundings alone is not told apart.
        let ties = trials.filter { $0.reading != best.reading && $0.passes && $0.share <= max(2 * best.share, 1e-6) }
        if !ties.isEmpty {
            let others = ties.prefix(3).map { words($0.reading) }.joined(separator: "; ")
            model.assumptions.append(
                "\(name) gives the same numbers with \(others)\(ties.count > 3 ? "; and \(ties.count - 3) more" : ""): "
                    + "\(words(reading)) is a choice")
        }
        return model
    }

    // MARK: Readings

    /// The readings that fit the file's shapes, those first that would be taken without it.
    private func candidates() throws(ImportFailure) -> [Candidate] {
        var shaped: [Candidate] = []
        var refusals: [Refusal] = []
        let gaps = imported.open?.gapCount ?? 0
        for reading in structures {
            switch try candidate(reading) {
            case .fits(var candidate):
                // One sequence alone has no axis whose place could be open.
                if candidate.inputs.batch == nil, imported.batchFirst == nil {
                    guard reading.batchFirst == false else { continue }
                    candidate.reading.batchFirst = nil
                }
                shaped.append(candidate)
            case .refused(let refusal): refusals.append(refusal)
            }
        }
        guard !shaped.isEmpty else { throw failure(refusals) }
        guard gaps > 0 else { return shaped }
        var candidates: [Candidate] = []
        for shape in shaped {
            for fillings in fillings(gaps, shapes: shaped.count) {
                var reading = shape.reading
                reading.gaps = fillings
                if case .fits(let candidate) = try candidate(reading) { candidates.append(candidate) }
            }
        }
        return candidates
    }

    /// Every order of axes with everything that the head may read.
    private var structures: [ImportReading] {
        let open = imported.open
        let axes: [Bool?] = imported.batchFirst == nil ? [false, true] : [nil]
        var heads: [ImportReading.Head?] = [nil]
        if let open, open.hasHead {
            let all: [ImportReading.Head] = open.hasTwoLasts ? [.everyStep, .last, .select] : [.everyStep, .last]
            heads = [open.usualHead] + all.filter { $0 != open.usualHead }
        }
        return heads.flatMap { head in
            axes.map { axis in
                var reading = ImportReading()
                (reading.batchFirst, reading.head) = (axis, head)
                return reading
            }
        }
    }

    /// Every way to fill the gaps; where these are too many, the same in each.
    private func fillings(_ gaps: Int, shapes: Int) -> [[ImportReading.Filling]] {
        let all = ImportReading.Filling.allCases
        var ways: [[ImportReading.Filling]] = [[]]
        for _ in 0..<gaps {
            guard ways.count * all.count * shapes <= Self.limit else {
                return all.map { Array(repeating: $0, count: gaps) }
            }
            ways = ways.flatMap { way in all.map { way + [$0] } }
        }
        return ways
    }

    private enum Attempt {
        case fits(Candidate)
        case refused(Refusal)
    }

    /// Why a reading does not fit the file.
    private enum Refusal {
        case inputs([InputMistake])
        case mistake(ProofMistake)
        /// The results' names and shapes.
        case results([String], others: [String])
    }

    private func candidate(_ reading: ImportReading) throws(ImportFailure) -> Attempt {
        let model = try lowered(imported.read(as: reading))
        let found: (inputs: Inputs?, used: Set<String>, missing: [Model.Input])
        do { found = try file.inputs(of: model) } catch { return .refused(.inputs(error.mistakes)) }
        guard let inputs = found.inputs else {
            let input = found.missing[0]
            return .refused(
                .mistake(
                    .noInput(
                        input.name, expected: input.expectedShape(batchFirst: model.batchFirst),
                        others: file.others(than: []))))
        }
        let matches = file.matches(of: model, inputs, used: found.used)
        guard !matches.isEmpty else {
            let results = model.results.map { "\($0.name) \(shapeText($0.shape(in: model, for: inputs)))" }
            return .refused(.results(results, others: file.others(than: found.used)))
        }
        return .fits(Candidate(reading: reading, model: model, inputs: inputs, matches: matches))
    }

    private func failure(_ refusals: [Refusal]) -> ImportFailure {
        let place = SourceLocation(startOf: file.path)
        var results: [String] = []
        var others: [String] = []
        for case .results(let shapes, let tensors) in refusals {
            results += shapes.filter { !results.contains($0) }
            others = tensors
        }
        // Where the inputs fit some reading, only results can be wrong.
        if !results.isEmpty {
            return ImportFailure([Diagnostic(ProofMistake.noResult(others: others, results: results), at: place)])
        }
        switch refusals.first {
        case .inputs(let mistakes)?: return ImportFailure(mistakes.map { Diagnostic($0, at: place) })
        case .mistake(let mistake)?: return ImportFailure([Diagnostic(mistake, at: place)])
        case .results?, nil:
            let mistake = ProofMistake.noResult(others: file.others(than: []), results: [])
            return ImportFailure([Diagnostic(mistake, at: place)])
        }
    }

    /// The reading as a checked model.
    private func lowered(_ model: ImportedModel) throws(ImportFailure) -> Model {
        let text = specText(model, name: "Model", weightsFile: "weights", heading: "")
        let parsed = parse(SourceFile(path: source, bytes: Array(text.utf8)))
        let lowered = parsed.document.map(lower)
        let diagnostics = parsed.diagnostics + (lowered?.diagnostics ?? [])
        guard let model = lowered?.model, !diagnostics.hasErrors else {
            let place = SourceLocation(startOf: source)
            throw ImportFailure(
                diagnostics.map { found in
                    Diagnostic(found.mistake, at: place, notes: found.notes.map { .init($0.message) })
                })
        }
        return model
    }

    private func run(_ candidate: Candidate) throws(ImportFailure) -> Trial {
        let model = candidate.model
        let reconciled = reconcile(weights, with: model)
        guard let parameters = reconciled.parameters else {
            let place = SourceLocation(startOf: source)
            throw ImportFailure(reconciled.diagnostics.map { Diagnostic($0.mistake, at: place) })
        }
        let results = InterpretedModel(model, parameters: parameters).run(candidate.inputs)
        var differences: [ProofMistake.Difference] = []
        for (index, name) in candidate.matches {
            guard let tensor = file.tensors[name] else { continue }
            let result = results[index]
            // Axes of size 1 are the file's.
            let shaped = ResultTensor(
                name: result.name, shape: tensor.shape, values: result.values, isInteger: result.isInteger)
            let tensors = [result.name: tensor, result.name + ".scores": file.tensors[name + ".scores"]]
            let outcome = Comparison(shaped, otherNames: [], with: tensors.compactMapValues(\.self)).outcome
            let values = result.isInteger ? [] : tensor.doubles() ?? []
            let scale = values.lazy.filter(\.isFinite).map(abs).max() ?? 0
            var difference = ProofMistake.Difference(
                result: result.name, tensor: name, largest: .infinity, index: [], scale: scale)
            switch outcome {
            case .compared(let largest, _, let index, _): (difference.largest, difference.index) = (largest, index)
            case .oneSidedNaN(let index): difference.index = index
            case .missing, .differentShape: continue
            case .notFloats:
                throw ImportFailure([Diagnostic(VerifyMistake.notFloats(name), at: .init(startOf: file.path))])
            case .notIntegers:
                throw ImportFailure([Diagnostic(VerifyMistake.notIntegers(name), at: .init(startOf: file.path))])
            }
            differences.append(difference)
        }
        guard let worst = differences.max(by: { $0.share < $1.share }) else { throw failure([]) }
        return Trial(reading: candidate.reading, differences: differences, worst: worst)
    }

    // MARK: Words

    /// `batch_first true, h_n (last), relu in the place of 'head.1'`.
    private func words(_ reading: ImportReading) -> String {
        var words: [String] = []
        if let batchFirst = reading.batchFirst { words.append("batch_first \(batchFirst)") }
        switch reading.head {
        case .everyStep?: words.append("every step")
        case .last?: words.append("h_n (last)")
        case .select?: words.append("output's last step (select)")
        case nil: break
        }
        words += imported.words(for: reading.gaps)
        return words.isEmpty ? "nothing is open" : words.joined(separator: ", ")
    }
}
