# `make run` and `make test` do all the set-up a fresh Debian machine with Swift needs.

PREFIX ?= /usr/local
# Debian packages: OpenBLAS for large matrix products, SDL2 for the window, libpng for pictures, pkg-config to find them.
PACKAGES = libopenblas-dev libsdl2-dev libpng-dev pkg-config
MODULES = openblas sdl2 libpng
# An import of a target that Package.swift does not declare is an error: the architecture is enforced, not hoped for.
SWIFT_FLAGS = -c release --explicit-target-dependency-import-check error
SOURCES = Package.swift Sources Environments Agents Tests
# Python for the comparison with what we did not write; outside the repository.
INTEROP_VENV ?= $(HOME)/.cache/rl/interop
BENCH_VENV ?= $(HOME)/.cache/rl/bench

.PHONY: all deps build run test test-interop install format lint bench clean

all: build

# Installs what is missing, and nothing when nothing is missing.
deps:
	@command -v swift >/dev/null || { echo "rl needs Swift 6.3 or newer: https://www.swift.org/install" >&2; exit 1; }
	@if command -v pkg-config >/dev/null && pkg-config --exists $(MODULES); then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	    echo "rl needs these libraries with their headers, found by pkg-config: $(MODULES)" >&2; \
	    echo "On Debian and Ubuntu they are the packages: $(PACKAGES)" >&2; \
	    exit 1; \
	fi; \
	sudo=""; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	echo "installing $(PACKAGES)"; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES)

build: deps
	swift build $(SWIFT_FLAGS) --product rl

# DQN learns gridworld.
run: build
	.build/release/rl run dqn gridworld

# Everything that needs no Python: `make test-interop` is the rest.
test: deps
	swift build $(SWIFT_FLAGS) --build-tests
	Tests/ExternalPackage/test.sh .build-external
	@echo "not run here: the comparisons with Gymnasium, MinAtar, safetensors, pandas and PyTorch, which need Python: make test-interop"
	swift test -c release --disable-xctest --skip-build

$(INTEROP_VENV)/installed: Tests/Interop/requirements.txt
	python3 -m venv $(INTEROP_VENV)
	$(INTEROP_VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# Comparisons with Gymnasium, MinAtar, safetensors, pandas and PyTorch themselves, from PyPI; the last ask AutogradOracle.
test-interop: build $(INTEROP_VENV)/installed
	swift build $(SWIFT_FLAGS) --product AutogradOracle
	$(INTEROP_VENV)/bin/python Tests/Interop/run.py --rl .build/release/rl

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 .build/release/rl $(DESTDIR)$(PREFIX)/bin/rl

format:
	swift format --in-place --parallel --recursive $(SOURCES)

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)

$(BENCH_VENV)/installed: Benchmarks/requirements.txt
	python3 -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# Ratios against named peers, in turns in one run.
bench: build $(BENCH_VENV)/installed
	$(BENCH_VENV)/bin/python Benchmarks/autograd.py --rl .build/release/rl --kernels
	$(BENCH_VENV)/bin/python Benchmarks/environments.py --rl .build/release/rl
	$(BENCH_VENV)/bin/python Benchmarks/arcade.py --rl .build/release/rl
	$(BENCH_VENV)/bin/python Benchmarks/dqn_cartpole.py --rl .build/release/rl
	$(BENCH_VENV)/bin/python Benchmarks/ppo.py --rl .build/release/rl

clean:
	rm -rf .build .build-external
