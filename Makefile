# `make run` and `make test` are all a fresh machine needs: they make .venv and get a Temporal server.

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv
# The interpreter of .venv is used as it is; none is fetched.
export UV_PYTHON_DOWNLOADS ?= never
# Compiled once, as they are installed: otherwise every process may do so again, and a worker takes twice as long to be there.
export UV_COMPILE_BYTECODE ?= 1

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench bench-year bench-memory bench-monday bench-storm bench-recovery bench-bulk bench-settings bench-console bench-contenders bench-growth crash-mail faults maps screenshots lock clean
.NOTPARALLEL:

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.runtime ## everything on this machine, with the register loaded; Ctrl-C ends it
	@$(BIN)/python -m embedded.run

demo: .venv/.runtime ## some invented partnerships on a fast clock
	@$(BIN)/python -m embedded.run --demo

test: .venv/.dev ## every test, on SQLite and PostgreSQL, a real Temporal server, IMAP server and browser
	$(BIN)/python -m embedded.temporal_server --ensure
	tools/get-test-programs
	$(BIN)/pytest

check: .venv/.dev ## lint, format, types, import rules, locked requirements, advisories, replay of recorded histories
	$(BIN)/ruff check --no-cache
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	tools/check-locked $(UV)
	tools/check-advisories $(BIN)/pip-audit
	@if [ -d tests/replay ]; then $(BIN)/pytest -q tests/replay; else echo "No recorded histories yet."; fi

# Small, so that all of it takes an hour and a half, with one round half of that; the goals are meant at 10,000 and
# 1000,10000,100000.
BENCH_OPEN ?= 500
BENCH_ROUNDS ?= 3
BENCH_COMMIT_MS ?= 0
RECOVERY_OPEN ?= 250,1000

bench: bench-contenders bench-growth bench-storm bench-recovery bench-bulk bench-year bench-memory bench-monday bench-console ## every benchmark; figures go to var/bench/
	@$(BIN)/python -m benchmarks.pictures

bench-contenders: .venv/.dev .venv-bench/.done .venv-bench-dbosify/.done ## bare and textbook Temporal, cron, DBOS, DBOSify, procrastinate, APScheduler, Celery: one table
	$(BIN)/python -m benchmarks.contend --rounds $(BENCH_ROUNDS)

bench-growth: .venv/.dev .venv-bench/.done .venv-bench-dbosify/.done ## how each contender grows with what is open, drawn into docs/images
	$(BIN)/python -m benchmarks.contend_growth
	$(BIN)/python -m benchmarks.pictures

bench-year: .venv/.dev ## the reference partnership-year beside a bare workflow
	$(BIN)/python -m embedded.temporal_server --ensure
	$(BIN)/python -m benchmarks.year

bench-memory: .venv/.dev ## what open partnerships cost while nothing happens
	$(BIN)/python -m embedded.temporal_server --ensure
	$(BIN)/python -m benchmarks.memory

bench-monday: .venv/.dev ## 5,000 notices due on a Monday for 400 people: how many mails, how they are spread
	$(BIN)/python -m benchmarks.monday

bench-storm: .venv/.dev .venv-bench/.done ## many due at once on Temporal's real server and PostgreSQL, beside others: BENCH_OPEN=10000
	$(BIN)/python -m benchmarks.storm --open $(BENCH_OPEN)
	$(BIN)/python -m benchmarks.contend_storm --open $(BENCH_OPEN)

bench-recovery: .venv/.dev ## a worker killed with many open, and how memory and disk grow: RECOVERY_OPEN=1000,10000
	$(BIN)/python -m benchmarks.recovery --open $(RECOVERY_OPEN)

bench-bulk: .venv/.dev ## as many agreements imported at once, beside bare workflows started: BENCH_OPEN=10000
	$(BIN)/python -m benchmarks.bulk --rows $(BENCH_OPEN)

bench-settings: .venv/.dev ## a storm for each of the worker's settings, on a slow disk too: BENCH_COMMIT_MS=10
	$(BIN)/python -m benchmarks.worker_settings --rounds $(BENCH_ROUNDS) --commit-ms $(BENCH_COMMIT_MS)

bench-console: .venv/.dev ## the console on 100,000 partnerships: lists, pages and maps, their queries and sizes
	$(BIN)/python -m benchmarks.console

screenshots: .venv/.dev ## take the pictures of docs/images anew, with invented people, in a real browser
	MOSTY_SCREENSHOTS=docs/images $(BIN)/pytest -q tests/browser

maps: .venv/.dev ## draw the base maps anew from the shapes in data/maps
	$(BIN)/python tools/draw-base-maps

SEED ?= 1
CRASHES ?= 24

crash-mail: .venv/.dev ## mail workers killed while they send, by a schedule: make crash-mail SEED=1 CRASHES=24
	$(BIN)/python -m embedded.temporal_server --ensure
	$(BIN)/python -m benchmarks.crash_mail --seed $(SEED) --crashes $(CRASHES)

faults: .venv/.dev ## parts killed and held still while partnerships live: make faults SEED=1 CRASHES=200 (a quarter of an hour)
	$(BIN)/python -m benchmarks.faults --seed $(SEED) --crashes $(CRASHES)

lock: $(UV) ## resolve the requirements anew and write them down with their hashes
	$(UV) pip compile --universal --generate-hashes -q --upgrade pyproject.toml -o requirements.txt
	$(UV) pip compile --universal --generate-hashes -q --upgrade pyproject.toml --group dev -o requirements-dev.txt
	$(UV) pip compile --universal --generate-hashes -q --upgrade --group bench -o requirements-bench.txt
	$(UV) pip compile --universal --generate-hashes -q --upgrade --group bench-dbosify -o requirements-bench-dbosify.txt

clean: ## remove .venv and caches; var/ with all state stays
	rm -rf .venv .venv-bench .venv-bench-dbosify .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "Mosty needs Python 3.11 or newer; $(PYTHON) is older or missing. Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo \
	  "No virtual environment could be made with $(PYTHON). On Debian and Ubuntu: apt install python3-venv" >&2; \
	  rm -rf .venv; exit 1; }
	$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

# With the development tools there already, they are kept.
.venv/.runtime: requirements.txt pyproject.toml | $(UV)
	@if [ -f .venv/.dev ]; then $(MAKE) --no-print-directory .venv/.dev; else \
	  $(UV) pip sync --quiet --require-hashes requirements.txt && \
	  $(UV) pip install --quiet --no-deps -e .; fi
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml | $(UV)
	$(UV) pip sync --quiet --require-hashes requirements-dev.txt
	$(UV) pip install --quiet --no-deps -e .
	@touch $@ .venv/.runtime

# The contenders' libraries stay apart from ours.
.venv-bench/.done .venv-bench-dbosify/.done: .venv-%/.done: requirements-%.txt | $(UV)
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv-$*
	$(UV) pip sync --quiet --require-hashes --python .venv-$*/bin/python $<
	@touch $@
