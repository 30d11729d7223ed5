"""The tables, stated once for all databases.

Every number that counts milliseconds or records has 64 bits. Names begin alike, so that the
tables can live next to others.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

#: One row. Its *version* counts the changes of any world's control; *next_owner* numbers worlds
#: and seeds, either of which can own records.
directory = Table(
    "mock_directory",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("next_owner", BigInteger, nullable=False),
)

#: What a world starts from: *state* is JSON, *digest* tells equal seeds; the rest is in `records`.
#: One that is *kept*, since servers make worlds of it, stays when no world is left of it.
seeds = Table(
    "mock_seeds",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("kept", Boolean(create_constraint=False), nullable=False),
    Column("state", Text, nullable=False),
)

#: A world. *version* is the directory's at its last change, *state* all but its records, as JSON.
worlds = Table(
    "mock_worlds",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("version", BigInteger, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
)

#: The kinds of records of each world and seed; *last* is the highest serial number that one of the
#: kind ever had, *edition* counts the lifecycles that they have moved by. Its row is locked while
#: records of it are made, deleted or put in another place.
kinds = Table(
    "mock_kinds",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("edition", BigInteger, nullable=False),
)

#: The records of all worlds and seeds. *scope* and *key* are JSON. *text* is the JSON of the record
#: in UTF-8, *head* an array of all else: its serial number, its key, its state, when it came into
#: that, its plan and its pending move. *place* is what it holds where its list is ordered, as bytes
#: that compare likewise; *ordinal* counts the records of its scope in that order, from 1, so that
#: page N is a range of an index. *due_at* is when it moves next by itself, *edition* counts its
#: changes.
records = Table(
    "mock_records",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("place", LargeBinary, nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("due_at", BigInteger),
    Column("edition", BigInteger, nullable=False),
)
Index(
    "mock_records_keys",
    records.c.owner,
    records.c.kind,
    records.c.key,
    records.c.scope,
    unique=True,
)
Index(
    "mock_records_pages",
    records.c.owner,
    records.c.kind,
    records.c.scope,
    records.c.ordinal,
)
Index(
    "mock_records_places",
    records.c.owner,
    records.c.kind,
    records.c.scope,
    records.c.place,
    records.c.serial,
)
Index(
    "mock_records_due",
    records.c.owner,
    records.c.kind,
    records.c.due_at,
    postgresql_where=records.c.due_at.is_not(None),
    sqlite_where=records.c.due_at.is_not(None),
)

#: What a record holds at a *pointer* that may keep others from being made: *value* is a digest of
#: that and of the record's scope.
conflicts = Table(
    "mock_conflicts",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("pointer", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
Index(
    "mock_conflicts_values",
    conflicts.c.owner,
    conflicts.c.kind,
    conflicts.c.pointer,
    conflicts.c.value,
)

#: The highest integer so far that was a key in one scope of a kind, whose *name* is the scope, or
#: that stood at a place of any of its records, whose name is a pointer.
highest = Table(
    "mock_highest",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("highest", BigInteger, nullable=False),
)

#: How often each fault in force was met; a rate limit also has its window.
faults = Table(
    "mock_faults",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("matched", BigInteger, nullable=False),
    Column("fired", BigInteger, nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
)

#: How many exchanges each world has recorded; its row is locked while more are.
journals = Table(
    "mock_journals",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded", BigInteger, nullable=False),
)

#: The exchanges: *entry* is JSON.
exchanges = Table(
    "mock_exchanges",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("seconds", Float(53), nullable=False),
    Column("entry", Text, nullable=False),
)
