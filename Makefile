# Each target only calls run.py, which needs nothing but Python >= 3.11. Pass arguments with ARGS="...".
PYTHON ?= python3

.PHONY: setup demo test lint soak mutation bench
setup demo test lint soak mutation bench:
	@$(PYTHON) run.py $@ $(ARGS)
