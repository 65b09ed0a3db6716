# Sets up what it needs on a machine with Python 3.11 or newer; nothing has to be installed by hand.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo
TODAY := 2024-08-01

.PHONY: setup demo quick test site torture lint format bench bench-batch bench-live bench-write bench-loss samples templates pictures addin clean

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); sh tests/parts/install.sh venv; $(PYTHON) -m venv $(VENV); }

$(VENV)/.ready: pyproject.toml | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@

$(VENV)/.parts: tests/parts/install.sh tests/parts/package.json | $(VENV)/pyvenv.cfg
	sh tests/parts/install.sh
	touch $@

setup: $(VENV)/.ready $(VENV)/.parts  ## what the tests need; -j2 gets both halves at once

demo: $(VENV)/.ready  ## run the main job on the samples and tell where the result lies
	rm -rf $(DEMO)
	mkdir $(DEMO)
	$(BIN)/collabxl new $(DEMO)/new.xlsx --name 我的项目 --start $(TODAY) --departments 产品研发部,市场部,IT部 --lead 王经理
	cp samples/*.xlsx $(DEMO)/
	$(BIN)/collabxl check $(DEMO)/seed.xlsx --today $(TODAY) --fail-on never
	$(BIN)/collabxl fix $(DEMO)/messy.xlsx --today $(TODAY) --dry-run --fail-on never
	$(BIN)/collabxl sync $(DEMO) --today $(TODAY) --fail-on never
	@echo
	@echo "结果在 $(DEMO)/ ：打开 $(DEMO)/filled.xlsx 的“汇总”表，或 $(DEMO)/new.xlsx 新工作簿。"
	@echo "The result lies in $(DEMO)/: open the sheet 汇总 of $(DEMO)/filled.xlsx, Summary of english.xlsx, or new.xlsx."

quick: $(VENV)/.ready  ## what a minute tells: modules and laws in their short form, no other program
	$(BIN)/pytest -n 2 --quick --durations=5 --durations-min=1

test: setup  ## everything: laws, modules, real LibreOffice, the Open XML SDK validator
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

$(VENV)/.site: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[site]"
	touch $@

site: $(VENV)/.site  ## the pages of docs/ as a site in site/, Chinese with English in site/en; needs no network to be read
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --config-file mkdocs.en.yml

torture: setup  ## the long form: 1,000 kills, full disks, failing calls, two writers, 2,000 mutants, the whole corpus, 2,000 workbooks by a cluster, 5,000 with poison
	COLLABXL_TORTURE=long $(BIN)/pytest -s tests/torture tests/hostile tests/pipeline

lint: $(VENV)/.ready  ## ruff, mypy, import-linter, vulture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.peers: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	touch $@

bench: $(VENV)/.peers  ## checking against pandera, frictionless and raw reads: tests/bench/CHECK.md
	$(BIN)/python -m tests.bench.check

bench-batch: $(VENV)/.ready  ## memory of 1,000 and 10,000 workbooks, and what checking and reading take
	$(BIN)/python -m tests.bench.batch memory 1000 10000
	$(BIN)/python -m tests.bench.batch processes

bench-live: $(VENV)/.parts  ## what refreshing an open workbook takes in LibreOffice
	$(BIN)/python -m tests.bench.live

bench-write: $(VENV)/.ready  ## 汇总 and cell edits against openpyxl: tests/bench/WRITE.md
	$(BIN)/python -m tests.bench.write

$(VENV)/.bench: $(VENV)/.ready tests/parts/install.sh tests/bench/package.json
	sh tests/parts/install.sh bench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pillow
	touch $@

bench-loss: $(VENV)/.bench  ## what openpyxl, LibreOffice, exceljs and collabxl lose: tests/bench/LOSS.md
	$(BIN)/python -m tests.bench.loss ../shared/corpus/files

samples: $(VENV)/.ready  ## make samples/*.xlsx and the findings beside them anew
	$(BIN)/python -m tools.samples

templates: $(VENV)/.ready  ## make templates/documents/*.docx anew
	$(BIN)/python -m tools.letterheads

pictures: setup  ## draw the pictures of README and docs anew
	$(BIN)/python -m tools.pictures
	$(BIN)/python -m tests.excel.addin.drawing

addin: $(VENV)/.ready  ## build macros/collabxl.xlam anew from the VBA and the ribbon beside it
	$(BIN)/collabxl addin build --output macros/collabxl.xlam

clean:
	rm -rf $(VENV) $(DEMO) site tests/parts/node_modules tests/parts/vbalidator tests/bench/node_modules dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
