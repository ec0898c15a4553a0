// SPDX-License-Identifier: Apache-2.0

#if os(Linux)
    import CodegenTestSupport
    import Foundation
    import LSTMCodegen
    import LSTMIR
    import ProgramTestSupport
    import TestSupport
    import Testing

    private let goldens = repositoryRoot.appendingPathComponent("Tests/GoldenModels/Specs")
    private let harness = repositoryRoot.appendingPathComponent("Tests/CHeaderTests/Harness")

    #if DEBUG
        private let isRun = ProcessInfo.processInfo.environment["LSTMC_SANITIZED"] == nil
    #else
        private let isRun = true
    #endif

    /// True on a release build of the runtime, as `make test-program` runs these.
    private let isOptimised = products.lastPathComponent == "release"

    /// The goldens with functions for C, as a static library that a C program and a C++ program link.
    private struct Library {
        let box: Sandbox
        let models: [DrawnModel]

        init() throws {
            box = try Sandbox()
            models = try fixtureNames(in: goldens, suffix: ".lstm.yaml").map { name in
                let text = try String(contentsOf: goldens.appendingPathComponent(name), encoding: .utf8)
                var model = try DrawnModel(text: text, path: name, seed: stableHash(name))
                model.hasCHeader = true
                return model
            }
            for model in models {
                try box.write("\(model.model.name).swift", model.swift())
                try box.write("\(stem(model)).h", try #require(model.header()))
            }
            try box.write(
                "kernels.modulemap",
                """
                module LSTMKernels {
                    umbrella "\(repositoryRoot.path)/Sources/LSTMKernels/include"
                    export *
                }

                """)
        }

        func stem(_ model: DrawnModel) -> String { String(model.model.specFileName.prefix { $0 != "." }) }

        /// Runs a line of the shell, which must end with 0.
        @discardableResult
        func shell(_ line: String) throws -> Outcome {
            let outcome = try box.run(["-c", line], program: "/bin/bash")
            #expect(outcome.code == 0, "\(line)\n\(outcome)")
            return outcome
        }

        /// `libModels.a`: the models, and what LSTMRuntime is of.
        func build() throws {
            let include = repositoryRoot.appendingPathComponent("Sources/LSTMLayout/include").path
            try shell(
                "swiftc -swift-version 6 -parse-as-library -wmo \(isOptimised ? "-O" : "-Onone") -module-name Models -package-name models "
                    + "-warnings-as-errors -I '\(products.path)/Modules' -Xcc -I'\(include)' "
                    + "-Xcc -fmodule-map-file=kernels.modulemap -c -o Models.o *.swift")
            try shell(
                "ar rcs libModels.a Models.o $(find "
                    + ["LSTMRuntime", "LSTMFiles", "LSTMKernels", "LSTMLayout"]
                    .map { "'\(products.path)/\($0).build'" }.joined(separator: " ") + " -name '*.o')")
        }

        /// The cases of each model, and a program's source that knows them all.
        func writeChecks() throws {
            var text = try String(contentsOf: harness.appendingPathComponent("harness.h"), encoding: .utf8)
            var calls = ""
            for model in models {
                let prefix = try #require(TypeNames(model.model, isEmbedded: true).cPrefix)
                text += cChecks(model)
                var weights: [UInt8] = []
                if model.model.weights?.placement == .file {
                    let bytes = model.weightFile()
                    try #require(bytes.count % 4 == 0)
                    weights = withUnsafeBytes(of: UInt32(bytes.count / 4).littleEndian, Array.init) + bytes
                }
                try box.write("\(prefix).cases", weights + cCases(model))
                calls += "    run(folder, \"\(prefix)\", check_\(prefix));\n"
            }
            text += """

                static void run(const char *folder, const char *name, void (*check)(struct words *)) {
                    char path[4096];
                    snprintf(path, sizeof path, "%s/%s.cases", folder, name);
                    FILE *file = fopen(path, "rb");
                    if (file == NULL) abort();
                    fseek(file, 0, SEEK_END);
                    const size_t size = (size_t)ftell(file);
                    rewind(file);
                    uint32_t *all = (uint32_t *)malloc(size);
                    if (all == NULL || fread(all, 1, size, file) != size) abort();
                    fclose(file);
                    struct words words = {all};
                    checked = name;
                    check(&words);
                    free(all);
                }

                int main(int count, char **arguments) {
                    const char *folder = count > 1 ? arguments[1] : ".";
                \(calls)    printf("%d failures\\n", failures);
                    return failures == 0 ? 0 : 1;
                }

                """
            try box.write("checks.c", text)
        }

        /// Compiles and links a program as somebody with the library and the headers does.
        func link(_ source: String, _ compiler: String, _ program: String, counts: Bool = true) throws {
            let wrapped = ["malloc", "posix_memalign"].map { "-Xlinker --wrap=\($0)" }.joined(separator: " ")
            let flags =
                "-Wall -Wextra -Werror -pedantic -O1\(counts ? " -DCOUNT_ALLOCATIONS" : "")"
                + (isOptimised ? " -DOPTIMISED" : "")
            try shell("\(compiler) \(flags) -c \(source) -o \(program).o")
            try shell("swiftc -static-stdlib \(program).o libModels.a -o \(program)\(counts ? " " + wrapped : "")")
        }
    }

    @Suite("The C header", .serialized, .enabled(if: isRun))
    struct CHeaderTests {
        private static let library = Result { () throws -> Library in
            let library = try Library()
            try library.build()
            try library.writeChecks()
            return library
        }

        @Test("each compiles alone, as C11 and as C++17") func headers() throws {
            let library = try Library()
            let headers = library.models.map { library.stem($0) + ".h" }.joined(separator: " ")
            let flags = "-Wall -Wextra -Werror -pedantic -fsyntax-only"
            try library.shell("for h in \(headers); do clang -std=c11 \(flags) -x c $h || exit 1; done")
            try library.shell("for h in \(headers); do clang++ -std=c++17 \(flags) -x c++ $h || exit 1; done")
        }

        @Test("a C program gives the reference's bits for every golden, and no step or run allocates") func c() throws {
            let library = try Self.library.get()
            try library.link("checks.c", "clang -std=c11", "c")
            let outcome = try library.shell("./c .")
            #expect(outcome.stdout == "0 failures\n")
        }

        @Test("what is wrong is a code, and no trap") func errors() throws {
            let library = try Self.library.get()
            let text = try ["harness.h", "errors.c"].map {
                try String(contentsOf: harness.appendingPathComponent($0), encoding: .utf8)
            }
            // Neither reads cases.
            let unused = "#pragma clang diagnostic ignored \"-Wunused-function\"\n"
            try library.box.write("errors.c", unused + text.joined(separator: "\n"))
            try library.link("errors.c", "clang -std=c11", "errors", counts: false)
            #expect(try library.shell("./errors").stdout == "0 failures\n")
        }

        @Test("so does a C++ program") func cplusplus() throws {
            let library = try Self.library.get()
            try library.shell("cp checks.c checks.cpp")
            try library.link("checks.cpp", "clang++ -std=c++17", "cpp", counts: false)
            let outcome = try library.shell("./cpp .")
            #expect(outcome.stdout == "0 failures\n")
        }
    }
#endif
