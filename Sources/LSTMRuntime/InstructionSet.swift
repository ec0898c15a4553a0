// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// The machine instructions that the kernels use.
///
/// All with fused multiply-add give the same bits. Chosen once per process by what the CPU offers; `select` overrides
/// it for whatever is packed afterwards. The library never reads the environment.
public struct InstructionSet: @unchecked Sendable, Equatable {
    @usableFromInline let kernels: UnsafePointer<lstmc_kernels>

    private init?(kernels: UnsafePointer<lstmc_kernels>?) {
        guard let kernels else { return nil }
        self.kernels = kernels
    }

    /// The one called `name`; nil where there is none or this machine cannot run it.
    public init?(named name: String) {
        self.init(kernels: lstmc_kernels_named(name))
    }

    /// `baseline`, `avx2`, `avx512` or `neon`.
    public var name: String { String(cString: kernels.pointee.name) }

    /// False where multiply-add rounds twice (`baseline` on x86-64): last bits differ there.
    public var isFused: Bool { kernels.pointee.fused }

    /// What this machine runs, best first.
    public static var available: [InstructionSet] {
        ["avx512", "avx2", "neon", "baseline"].compactMap(InstructionSet.init(named:))
    }

    /// What is in use.
    public static var current: InstructionSet { InstructionSet(inUse: lstmc_kernels_current()) }

    /// The kernels for an lstm of this size.
    ///
    /// Up to 8 units AVX-512 machines do better with AVX2's blocks of 8, half of a block of 16 being padding; from 9 on,
    /// they do not (20 and 40 units measured: 1.4 to 1.7 times as long with blocks of 8). The bits are the same.
    func kernels(forHidden hidden: Int) -> UnsafePointer<lstmc_kernels> {
        guard kernels.pointee.lanes == 16, lstmc_is_narrow(hidden) else { return kernels }
        return lstmc_kernels_named("avx2") ?? kernels
    }

    /// The one that an lstm was packed for.
    @usableFromInline
    package init(of lstm: PackedRecurrent) { kernels = lstm.kernels }

    private init(inUse kernels: UnsafePointer<lstmc_kernels>) { self.kernels = kernels }

    /// Uses the set called `name` from now on; false, and nothing changed, where this machine cannot run it.
    public static func select(_ name: String) -> Bool { lstmc_kernels_select(name) }
}
