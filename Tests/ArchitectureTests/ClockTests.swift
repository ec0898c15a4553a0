// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A test that depends on the machine's speed fails on a busy one: tests count, and wait only against hanging.
@Suite("No test reads a clock")
struct ClockTests {
    /// The lines that tell the time, or measure it.
    private static func uses(in file: SwiftFile) -> [String] {
        let types = #/\b(\w+Clock|Date|Dispatch(Wall)?Time|Duration|TimeInterval|Timer)\b(\(|\.| *[=,){]|$)/#
        let calls = #/\b(clock(_gettime)?|gettimeofday|times?|getrusage|mach_absolute_time|setitimer|alarm)\(/#
        // Simple boundaries: by Unicode's rule there is none at the dot of `Date.now`.
        return file.lines(matching: types.wordBoundaryKind(.simple))
            + file.lines(matching: calls.wordBoundaryKind(.simple))
    }

    /// The lines that wait.
    private static func waits(in file: SwiftFile) -> [String] {
        let waits = #/\b([un]?sleep|nanosleep|asyncAfter)\(|(^|[^.\w])(poll|select)\(|\b(timeout|deadline)\b/#
        return file.lines(matching: waits.wordBoundaryKind(.simple))
    }

    /// None of them asks how long it took.
    private static let mayWait = ["Tests/ProgramTestSupport/Binary.swift", "Tests/RobustnessTests/FaultTests.swift"]

    private static func sources() throws -> [SwiftFile] {
        let files = try ["Tests", "Fuzzing/Entries", "Fuzzing/Driver"].flatMap(swiftFiles)
        return files.filter { !$0.path.hasSuffix("/ClockTests.swift") }
    }

    @Test("in Swift") func clocks() throws {
        let files = try Self.sources()
        #expect(files.count > 80)
        for file in files { #expect(Self.uses(in: file) == []) }
    }

    @Test("in what they run: Python, C and the shell") func tools() throws {
        let endings = [".py", ".sh", ".c", "Makefile"]
        let names = (["Tests", "Tools"].flatMap(fileNames) + ["Makefile"]).filter { name in
            endings.contains { name.hasSuffix($0) }
        }
        #expect(names.count > 8)
        let clock =
            #/\bimport time\b|\btime\.\w|\bdatetime\b|perf_counter|clock_gettime|\bclock\(\)|gettimeofday|\btime\(/#
        let wait = #/(^|[;&|(\s])(sleep|timeout) +[\d$-]|timeout=(\w+)/#
        for name in names {
            let text = try String(contentsOf: repositoryRoot.appendingPathComponent(name), encoding: .utf8)
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                #expect(!line.contains(clock), "\(name):\(index + 1) \(line)")
                let isGuard = line.firstMatch(of: wait).map { $0.3 == "600" } ?? true
                #expect(isGuard, "\(name):\(index + 1) \(line)")
            }
        }
    }

    @Test("and a guard against hanging waits ten minutes") func guards() throws {
        for file in try Self.sources() {
            if !Self.mayWait.contains(file.path) { #expect(Self.waits(in: file) == []) }
            for limit in file.code.matches(of: #/\.timeLimit\(([^)]*\))/#) {
                #expect(limit.1 == ".minutes(10)", "\(file.path): \(limit.0)")
            }
        }
        let binary = try SwiftFile("Tests/ProgramTestSupport/Binary.swift")
        #expect(binary.code.contains("patience: Int = 600"))
    }

    @Test(
        "which is found",
        arguments: [
            "let start = ContinuousClock.now", "ContinuousClock().measure { f() }", "let end = Date() + 3",
            "x = Date.now",
            "let soon: Duration = .seconds(3)", "let now = Foundation.Date(timeIntervalSinceNow: 3)",
            "clock_gettime(a, &b)",
            "let soon = Duration.seconds(3)", "time(nil)", "DispatchTime.now()",
        ])
    func found(_ line: String) throws {
        #expect(!Self.uses(in: SwiftFile("Line.swift", text: line)).isEmpty)
    }

    @Test(
        "and so are waits",
        arguments: [
            "usleep(1000)", "Foundation.sleep(1)", "poll(&files, 1, 3)", "queue.asyncAfter(deadline: soon) {}",
            "semaphore.wait(timeout: soon)",
        ])
    func waitsFound(_ line: String) throws {
        #expect(!Self.waits(in: SwiftFile("Line.swift", text: line)).isEmpty)
    }

    @Test(
        "and nothing else is",
        arguments: [
            "let time = 3", "f(time: 3)", "for time in 0..<steps {", "x[time, batch]", "let updated = 1", "/// Date()",
            "InstructionSet.select(name)",
        ])
    func left(_ line: String) throws {
        let file = SwiftFile("Line.swift", text: line)
        #expect(Self.uses(in: file).isEmpty && Self.waits(in: file).isEmpty)
    }
}
