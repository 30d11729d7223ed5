"""Pages and pictures of the documentation that are made of code and documents.

Here belong what draws one page each, and what several of them are drawn with; `write_reference`
puts them where they are.
"""
