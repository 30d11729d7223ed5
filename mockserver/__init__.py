"""A stateful mock of the OpenReplay jobs API, driven by openapi.yaml and a folder of fixtures."""

__version__ = "0.1.0"
