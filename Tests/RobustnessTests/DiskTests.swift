// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// What the shell does around a program, with its streams where `Sandbox.run` looks for them.
private func around(_ command: String) -> String {
    "exec \(command) \"$@\" <\"$LSTMC_STREAMS/in\" >\"$LSTMC_STREAMS/out\" 2>\"$LSTMC_STREAMS/err\""
}

private func succeeds(_ command: String) -> Bool {
    #if os(Linux)
        system("\(command) >/dev/null 2>&1") == 0
    #else
        false
    #endif
}

/// Whether this system lets anybody make a small file system of their own.
private let canMount = succeeds("unshare -rm mount -t tmpfs none /mnt")
/// Permissions mean nothing to root; in a user namespace that maps nobody, they do.
private let isRoot = geteuid() == 0
private let canBePowerless = !isRoot || succeeds("unshare -U true")
private let powerless = isRoot ? around("unshare -U") : nil

/// Disks that are full and files that nobody may touch.
@Suite("disks and permissions")
struct DiskTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.writeLinear("A", inputs: 64, outputs: 512, value: 1)
        try box.writeLSTM("L", inputs: 64, hidden: 64, value: 1)
        try box.write("x.npy", npy([Double](repeating: 1, count: 64 * 32), [32, 64]))
    }

    @Test("a file system with no space left: the old file, and why", .enabled(if: canMount)) func full() throws {
        let commands: [([String], String)] = [
            (["generate", "A.lstm.yaml", "--output", "full"], "A.swift"),
            (["run", "A.lstm.yaml", "--input", "x.npy", "--output", "full/y.npy"], "y.npy"),
            (
                ["import", "L.safetensors", "--name", "M", "--safetensors", "--force", "--output", "full"],
                "M.lstm.yaml"
            ),
        ]
        for (arguments, file) in commands {
            // The file system goes with the program, so what is in it is copied first.
            let script =
                "mkdir -p full after && mount -t tmpfs -o size=16k none full && echo old >full/\(file) "
                + "&& \"$@\"; code=$?; cp -a full/. after; exit $code"
            let outcome = try box.run(arguments, setup: around("unshare -rm sh -c '\(script)' sh"), megabytes: 1024)
            #expect(outcome.code == 1 && outcome.stdout.isEmpty, "\(outcome.description)")
            #expect(outcome.stderr.hasSuffix("cannot be written: No space left on device\n"), "\(outcome.stderr)")
            #expect(try box.read("after/\(file)") == Array("old\n".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: box.url("after").path) == [file])
            try FileManager.default.removeItem(at: box.url("after"))
        }
    }

    @Test("what is no regular file is not replaced by one; a link stays, and leads to the new file")
    func links() throws {
        #expect(mkfifo(box.url("pipe").path, 0o600) == 0)
        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(atPath: box.url(name).path, withDestinationPath: target)
        }
        let commands = [("npy", ["run", "A.lstm.yaml", "--input", "x.npy"]), ("svg", ["graph", "A.lstm.yaml"])]
        for (ending, command) in commands {
            let targets = ["null": "/dev/null", "piped": "pipe", "nowhere": "none/at/all", "round": "round.\(ending)"]
            for (name, target) in targets {
                let output = "\(name).\(ending)"
                try link(output, to: target)
                let before = try box.names()
                let outcome = try box.run(command + ["--output", output])
                #expect(outcome.code == 1 && outcome.stderr.contains("'\(output)' cannot be written: "))
                #expect(try box.names() == before)
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: box.url(output).path) == target)
            }
            try box.write("kept/\(ending)", "old")
            try link("good.\(ending)", to: "kept/\(ending)")
            #expect(try box.run(command + ["--output", "good.\(ending)"]).code == 0)
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: box.url("good.\(ending)").path)
            #expect(target == "kept/\(ending)")
            #expect(try box.read("kept/\(ending)").count > 100)
        }
        try link("A.swift", to: "pipe")
        for arguments in [["generate", "A.lstm.yaml", "--output", "."], ["graph", "A.lstm.yaml", "--output", "pipe"]] {
            let outcome = try box.run(arguments)
            #expect(outcome.code == 1 && outcome.stderr.hasSuffix("cannot be written: Not a regular file\n"))
        }
        var status = stat()
        #expect(lstat(box.url("pipe").path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test("files that may not be read", .enabled(if: canBePowerless)) func unreadable() throws {
        let places = [
            "A.lstm.yaml": "A.lstm.yaml:1:1: error: the spec 'A.lstm.yaml'",
            "A.safetensors": "A.lstm.yaml:3:18: error: the checkpoint 'A.safetensors'",
            "x.npy": "x.npy:1:1: error: the input 'x.npy'",
        ]
        for (file, place) in places {
            #expect(chmod(box.url(file).path, 0) == 0)
            let outcome = try box.run(["run", "A.lstm.yaml", "--input", "x.npy"], setup: powerless)
            #expect(chmod(box.url(file).path, 0o600) == 0)
            #expect(outcome.code == 1 && outcome.stdout.isEmpty)
            #expect(
                outcome.stderr.hasPrefix(place + " cannot be opened: Permission denied\n"), "\(outcome.stderr)")
        }
    }

    @Test("folders that may not be written", .enabled(if: canBePowerless)) func readOnly() throws {
        try box.write("Out/A.swift", "old\n")
        #expect(chmod(box.url("Out").path, 0o555) == 0)
        defer { chmod(box.url("Out").path, 0o755) }
        for arguments in [
            ["generate", "A.lstm.yaml", "--output", "Out"], ["generate", "A.lstm.yaml", "--output", "Out/deeper"],
            ["run", "A.lstm.yaml", "--input", "x.npy", "--output", "Out/y.npy"],
            ["import", "L.safetensors", "--name", "M", "--output", "Out"],
            ["init", "M", "--output", "Out"], ["graph", "A.lstm.yaml", "--output", "Out/a.svg"],
        ] {
            let outcome = try box.run(arguments, setup: powerless)
            #expect(outcome.code == 1 && outcome.stdout.isEmpty, "\(outcome.description)")
            #expect(outcome.stderr.contains("Permission denied\n"), "\(outcome.stderr)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: box.url("Out").path) == ["A.swift"])
            #expect(try box.read("Out/A.swift") == Array("old\n".utf8))
        }
    }
}
