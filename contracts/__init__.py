"""A judge that verifies any implementation of the jobs API over HTTP.

What is above knows what is below, and never the other way round:

- `cli`, `pytest_plugin`: who asks for a run; `startup`, `reports`: what they share
- `selftest`: the judge is judged; `schemathesis_hooks`: for plain `st run`
- `laws`: what is demanded; `model`, `fuzzing`: what random calls are held against
- `engine`: how laws are judged; `http`: how a deployment is asked; `driver`: how its jobs are moved
- `contract`, `target`: what is promised, and by whom

Nothing of the mock server is imported, so that no bug of it can fool the judge.
"""
