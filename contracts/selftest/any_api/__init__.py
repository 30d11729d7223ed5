"""The selftest of any API: a miniature plays its contract, and its faults are made of the keys.

`miniature` is a conforming deployment, which `pages` and `records` are parts of, and `world` fills
it with records. `faults` has the deployments that break one promise each and says which promises no
law can check, `conforming` those that keep the contract in other ways. `judging` judges one of
them, `table` prints what came of it. Nothing here knows a word of an API.
"""
