// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMRuntime
import LSTMSpec

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@main
enum Main {
    static func main() {
        Interruption.install()
        if let name = getenv("LSTMC_ISA").map({ String(cString: $0) }), !InstructionSet.select(name) {
            let known = InstructionSet.available.map { quoted($0.name) }.joined(separator: ", ")
            Console.log("lstmc: error: LSTMC_ISA is \(quoted(name)), which this machine cannot run; it runs \(known)\n")
            exit(1)
        }
        LSTMC.main()
    }
}

struct LSTMC: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lstmc",
        abstract: "Checks, runs and compiles LSTM models described in PyTorch's words.",
        discussion: """
            A spec (NAME.lstm.yaml) describes the model; the README and `lstmc COMMAND --help` show examples.
            Exit codes: 0 done; 1 what was read is wrong, or a check failed; 64 the command line is wrong.
            """,
        version: toolVersion,
        subcommands: [
            Init.self, Import.self, Check.self, Describe.self, Graph.self, IR.self, Run.self, PlotCommand.self,
            Verify.self, Generate.self, Bench.self, Schema.self,
        ])
}

/// The version that `--version` prints and generated files name.
let toolVersion = "0.1.0"
