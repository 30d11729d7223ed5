"""What is one API's own and no promise of its contract: how it words errors, what it names.

Here belongs what every profile may say (`profile`), and a folder for each API that says something.
Nothing else in the mock knows a word of these APIs.
"""
