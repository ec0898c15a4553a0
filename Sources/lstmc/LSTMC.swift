// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMGeneration
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
        var arguments: [String] = []
        do {
            arguments = try Arguments.read()
            if let wrong = Typo.wrongHelp(arguments) { throw ValidationError(wrong) }
            var command = try LSTMC.parseAsRoot(Arguments.prepared(arguments))
            try command.run()
        } catch is Failure {
            exit(1)
        } catch {
            end(error, arguments)
        }
    }

    /// Says why the command ends. What it was asked for (help, a completion script, the version) is a result: where it
    /// cannot be written, the command has failed.
    private static func end(_ error: any Error, _ arguments: [String]) -> Never {
        let code = LSTMC.exitCode(for: error)
        var text = LSTMC.fullMessage(for: error)
        if code == .validationFailure, let slip = Typo.explanation(of: arguments) {
            text = "Error: \(slip)" + (text.firstRange(of: "\nUsage:").map { text[$0.lowerBound...] } ?? "")
        }
        let line = text.isEmpty ? "" : text + "\n"
        guard code.isSuccess else {
            Console.log(line)
            exit(code.rawValue)
        }
        var loader = SpecLoader(DiagnosticsStyle())
        exit((try? loader.print(line)) == nil ? 1 : 0)
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
            Verify.self, Quantize.self, Generate.self, Bench.self, Schema.self,
        ])
}
