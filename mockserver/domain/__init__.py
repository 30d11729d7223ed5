"""What a job is and may do: values in, values out.

Nothing here opens a socket or a store, or reads a clock. HTTP occurs as plain values only: a
transition holds the status code of its refusal, and a fault (`fault`) describes what it does to
an answer, its status, headers and body.
"""
