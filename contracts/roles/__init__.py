"""The laws over roles, for any API: each is stated over resource, key, state, pages and moves.

`law` declares one: its clause is resolved in the document at hand, and where the document does not
declare the rule, the law says which key to add. A module is called after what its laws are about,
and keeps the ids that the same rules have for the jobs API. `walking` reads pages of any style,
`survey` the list as a whole, `supply` makes records; `catalogue` has the order of judging. Nothing
that is only inferred is judged.
"""
