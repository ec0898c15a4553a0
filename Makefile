# The two commands of the README are `make demo` and `make test`; `make help` lists the others.

SWIFT ?= swift
BIN = .build/release/lstmc
SWIFT_FILES = Package.swift Sources Plugins Tests Examples/Package.swift Examples/Sources \
	Fuzzing/Package.swift Fuzzing/Entries Fuzzing/Driver Benchmarks/generated

# Of `make bench`: groups (sweep, streaming, inputs, gru, precisions) or parts of names, separated by commas; none is the
# first three.
CASES ?=
ROUNDS ?= 5

.PHONY: help demo test test-program test-release check-generated neon fast-math test-consumer activations test-tools bench bench-rtneural bench-generated counts size lint format snapshots generate images regenerate docs test-documents test-random-specs dependencies bench-pool
.PHONY: install uninstall test-install artifactbundle test-artifactbundle models lib test-lib wheel test-python bench-python

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A debug build takes less than half of the time, gives the same bits, and is the one that `make test` goes on with.
demo: dependencies ## Build lstmc, without optimisation, and cut a Thai sentence into words
	$(SWIFT) build --product lstmc
	@echo
	@echo "Thai is written without spaces. Specs/ThaiSegmenter.lstm.yaml finds the words of"
	@echo
	@echo "    $$(cat Specs/thai-sentence.txt)"
	@echo
	@printf "    "
	@.build/debug/lstmc run Specs/ThaiSegmenter.lstm.yaml --text "$$(cat Specs/thai-sentence.txt)"
	@echo
	@echo "(from the first article of the Universal Declaration of Human Rights; a | stands between two words)"

# Where `make install` puts things, and a folder before that, as packagers need it.
PREFIX ?= /usr/local
DESTDIR ?=

install: dependencies lib ## Build lstmc, optimised, and install it under PREFIX (/usr/local): the program, completions, a manual page, liblstmc
	$(SWIFT) build -c release --product lstmc
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" sh Tools/install.sh install $(BIN) $(LIB)

# Where `make lib` puts liblstmc, lstmc.h and lstmc.pc.
LIB = .build/lib

lib: dependencies ## Build liblstmc, the dynamic library for C, with its header and its pkg-config file, into .build/lib
	$(SWIFT) build -c release --product LSTMLibrary
	@sh Tools/build-library.sh $(LIB)

test-lib: lib ## Compile C and C++ programs against liblstmc, and run them
	@bash Tools/test-library.sh $(LIB)

wheel: lib ## Make the Python package of liblstmc: Python/dist/lstmc-*.whl
	@python3 Python/backend.py $(LIB)/liblstmc.$(if $(filter Darwin,$(shell uname -s)),dylib,so) Python/dist

test-python: ## Install the wheel into an empty virtual environment, and run its tests against a release build of the program
	@if command -v python3 > /dev/null; then $(MAKE) --no-print-directory wheel; fi
	$(SWIFT) build -c release --product lstmc
	@bash Tools/test-python.sh $(BIN)

# A Python that has the wheel.
bench-python: ## Measure what Python adds to a model's own time (PYTHON=... with the wheel)
	$(SWIFT) build -c release --product lstmc
	$(PYTHON) Benchmarks/python/overhead.py --lstmc $(BIN)

uninstall: ## Take away what make install put under PREFIX
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" sh Tools/install.sh uninstall

# The bundle to write, and those of other machines to take in, with spaces between.
BUNDLE ?= .build/lstmc-generate.artifactbundle
MERGE ?=

artifactbundle: dependencies ## Build the plugins' tool for packages that use it prebuilt (BUNDLE=path.artifactbundle, MERGE="those of other machines")
	@SWIFT="$(SWIFT)" sh Tools/artifactbundle.sh build "$(BUNDLE)" $(MERGE)

# The suites that drive the program, which a release build of it is held to.
PROGRAM_SUITES = CommandLineTests|RobustnessTests|ProgramTests|CHeaderTests

test: dependencies test-tools lint ## Run everything: each step below in turn
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip '$(PROGRAM_SUITES)'
	@$(MAKE) --no-print-directory test-program test-lib test-install test-python test-artifactbundle
	@$(MAKE) --no-print-directory check-generated docs neon fast-math sanitize-kernels counts size test-consumer test-documents test-random-specs

test-program: dependencies ## Run the suites that drive the program on a release build of it
	$(SWIFT) build -c release --product lstmc
	LSTMC_PRODUCTS=$(CURDIR)/.build/release $(SWIFT) test --filter '$(PROGRAM_SUITES)'

test-install: ## Install the release builds that are there into a temporary folder, use them, and take them away
	@bash Tools/test-install.sh $(BIN) $(LIB)

test-artifactbundle: ## Make the plugins' tool an artifact bundle, merge it with another, and use it from a package of its own
	@bash Tools/test-artifactbundle.sh

test-release: dependencies ## Run all tests in a release build: every library as users compile it (a quarter of an hour)
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

check-generated: ## Fail where Generated/ is not what Specs/ gives
	@$(SWIFT) build --product lstmc 2>&1 | tail -n 1
	@.build/debug/lstmc generate Specs/*.lstm.yaml --output Generated --check || { echo "run: make generate"; exit 1; }

neon: ## Compare the bits of the NEON kernels, under qemu, with this machine's
	@sh Tests/NEON/run.sh

fast-math: ## Check that no C file of the kernels compiles with -ffast-math
	@sh Tests/Kernels/fast-math.sh

test-consumer: dependencies ## Use the plugins from a package of its own, and build and run the examples
	$(SWIFT) build -c release --product lstmc
	@bash Tools/test-consumer.sh

test-documents: ## Build and run the programs that the README, the articles and the tutorial show
	LSTMC_DOCUMENTS=$${CONSUMER_SCRATCH:-$(CURDIR)/.build-consumer} $(SWIFT) test --no-parallel --filter 'DocumentationTests.TranscriptTests'

docs: ## Build the documentation into .build/docs; fail on a warning, and on a public symbol without documentation
	@sh Tools/docs.sh

bench: dependencies Benchmarks/.venv/installed ## Compare with PyTorch, ONNX Runtime and OpenVINO (CASES=..., ROUNDS=...)
	$(SWIFT) build -c release --product lstmc
	$(CC) -O2 -ffp-contract=fast Benchmarks/fma_peak.c -o .build/fma_peak
	Benchmarks/.venv/bin/python Benchmarks/compare --lstmc $(BIN) --probe .build/fma_peak --rounds $(ROUNDS) --cases "$(CASES)"

# Of `make bench-rtneural`: programs that you have built, with spaces between; Benchmarks/rtneural/README.md has what they print.
PROGRAMS ?=
# lstm or gru.
CELL ?= lstm

bench-rtneural: dependencies ## Compare streams with programs of yours, made of RTNeural or other libraries (PROGRAMS="a=path b=path")
	$(SWIFT) build -c release --product lstmc
	python3 Benchmarks/rtneural/compare.py --lstmc $(BIN) $(foreach program,$(PROGRAMS),--program "$(program)") --build .build/rtneural --cell $(CELL)

bench-generated: dependencies ## Compare generated types with the interpreter (COUNT=1 counts instructions, too)
	$(SWIFT) build -c release --product lstmc
	python3 Benchmarks/generated/compare.py --lstmc $(BIN) --build .build/bench-generated $(if $(COUNT),--count)

bench-pool: dependencies ## Compare a pool of 10,000 streams with a call for each
	$(SWIFT) build -c release --product lstmc
	python3 Benchmarks/pool/pool.py --lstmc $(BIN) --build .build/bench-pool

counts: dependencies ## Hold the instructions and allocations of a step to their ceilings
	$(SWIFT) build -c release --product lstmc
	python3 Tools/count-instructions.py --lstmc $(BIN)

size: ## Hold what a model adds to a program to its ceiling
	@bash Tools/measure-size.sh

# Only `make bench` needs it: some 2 GB, from PyPI.
Benchmarks/.venv/installed: Benchmarks/requirements.txt
	python3 -m venv Benchmarks/.venv
	Benchmarks/.venv/bin/pip install --quiet --requirement Benchmarks/requirements.txt
	touch $@

lint: ## Check formatting and style
	$(SWIFT) format lint --strict --recursive $(SWIFT_FILES)

format: ## Rewrite the sources in the project's format, then check them
	$(SWIFT) format --in-place --recursive $(SWIFT_FILES)
	@$(MAKE) --no-print-directory lint

snapshots: dependencies ## Rewrite all snapshot files, then show what changed
	$(SWIFT) build --build-tests
	-RECORD_SNAPSHOTS=1 $(SWIFT) test --skip-build > /dev/null 2>&1
	git status --short

generate: dependencies ## Rewrite Generated/ from Specs/
	$(SWIFT) run lstmc generate Specs/*.lstm.yaml --output Generated

models: dependencies ## Fetch the weights of the specs in Pretrained/ (16 MB, by pip), and hold them to float64
	$(SWIFT) build --product lstmc
	@bash Tools/fetch-models.sh .build/debug/lstmc

images: dependencies ## Rewrite the drawings of the README and the tutorial
	$(SWIFT) build --product lstmc
	@mkdir -p Documentation/images
	.build/debug/lstmc graph Specs/ThaiSegmenter.lstm.yaml -o Documentation/images/thai-segmenter-graph.svg
	.build/debug/lstmc plot Specs/ThaiSegmenter.lstm.yaml --text 'สวัสดีชาวโลก ยินดีต้อนรับ' -o Documentation/images/thai-segmenter-plot.svg
	.build/debug/lstmc graph Examples/Sources/drive/Drive.lstm.yaml -o Sources/LSTMRuntime/LSTMRuntime.docc/Resources/drive-graph.svg
	.build/debug/lstmc plot Examples/Sources/drive/Drive.lstm.yaml --input Examples/wave.csv -o Sources/LSTMRuntime/LSTMRuntime.docc/Resources/drive-plot.svg

regenerate: generate images snapshots ## Rewrite everything that is committed and made by a program, then show what changed

test-random-specs: dependencies ## Compile the types of 120 random specs and of the shapes of the 184 vectors, and hold them to the reference
	RANDOM_SPECS_PACKAGE=$(CURDIR)/.build/random-specs $(SWIFT) test --filter RandomSpecTests
	$(SWIFT) run --package-path .build/random-specs RandomSpecs .build/random-specs/Data

.PHONY: test-names
test-names: dependencies ## Compile every word, and every name of the standard library, as every name a person chooses, in every form (many minutes)
	$(SWIFT) build --build-tests
	LSTMC_NAMES=all $(SWIFT) test --skip-build --filter NameTests.NameTests

# How many times as many faults as `make test` injects.
FAULTS ?= 20

.PHONY: robustness
robustness: dependencies ## Inject FAULTS times as many faults as make test does, and compare the debug and release tools (minutes)
	$(SWIFT) build --build-tests
	LSTMC_FAULTS=$(FAULTS) $(SWIFT) test --skip-build --filter RobustnessTests
	$(SWIFT) build -c release --product lstmc
	rm -rf .build/same && mkdir -p .build/same
	.build/debug/lstmc generate Specs/*.lstm.yaml --output .build/same/debug > /dev/null
	$(BIN) generate Specs/*.lstm.yaml --output .build/same/release > /dev/null
	diff -r .build/same/debug .build/same/release && echo "the debug and the release tool generate the same bytes"

# For each target; names with commas, none is all; how many at a time.
SECONDS ?= 60
TARGETS ?=
JOBS ?= 1

.PHONY: fuzz
fuzz: dependencies ## Fuzz every reader for SECONDS each (TARGETS=spec,onnx, JOBS=2); fails on a crash, which it keeps
	python3 Fuzzing/fuzz.py --swift $(SWIFT) --seconds $(SECONDS) --targets "$(TARGETS)" --jobs $(JOBS)

# How many specs `make differential` draws, and the first one's seed; by default each run has its own, and prints it.
LSTMC_SPECS ?= 300
PYTHON ?= Benchmarks/.venv/bin/python

.PHONY: differential
differential: dependencies ## Hold drawn specs to the reference on every instruction set, and to PyTorch (PYTHON=... with torch)
	$(SWIFT) build --build-tests
	LSTMC_SPECS=$(LSTMC_SPECS) $(SWIFT) test --skip-build --filter DifferentialTests
	LSTMC_SPECS=$(LSTMC_SPECS) LSTMC_ISA=baseline $(SWIFT) test --skip-build --filter DifferentialTests
	rm -rf .build/differential
	LSTMC_SPECS=$(LSTMC_SPECS) DIFFERENTIAL_FOLDER=$(CURDIR)/.build/differential $(SWIFT) test --skip-build --filter WrittenSpecs
	$(PYTHON) Tools/differential.py --lstmc .build/debug/lstmc .build/differential

# Of `make graphs`: how many seeds, from which on, and about how many nodes a graph has.
SEEDS ?= 300
SEED ?= 1
NODES ?= 200
GRAPHS = LSTMC_SPECS=$(SEEDS) LSTMC_SEED=$(SEED) LSTMC_LAYERS=$(NODES)

.PHONY: graphs graphs-torch
graphs: dependencies ## Hold drawn graphs of NODES nodes to the reference, whole and streaming, on every instruction set (SEEDS=, SEED=)
	$(SWIFT) build --build-tests
	$(GRAPHS) $(SWIFT) test --skip-build --filter DifferentialTests.DifferentialTests
	$(GRAPHS) LSTMC_ISA=baseline $(SWIFT) test --skip-build --filter DifferentialTests.DifferentialTests

graphs-torch: dependencies ## Hold the same graphs to PyTorch (SEEDS=, SEED=, NODES=, PYTHON=... with torch)
	$(SWIFT) build --build-tests
	rm -rf .build/differential
	$(GRAPHS) DIFFERENTIAL_FOLDER=$(CURDIR)/.build/differential $(SWIFT) test --skip-build --filter WrittenSpecs
	$(PYTHON) Tools/differential.py --lstmc .build/debug/lstmc .build/differential

# Each sanitizer has a build of its own; a whole one takes minutes. The exit code of a report is none of the program's. No
# search for leaks: Swift keeps bits of its own in pointers, and what they lead to would be taken for lost.
SANITIZED = LSTMC_SANITIZED=1 ASAN_OPTIONS=exitcode=99:detect_leaks=0 TSAN_OPTIONS=exitcode=99
.PHONY: sanitize sanitize-kernels sanitize-addresses sanitize-threads
sanitize: sanitize-kernels sanitize-addresses sanitize-threads ## Run the suite under AddressSanitizer, and what shares models under ThreadSanitizer

sanitize-kernels: ## Run the C kernels of every instruction set under AddressSanitizer and UndefinedBehaviorSanitizer
	@sh Tests/Sanitizers/kernels.sh

sanitize-addresses: dependencies ## Run the suite under AddressSanitizer
	$(SWIFT) build --build-tests --sanitize address --scratch-path .build-asan
	$(SANITIZED) $(SWIFT) test --skip-build --sanitize address --scratch-path .build-asan --skip MemoryTests

sanitize-threads: dependencies ## Run what many threads share under ThreadSanitizer
	$(SWIFT) build --build-tests --sanitize thread --scratch-path .build-tsan
	$(SANITIZED) $(SWIFT) test --skip-build --sanitize thread --scratch-path .build-tsan --filter "ConcurrencyTests|EngineTests|DifferentialTests|GeneratedModelsTests|BenchTests|ThreadTests|ThreadOptionTests"

activations: ## Check sigmoid, tanh, exp, log, gelu, elu, softplus and more over all 2^32 inputs against float64 (minutes)
	clang -O2 -std=c11 -I Sources/LSTMKernels/include -I Sources/LSTMLayout/include Tests/Activations/exhaustive.c Sources/LSTMKernels/*.c -lm -lpthread -o .build/activations
	.build/activations

# What some steps of `make test` need; without them these steps say so and are left out.
test-tools:
	@sh Tools/install-test-tools.sh

# libyaml is the only library that is not Swift's.
dependencies:
	@sh Tools/install-libyaml.sh
