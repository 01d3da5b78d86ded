# Two commands: `make run` and `make test`. They need make and Python 3.11, nothing else.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
PORT ?= 8000
export PORT

.PHONY: run test check audit setup

# Recipes are single commands without a shell: make sends SIGTERM to what it started itself, and to nothing below.
run: setup
	@.venv/bin/python -m tracker.run

# Six at most: each has two of a Redis server's databases, and a server has sixteen of them by default.
test: setup
	@.venv/bin/python -m pytest -n auto --maxprocesses 6 --dist loadgroup

check: setup
	@.venv/bin/python -m tracker.check

# Asks an advisory service on the network, so it is no part of check.
audit: setup
	@.venv/bin/python -m pip_audit --require-hashes --disable-pip -r requirements.txt

setup:
	@$(if $(PYTHON),$(PYTHON) -m tracker.install,$(error Python 3.11 or newer is needed, and none is on the PATH))
