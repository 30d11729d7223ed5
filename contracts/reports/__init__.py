"""Reports: each is made of the events of a run and of nothing else.

One module for each form (terminal, JUnit, JSON, HTML, Markdown), the sentences that they share in
`summary`, and `output`, which puts them where the options want them. Nothing here
asks a deployment or judges. Events hold no keys, so that no report has to hide them.
"""
