"""What values mean, whatever API has them: integers, moments, durations, names, secrets.

Here belongs no socket, no store and no clock: values in, values out.
"""
