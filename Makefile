# The two commands of a newcomer are `make demo` and `make test`; both set themselves up.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
APP_STAMP := $(VENV)/.runs

# Where this is set, every program that a test starts compiles all it imports anew, and twice as long is most of a start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help venv app demo test test-picamera test-install test-docker check texts screenshot captures chaos chaos-short \
    outage soak soak-short bench bench-short \
    bench-cameras bench-detection cameras-table bench-recovery bench-first-alert day telegram-table remotes-table fuzz clean

help: ## what can be made here
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

venv: $(STAMP) ## everything the program needs, into .venv

$(STAMP): pyproject.toml constraints.txt deploy/venv.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" EXTRAS=demo,test sh deploy/venv.sh
	@touch $(STAMP) $(APP_STAMP)

app: $(APP_STAMP) ## what the program and its demo need, without the tests' tools (a third less)

$(APP_STAMP): pyproject.toml constraints.txt deploy/venv.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" EXTRAS=demo sh deploy/venv.sh
	@touch $(APP_STAMP)

demo: app ## the whole product on this machine, in a browser page instead of a phone (CAMERA=… for a real camera)
	@exec $(BIN)/mocam demo

# More workers than cores: the long tests, with which all but one of them begin, mostly wait (tests/support_order.py).
test: venv ## every test that needs neither network nor camera
	@$(BIN)/python -m pytest -n 6 --dist worksteal

test-picamera: venv ## the Pi's source on the real picamera2, in a Debian root made for it (as root, 2 minutes the first time)
	@$(BIN)/python -m tests.hardware

test-install: venv ## the installer on a Debian machine with systemd made for it (as root, about three minutes)
	@$(BIN)/python -m tests.install

test-docker: venv ## deploy/Dockerfile built and run without an engine (as root, about five minutes)
	@$(BIN)/python -m tests.install.docker

check: venv ## style, types and the rules of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_house.py tests/test_docs.py

texts: venv ## brings the translations in bot/languages up to date with the sentences in the code
	@$(BIN)/python -m tests.bot.catalogue

screenshot: venv ## takes the pictures of the README and the guide anew (needs Chromium, fonts-noto-color-emoji)
	@$(BIN)/python -m tests.e2e.screenshot docs/images/demo.png
	@$(BIN)/python -m tests.e2e.screenshot_chat docs/images

captures: venv ## drives the wizard in a terminal and puts what it showed into the guide (needs Chromium)
	@$(BIN)/python -m tests.e2e.captures

bench: venv ## measures what docs/performance.md states, half an hour; PART=alert for one part of it
	@$(BIN)/python -c "import matplotlib" 2>/dev/null || $(BIN)/python -m pip install --quiet --constraint constraints.txt matplotlib
	@$(BIN)/python -m tests.bench $(PART)

bench-short: venv ## the same in a minute; writes nothing to the docs
	@$(BIN)/python -m tests.bench --short

bench-cameras: venv ## ten minutes of four different cameras at once, written into docs/reference/cameras.md
	@$(BIN)/python -m tests.bench.together

day: venv ## a scripted day in the chat: how often the phone makes a sound, written into docs/a-day.md
	@$(BIN)/python -m tests.bench.day

bench-recovery: venv ## how soon a camera that failed is back, written into docs/reference/cameras.md
	@$(BIN)/python -m tests.bench.recover

chaos: venv ## 250 lives of the program among failing neighbours, ended at random instants; into docs/reliability.md
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

chaos-short: venv ## the same with a few lives, in less than a minute
	@$(BIN)/python -m tests.chaos --short

outage: venv ## a simulated day without Telegram and cloud, a hundred events in it; into docs/reliability.md
	@$(BIN)/python -m tests.soak.outage

soak: venv ## two simulated weeks in about an hour: what grows; into docs/reliability.md
	@$(BIN)/python -m tests.soak

soak-short: venv ## the same with some hours, in a minute; writes nothing to the docs
	@$(BIN)/python -m tests.soak --short

bench-first-alert: venv ## seconds from git clone to the first alert, on a clone of its own, written into docs/guide/install.md
	@$(BIN)/python -m tests.bench.first_alert

bench-detection: venv ## detection beside its peers: VIDEOS=folder of labelled videos (LABELS=, SCORER=, DVR_SCAN= if elsewhere)
	@$(BIN)/python -m tests.bench.detection $(VIDEOS) $(if $(LABELS),--labels $(LABELS)) $(if $(SCORER),--scorer $(SCORER)) $(if $(DVR_SCAN),--dvr-scan $(DVR_SCAN))

cameras-table: venv ## holds every kind of source to the contract, written into docs/reference/cameras.md
	@$(BIN)/python -m tests.camera.source_table

telegram-table: venv ## meets every fault of Telegram with everything that goes over it, written into docs/reliability.md
	@$(BIN)/python -m tests.bot.telegram_faults

remotes-table: venv ## meets every failure of a remote on every kind of remote, written into docs/reference/archive-failures.md
	@$(BIN)/python -m tests.storage.cloud_faults

fuzz: venv ## odd updates, by strangers, the owner and a lying server, against the whole program (SEED=1 COUNT=10000)
	@$(BIN)/python -m tests.fuzz $(or $(SEED),1) $(or $(COUNT),10000)

clean: ## removes what was set up here (never data)
	@rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
