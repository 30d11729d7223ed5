"""Records of any API: what they are, how they move, how their lists page, what they begin with.

Here belongs what follows from a `mockserver.contract` and from nothing else: a module that needs to
know the name of a resource, a property or a state is in the wrong place. Where records are kept is
in `store`.
"""
