"""EXCH: each response of the run, whichever law asked for it.

`response` judges its status and body, `job` the jobs in it, `page` how many there are, `encoding`
its bytes, and `extreme` the responses to input that the contract promises nothing about. No law
here sends a request.
"""
