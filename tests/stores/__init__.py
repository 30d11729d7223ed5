"""The stores of jobs, and what several servers of one state share: the same rules everywhere."""
