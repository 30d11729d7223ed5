"""What happens around every request, one file each; `app` puts them in order.

Here belongs what holds for many operations and can be left out or put elsewhere in the chain. What
one operation does is in `operations`, and what a test may steer is in `control`.
"""
