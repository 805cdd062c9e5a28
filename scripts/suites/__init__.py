"""How the generated suites of `assistant eval models` were made: python -m suites, from the folder scripts/."""
