// SPDX-License-Identifier: Apache-2.0

// What lstmc.h declares about errors and models; the header says what each does.

import LSTMGeneration
import LSTMHeader

/// The version, for as long as the program runs.
nonisolated(unsafe) private let version = UnsafePointer(cString(toolVersion))

/// `lstmc_version`.
@_cdecl("lstmc_version")
public func libraryVersion() -> UnsafePointer<CChar>? {
    version
}

/// `lstmc_error_text`.
@_cdecl("lstmc_error_text")
public func errorText(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
    error.map { object($0, Report.self).text }
}

/// `lstmc_error_json`.
@_cdecl("lstmc_error_json")
public func errorJSON(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
    error.map { object($0, Report.self).json }
}

/// `lstmc_error_count`.
@_cdecl("lstmc_error_count")
public func errorCount(_ error: OpaquePointer?) -> Int {
    error.map { object($0, Report.self).count } ?? 0
}

/// `lstmc_error_diagnostic`.
@_cdecl("lstmc_error_diagnostic")
public func errorDiagnostic(
    _ error: OpaquePointer?, _ index: Int, _ diagnostic: UnsafeMutablePointer<lstmc_diagnostic>?
) -> Int32 {
    fill(diagnostic, error.flatMap { object($0, Report.self).diagnostic(index) })
}

/// `lstmc_error_note`.
@_cdecl("lstmc_error_note")
public func errorNote(
    _ error: OpaquePointer?, _ index: Int, _ note: Int, _ diagnostic: UnsafeMutablePointer<lstmc_diagnostic>?
) -> Int32 {
    fill(diagnostic, error.flatMap { object($0, Report.self).note(note, of: index) })
}

/// `lstmc_error_free`.
@_cdecl("lstmc_error_free")
public func freeError(_ error: OpaquePointer?) { release(error) }

/// `lstmc_open`.
@_cdecl("lstmc_open")
public func openModel(
    _ path: UnsafePointer<CChar>?, _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    model?.pointee = nil
    return reporting { () throws(Report) in
        guard let model else { throw Report(.null("model")) }
        model.pointee = handle(try OpenModel(try text(path, "path")))
    }
}

/// `lstmc_open_text`.
@_cdecl("lstmc_open_text")
public func openText(
    _ spec: UnsafePointer<CChar>?, _ length: Int, _ path: UnsafePointer<CChar>?,
    _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    model?.pointee = nil
    return reporting { () throws(Report) in
        guard let model else { throw Report(.null("model")) }
        guard let spec else { throw Report(.null("text")) }
        try checkCount(length, "length")
        let bytes = [UInt8](UnsafeRawBufferPointer(start: spec, count: length))
        model.pointee = handle(try OpenModel(try text(path, "path"), text: bytes))
    }
}

/// `lstmc_close`.
@_cdecl("lstmc_close")
public func closeModel(_ model: OpaquePointer?) { release(model) }

private func ports(_ model: OpaquePointer?, _ list: (OpenModel) -> [lstmc_port]) -> [lstmc_port] {
    model.map { list(object($0)) } ?? []
}

private func port(
    _ model: OpaquePointer?, _ index: Int, _ port: UnsafeMutablePointer<lstmc_port>?,
    _ list: (OpenModel) -> [lstmc_port]
) -> Int32 {
    let ports = ports(model, list)
    return fill(port, ports.indices.contains(index) ? ports[index] : nil)
}

/// `lstmc_input_count`.
@_cdecl("lstmc_input_count")
public func inputCount(_ model: OpaquePointer?) -> Int { ports(model, \.inputs).count }

/// `lstmc_input`.
@_cdecl("lstmc_input")
public func input(_ model: OpaquePointer?, _ index: Int, _ found: UnsafeMutablePointer<lstmc_port>?) -> Int32 {
    port(model, index, found, \.inputs)
}

/// `lstmc_result_count`.
@_cdecl("lstmc_result_count")
public func resultCount(_ model: OpaquePointer?) -> Int { ports(model, \.results).count }

/// `lstmc_result`.
@_cdecl("lstmc_result")
public func result(_ model: OpaquePointer?, _ index: Int, _ found: UnsafeMutablePointer<lstmc_port>?) -> Int32 {
    port(model, index, found, \.results)
}

/// `lstmc_first_state_count`.
@_cdecl("lstmc_first_state_count")
public func firstStateCount(_ model: OpaquePointer?) -> Int { ports(model, \.firstStates).count }

/// `lstmc_first_state`.
@_cdecl("lstmc_first_state")
public func firstState(_ model: OpaquePointer?, _ index: Int, _ found: UnsafeMutablePointer<lstmc_port>?) -> Int32 {
    port(model, index, found, \.firstStates)
}

/// `lstmc_batch_first`.
@_cdecl("lstmc_batch_first")
public func batchFirst(_ model: OpaquePointer?) -> Int32 {
    model.map { object($0, OpenModel.self).model.batchFirst } == true ? 1 : 0
}

/// `lstmc_describe`.
@_cdecl("lstmc_describe")
public func describe(_ model: OpaquePointer?) -> UnsafePointer<CChar>? {
    model.map { object($0, OpenModel.self).description }
}
