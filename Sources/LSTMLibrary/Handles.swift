// SPDX-License-Identifier: Apache-2.0

import LSTMHeader

/// An object as C holds it; the caller's to free.
func handle(_ object: AnyObject) -> OpaquePointer {
    OpaquePointer(Unmanaged<AnyObject>.passRetained(object).toOpaque())
}

/// The object of a handle, which stays the caller's.
func object<Object: AnyObject>(_ handle: OpaquePointer, _ type: Object.Type = Object.self) -> Object {
    Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Takes a handle from its caller; nothing where it is NULL.
func release(_ handle: OpaquePointer?) {
    guard let handle else { return }
    Unmanaged<AnyObject>.fromOpaque(UnsafeRawPointer(handle)).release()
}

/// What `body` throws as an `lstmc_error`; nil where it throws nothing.
func reporting(_ body: () throws(Report) -> Void) -> OpaquePointer? {
    do {
        try body()
        return nil
    } catch {
        return handle(error)
    }
}

/// The model or state of a handle.
///
/// - Throws: where it is NULL.
func given<Object: AnyObject>(_ handle: OpaquePointer?, _ name: String) throws(Report) -> Object {
    guard let handle else { throw Report(.null(name)) }
    return object(handle)
}

/// A text that C gives.
///
/// - Throws: where it is NULL or no UTF-8.
func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(Report) -> String {
    guard let pointer else { throw Report(.null(name)) }
    guard let text = String(validatingCString: pointer) else { throw Report(.noText(name)) }
    return text
}

/// The same where NULL is none.
func optionalText(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(Report) -> String? {
    pointer == nil ? nil : try text(pointer, name)
}

/// Several texts.
func texts(_ pointers: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int, _ name: String) throws(Report) -> [String] {
    try checkCount(count, name)
    if count == 0 { return [] }
    guard let pointers else { throw Report(.null(name)) }
    var texts: [String] = []
    for index in 0..<count { texts.append(try text(pointers[index], name)) }
    return texts
}

/// A size_t that Swift has no number for comes as one below zero.
func checkCount(_ count: Int, _ name: String) throws(Report) {
    if count < 0 { throw Report(.count(name)) }
}

/// Fills a struct of C's; 1 where there was something to fill it with.
func fill<Value>(_ target: UnsafeMutablePointer<Value>?, _ value: Value?) -> Int32 {
    guard let target, let value else { return 0 }
    target.pointee = value
    return 1
}

/// Fills an array of C's, which Swift has as a tuple, from its beginning on.
func fill<Sizes>(_ array: inout Sizes, with sizes: [Int]) {
    withUnsafeMutableBytes(of: &array) { bytes in
        for (axis, size) in sizes.enumerated() {
            bytes.storeBytes(of: size, toByteOffset: axis * MemoryLayout<Int>.stride, as: Int.self)
        }
    }
}
