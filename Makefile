# The two commands of the README are `make demo` and `make test`; `make help` lists the others.

SWIFT ?= swift
BIN = .build/release/lstmc

.PHONY: help demo test lint format snapshots generate test-random-specs dependencies

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: dependencies ## Build lstmc and cut a Thai sentence into words
	$(SWIFT) build -c release --product lstmc
	@echo
	@echo "Thai is written without spaces. Specs/ThaiSegmenter.lstm.yaml finds the words of"
	@echo
	@echo "    $$(cat Specs/thai-sentence.txt)"
	@echo
	@printf "    "
	@$(BIN) run Specs/ThaiSegmenter.lstm.yaml --text "$$(cat Specs/thai-sentence.txt)"
	@echo
	@echo "(from the first article of the Universal Declaration of Human Rights; a | stands between two words)"

test: dependencies lint ## Run everything: lint, the suite in debug and in release builds
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

lint: ## Check formatting
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

format: ## Rewrite the sources in the project's format
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

snapshots: dependencies ## Rewrite all snapshot files, then show what changed
	-RECORD_SNAPSHOTS=1 $(SWIFT) test > /dev/null 2>&1
	git status --short

generate: dependencies ## Rewrite Generated/ from Specs/
	$(SWIFT) run lstmc generate Specs/*.lstm.yaml --output Generated

test-random-specs: dependencies ## Compile 250 random specs' types and hold them against the reference
	RANDOM_SPECS_PACKAGE=$(CURDIR)/.build/random-specs $(SWIFT) test --filter RandomSpecTests
	$(SWIFT) run --package-path .build/random-specs RandomSpecs .build/random-specs/Data

# libyaml is the only library that is not Swift's.
dependencies:
	@sh Tools/install-libyaml.sh
