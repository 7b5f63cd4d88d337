# Every target works from a clean checkout; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run chat train check lint test test-fast fast-app fast-engine bench
SHELL := /bin/sh
# A test that hangs is a failure after five minutes, with the place where it hangs, and not an endless run.
PYTEST_APP = .venvs/app/bin/python -m pytest -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true
PYTEST_ENGINE = RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3 \
	.venvs/engine/bin/python -m pytest
ENGINE_TESTS = tests/bot/engine tests/stories

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: ## make the two environments (.venvs/), hash-checked
	@python3 bot/setup.py

run: setup ## set up, train if the data changed, start Polku and print its address
	@./polku run

chat: setup ## talk to a running Polku in the terminal
	@./polku chat

train: setup ## train the model if its data changed
	@./polku train

check: setup ## check the content in three languages
	@./polku check

lint: setup ## ruff and mypy
	@.venvs/app/bin/ruff check .
	@.venvs/app/bin/mypy

test-fast: setup ## the tests that need no training and no browser (under two minutes)
	@$(MAKE) --no-print-directory -j2 -O fast-app fast-engine

fast-app:
	$(PYTEST_APP) -q -m "not engine and not browser and not slow" $(addprefix --ignore=,$(ENGINE_TESTS))

fast-engine:
	$(PYTEST_ENGINE) -q -m "not engine and not slow" tests/bot/engine

test: ## all tests, with what they need: environments, browser, trained model
	@python3 bot/setup.py --tests
	@$(MAKE) --no-print-directory lint
	@./polku train
	$(PYTEST_ENGINE) -q $(ENGINE_TESTS)
	$(PYTEST_APP) -q $(addprefix --ignore=,$(ENGINE_TESTS))

bench: setup ## measure Polku beside a default Rasa assistant (about an hour)
	@./polku bench
