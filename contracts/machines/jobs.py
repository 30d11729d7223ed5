"""Random sequences of calls, judged against a small model of the deployment."""
