"""What a job is and may do: values in, values out, no HTTP, no storage, no clock of its own."""
