"""A judge that verifies any implementation of an API over HTTP: of the jobs API, or of another.

What is above knows what is below, and never the other way round:

- `cli`, `pytest_plugin`: who asks for a run; `startup`, `reports`: what they share
- `selftest`: the judge is judged; `schemathesis_hooks`: for plain `st run`
- `traffic`: recorded exchanges, judged by the laws that need no request
- `laws`: what is demanded of the jobs API; `roles`: what is demanded of any other
- `fuzzing`: what random calls and sequences of them are judged by
- `engine`: how laws are judged; `http`: how a deployment is asked; `driver`: how its jobs are moved
- `contract`, `target`: what is promised, and by whom

Nothing of the mock server is imported, so that no bug of it can fool the judge.
"""
