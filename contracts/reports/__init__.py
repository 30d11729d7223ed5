"""Reports: each is made of the events of a run and of nothing else.

One module for each form (terminal, JUnit, JSON, HTML, Markdown), what they say alike in `summary`,
and `output`, which puts them where the options want them. Nothing here asks a deployment or judges,
and nothing has to take out keys: events hold none.
"""
