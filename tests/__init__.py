"""The tests; README.md beside this file says which goes where."""
