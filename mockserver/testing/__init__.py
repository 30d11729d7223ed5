"""A mock within a Python test: a server in a thread, and a world for each test.

Here belongs what runs in the process of a test. Steering a mock by its URL is in `client`; the
pytest fixture itself is in `pytest_plugin`.
"""
