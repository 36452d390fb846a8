-- Generations, and the history of the runs that fill them. Each generation has tables of its own for
-- its vectors, which are created and dropped with it: embed_vectors_<id>, embed_codes_<id> and
-- embed_changes_<id>.

-- One row: the archive that the vectors belong to, once it is known.
CREATE TABLE embed_binding (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  archive_id TEXT NOT NULL
);

-- Times are ISO 8601 in UTC. Once dropping is 1, some vectors are gone. Once dropped is set, the
-- generation has no tables of vectors any more.
CREATE TABLE embed_generations (
  id            INTEGER PRIMARY KEY CHECK (id > 0),
  model         TEXT NOT NULL,
  dimension     INTEGER NOT NULL,
  text_policy   TEXT NOT NULL,
  scope         TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('BUILDING', 'ACTIVE', 'RETIRED')),
  created       TEXT NOT NULL,
  activated     TEXT,
  retired       TEXT,
  dropping      INTEGER NOT NULL DEFAULT 0,
  dropped       TEXT,
  last_backstop TEXT,
  watermark     INTEGER NOT NULL DEFAULT 0,
  epoch         INTEGER NOT NULL DEFAULT 0
);

-- At most one generation is being built, and at most one is active.
CREATE UNIQUE INDEX embed_generations_state ON embed_generations (state) WHERE state <> 'RETIRED';

CREATE TABLE embed_runs (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  generation INTEGER NOT NULL REFERENCES embed_generations (id),
  backstop   INTEGER NOT NULL,
  started    TEXT NOT NULL,
  ended      TEXT,
  status     TEXT NOT NULL,
  scanned    INTEGER NOT NULL DEFAULT 0,
  embedded   INTEGER NOT NULL DEFAULT 0,
  blank      INTEGER NOT NULL DEFAULT 0,
  rejected   INTEGER NOT NULL DEFAULT 0,
  missed     INTEGER NOT NULL DEFAULT 0,
  failed     INTEGER NOT NULL DEFAULT 0,
  reused     INTEGER NOT NULL DEFAULT 0,
  chunks     INTEGER NOT NULL DEFAULT 0,
  requests   INTEGER NOT NULL DEFAULT 0,
  retries    INTEGER NOT NULL DEFAULT 0,
  tokens     INTEGER NOT NULL DEFAULT 0,
  unstamped  INTEGER NOT NULL DEFAULT 0,
  orphans    INTEGER NOT NULL DEFAULT 0,
  detail     TEXT NOT NULL DEFAULT ''
);

-- At most one run of a generation is open.
CREATE UNIQUE INDEX embed_runs_open ON embed_runs (generation) WHERE ended IS NULL;
