"""What the measurements compute and configure, without the servers that they measure."""
