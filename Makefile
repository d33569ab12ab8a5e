# Each target only calls run.py, which needs nothing but Python >= 3.11. Pass arguments with ARGS="...".
# `make sim SEED=7` simulates that seed.
PYTHON ?= python3

.PHONY: setup demo test lint soak sim mutation bench
setup demo test lint soak mutation bench:
	@$(PYTHON) run.py $@ $(ARGS)
sim:
	@$(PYTHON) run.py $@ $(if $(SEED),--seed $(SEED)) $(ARGS)
