// SPDX-License-Identifier: Apache-2.0

// What lstmc.h declares about runs and streams; the header says what each does.

import LSTMHeader

/// `lstmc_shapes`.
@_cdecl("lstmc_shapes")
public func shapes(
    _ model: OpaquePointer?, _ tensors: UnsafePointer<lstmc_tensor>?, _ tensorCount: Int,
    _ shapes: UnsafeMutablePointer<lstmc_shape>?, _ count: Int
) -> OpaquePointer? {
    reporting { () throws(Report) in
        let open: OpenModel = try given(model, "model")
        try open.shapes(tensors, tensorCount, into: shapes, count)
    }
}

/// `lstmc_run`.
@_cdecl("lstmc_run")
public func run(
    _ model: OpaquePointer?, _ tensors: UnsafePointer<lstmc_tensor>?, _ tensorCount: Int, _ threads: Int,
    _ results: UnsafePointer<lstmc_memory>?, _ count: Int
) -> OpaquePointer? {
    reporting { () throws(Report) in
        let open: OpenModel = try given(model, "model")
        try open.run(tensors, tensorCount, threads: threads, into: results, count)
    }
}

/// `lstmc_stream_results`.
@_cdecl("lstmc_stream_results")
public func streamResults(_ model: OpaquePointer?, _ indices: UnsafeMutablePointer<Int>?, _ capacity: Int) -> Int {
    let streamed = model.map { object($0, OpenModel.self).streamed } ?? []
    if let indices {
        for (number, result) in streamed.prefix(max(capacity, 0)).enumerated() { indices[number] = result }
    }
    return streamed.count
}

/// `lstmc_state_make`.
@_cdecl("lstmc_state_make")
public func makeState(
    _ model: OpaquePointer?, _ tensors: UnsafePointer<lstmc_tensor>?, _ tensorCount: Int,
    _ state: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    state?.pointee = nil
    return reporting { () throws(Report) in
        let open: OpenModel = try given(model, "model")
        guard let state else { throw Report(.null("state")) }
        state.pointee = handle(try StreamState(open, tensors, tensorCount))
    }
}

/// `lstmc_state_copy`.
@_cdecl("lstmc_state_copy")
public func copyState(_ state: OpaquePointer?, _ copy: UnsafeMutablePointer<OpaquePointer?>?) -> OpaquePointer? {
    copy?.pointee = nil
    return reporting { () throws(Report) in
        let stream: StreamState = try given(state, "state")
        guard let copy else { throw Report(.null("copy")) }
        copy.pointee = handle(try stream.copy())
    }
}

/// `lstmc_state_free`.
@_cdecl("lstmc_state_free")
public func freeState(_ state: OpaquePointer?) { release(state) }

/// `lstmc_state_process`.
@_cdecl("lstmc_state_process")
public func process(
    _ state: OpaquePointer?, _ tensors: UnsafePointer<lstmc_tensor>?, _ tensorCount: Int,
    _ results: UnsafePointer<lstmc_memory>?, _ count: Int, _ written: UnsafeMutablePointer<Int>?
) -> OpaquePointer? {
    written?.pointee = 0
    return reporting { () throws(Report) in
        let stream: StreamState = try given(state, "state")
        let steps = try stream.process(tensors, tensorCount, into: results, count)
        written?.pointee = steps
    }
}

/// `lstmc_state_step`.
@_cdecl("lstmc_state_step")
public func step(
    _ state: OpaquePointer?, _ inputs: UnsafePointer<UnsafeRawPointer?>?,
    _ results: UnsafePointer<UnsafeMutableRawPointer?>?, _ hasResult: UnsafeMutablePointer<Int32>?
) -> OpaquePointer? {
    hasResult?.pointee = 0
    return reporting { () throws(Report) in
        let stream: StreamState = try given(state, "state")
        if try stream.step(inputs, results) { hasResult?.pointee = 1 }
    }
}
