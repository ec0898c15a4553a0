// SPDX-License-Identifier: Apache-2.0

import FuzzEntries

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `FUZZ_TARGET=spec fuzz CORPUS -max_total_time=60`: the target is a variable and no argument, since libFuzzer, whose
/// `main` this program has, takes all arguments for its own.
private let target: FuzzTarget = {
    if let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) { return target }
    print("set FUZZ_TARGET to one of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
    exit(2)
}()

/// What libFuzzer calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    do throws(Violation) {
        try target.run(Array(UnsafeBufferPointer(start: data, count: size)))
    } catch {
        // A trap is what libFuzzer takes for a failure.
        fatalError(error.description)
    }
    return 0
}
