// SPDX-License-Identifier: Apache-2.0

import LSTMHeader
import LSTMIR
import LSTMInterpreter

extension OpenModel {
    /// The shapes of all results.
    func shapes(
        _ given: UnsafePointer<lstmc_tensor>?, _ count: Int, into shapes: UnsafeMutablePointer<lstmc_shape>?,
        _ shapeCount: Int
    ) throws(Report) {
        guard let shapes else { throw Report(.null("shapes")) }
        try checkResults(shapeCount)
        let given = try Given(given, count, for: self)
        let inputs = try given.checked(self, inPlace: given.isReadInPlace(self))
        for (index, result) in model.results.enumerated() {
            (shapes + index).pointee = lstmc_shape(results[index].type, result.shape(in: model, for: inputs))
        }
    }

    /// Runs whole sequences, shared by at most `threads`; the results have the same bits however many there are.
    func run(
        _ given: UnsafePointer<lstmc_tensor>?, _ count: Int, threads: Int,
        into memory: UnsafePointer<lstmc_memory>?, _ memoryCount: Int
    ) throws(Report) {
        guard let memory else { throw Report(.null("results")) }
        try checkResults(memoryCount)
        guard threads >= 1 else { throw Report(.threads(threads)) }
        let given = try Given(given, count, for: self)
        let session: Session
        if given.isReadInPlace(self) {
            let places = try given.places(self)
            let key = given.others.isEmpty ? given.key : []
            if !key.isEmpty, let kept = sessions.take({ $0.key == key && $0.threads == threads }) {
                session = kept
                try check(memory, session)
                session.session.run(session.inputs, at: places)
            } else {
                let inputs = try given.checked(self, inPlace: true)
                session = self.session(for: inputs, threads: threads)
                try check(memory, session)
                if !key.isEmpty { (session.key, session.inputs) = (key, inputs) }
                session.session.run(inputs, at: places)
            }
            write(session, session.inputs, into: memory)
        } else {
            let inputs = try given.checked(self, inPlace: false)
            session = self.session(for: inputs, threads: threads)
            try check(memory, session)
            session.session.run(inputs)
            write(session, inputs, into: memory)
        }
        // The memory of a large run is not kept from others.
        if let floats = interpreted.floatsHeld(by: session.inputs), floats <= 1 << 24 { sessions.put(session) }
    }

    private func session(for inputs: Inputs, threads: Int) -> Session {
        sessions.take { $0.threads == threads && $0.session.fits(inputs) }
            ?? Session(self, inputs.withoutValues, threads: threads)
    }

    private func checkResults(_ count: Int) throws(Report) {
        guard count == model.results.count else {
            throw Report(.resultCount(found: count, expected: model.results.map(\.name)))
        }
    }

    /// Each result fits where it is to go.
    private func check(_ memory: UnsafePointer<lstmc_memory>, _ session: Session) throws(Report) {
        for (index, shape) in session.shapes.enumerated() where memory[index].data != nil {
            let bytes = shape.reduce(1, *) * results[index].elementBytes
            if memory[index].bytes < bytes {
                throw Report(.memory(model.results[index].name, bytes: memory[index].bytes, needed: bytes))
            }
        }
    }

    private func write(_ session: Session, _ inputs: Inputs, into memory: UnsafePointer<lstmc_memory>) {
        for index in model.results.indices {
            guard let target = memory[index].data else { continue }
            session.session.withMemory(ofKept: index, inputs) { values in
                results[index].copy(values, to: target)
            }
        }
    }
}

extension lstmc_port {
    var isInteger: Bool { type == Int32(LSTMC_INT64) }

    /// Bytes of an element of a result.
    var elementBytes: Int { isInteger ? 8 : 4 }

    /// The values of one step.
    var stepCount: Int {
        withUnsafeBytes(of: sizes) { bytes in
            (0..<Int(rank)).reduce(1) { $0 * bytes.load(fromByteOffset: $1 * 8, as: Int.self) }
        }
    }

    /// Copies a result's values, integers by their bits, to where the caller wants them.
    func copy(_ values: UnsafeBufferPointer<Float>, to target: UnsafeMutableRawPointer) {
        guard isInteger else {
            if let source = values.baseAddress { target.copyMemory(from: source, byteCount: values.count * 4) }
            return
        }
        for (index, value) in values.enumerated() {
            let integer = Int64(Int32(bitPattern: value.bitPattern))
            target.storeBytes(of: integer, toByteOffset: index * 8, as: Int64.self)
        }
    }
}

extension lstmc_shape {
    fileprivate init(_ type: Int32, _ shape: [Int]) {
        self.init()
        self.type = type
        rank = Int32(shape.count)
        fill(&self.shape, with: shape)
    }
}
