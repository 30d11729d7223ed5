"""Reading a description of any API into its roles: `reader.read` is the way in.

`files` reads YAML and JSON and remembers where everything was written, `overlay` adds what
somebody says of a description that others own, `upgrade` turns Swagger 2.0 and OpenAPI 3.0 into
3.1. `structure` finds the list, the read and the key of a resource, `lifecycle` and `listing_keys`
read the x- keys, `checks` what is wrong with them, and `credentials` the security. What is only
inferred is used to make calls and never judged.
"""
