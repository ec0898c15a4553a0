// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMGeneration

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the plugins run: `lstmc generate` without the rest of lstmc, so that a package that uses them builds soon.
@main
enum GenerateTool {
    static func main() {
        if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
            print(toolVersion)
            return
        }
        Interruption.install()
        do throws(UsageError) {
            let arguments = try ToolArguments(CommandLine.arguments.dropFirst())
            var loader = SpecLoader(DiagnosticsStyle())
            let isDone = (try? arguments.request.run(&loader, command: arguments.command)) != nil
            exit(isDone ? 0 : 1)
        } catch {
            Console.log("error: \(error.message)\n\(ToolArguments.usage)\n")
            exit(64)
        }
    }
}
