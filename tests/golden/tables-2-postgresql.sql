CREATE TABLE mock_conflicts (
	owner BIGINT NOT NULL,
	kind TEXT NOT NULL,
	serial BIGINT NOT NULL,
	pointer TEXT NOT NULL,
	value BYTEA NOT NULL,
	PRIMARY KEY (owner, kind, serial, pointer)
);
CREATE INDEX mock_conflicts_values ON mock_conflicts (owner, kind, pointer, value);
CREATE TABLE mock_directory (
	one SERIAL NOT NULL,
	version BIGINT NOT NULL,
	next_owner BIGINT NOT NULL,
	PRIMARY KEY (one)
);
CREATE TABLE mock_exchanges (
	owner BIGINT NOT NULL,
	number BIGINT NOT NULL,
	at BIGINT NOT NULL,
	seconds FLOAT(53) NOT NULL,
	entry TEXT NOT NULL,
	PRIMARY KEY (owner, number)
);
CREATE TABLE mock_faults (
	owner BIGINT NOT NULL,
	name TEXT NOT NULL,
	matched BIGINT NOT NULL,
	fired BIGINT NOT NULL,
	opened BIGINT NOT NULL,
	spent BIGINT NOT NULL,
	PRIMARY KEY (owner, name)
);
CREATE TABLE mock_highest (
	owner BIGINT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	highest BIGINT NOT NULL,
	PRIMARY KEY (owner, kind, name)
);
CREATE TABLE mock_journals (
	owner BIGINT NOT NULL,
	recorded BIGINT NOT NULL,
	PRIMARY KEY (owner)
);
CREATE TABLE mock_kinds (
	owner BIGINT NOT NULL,
	kind TEXT NOT NULL,
	last BIGINT NOT NULL,
	edition BIGINT NOT NULL,
	PRIMARY KEY (owner, kind)
);
CREATE TABLE mock_records (
	owner BIGINT NOT NULL,
	kind TEXT NOT NULL,
	serial BIGINT NOT NULL,
	scope TEXT NOT NULL,
	key TEXT NOT NULL,
	place BYTEA NOT NULL,
	ordinal BIGINT NOT NULL,
	head TEXT NOT NULL,
	text BYTEA NOT NULL,
	due_at BIGINT,
	edition BIGINT NOT NULL,
	PRIMARY KEY (owner, kind, serial)
);
CREATE INDEX mock_records_due ON mock_records (owner, kind, due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX mock_records_keys ON mock_records (owner, kind, key, scope);
CREATE INDEX mock_records_pages ON mock_records (owner, kind, scope, ordinal);
CREATE INDEX mock_records_places ON mock_records (owner, kind, scope, place, serial);
CREATE TABLE mock_seeds (
	owner BIGINT NOT NULL,
	digest TEXT NOT NULL,
	kept BOOLEAN NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (owner),
	UNIQUE (digest)
);
CREATE TABLE mock_worlds (
	owner BIGINT NOT NULL,
	name TEXT NOT NULL,
	version BIGINT NOT NULL,
	seed BIGINT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (owner),
	UNIQUE (name)
)
