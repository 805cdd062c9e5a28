# Thin over scripts/bootstrap.py, which says what each target does.
PYTHON ?= python3

.PHONY: answers chat test bench check setup
answers chat test bench check setup:
	@$(PYTHON) scripts/bootstrap.py $@
