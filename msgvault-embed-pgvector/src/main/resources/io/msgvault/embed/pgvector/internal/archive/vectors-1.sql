-- The index: generations, their vectors, and the records of the runs that fill them. All of it is derived from an
-- archive. embed_messages and embed_chunks have one partition for each generation that is not dropped. Searches
-- read a generation's partitions by their own names, so the keys begin with the message.

CREATE TABLE embed_binding (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  archive_id uuid NOT NULL
);

CREATE TABLE embed_generations (
  id bigint PRIMARY KEY CHECK (id > 0),
  model text NOT NULL,
  dimension int NOT NULL,
  text_policy text NOT NULL,
  scope text NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('BUILDING', 'ACTIVE', 'RETIRED')),
  created timestamptz NOT NULL,
  activated timestamptz,
  retired timestamptz,
  last_backstop timestamptz,
  -- The type that its HNSW index is made of; NULL while there is no index.
  indexed_as text COLLATE "C" CHECK (indexed_as IN ('vector', 'halfvec')),
  -- How many candidates a search needed when that was measured, and the size of the table then.
  measured_candidates int,
  measured_bytes bigint,
  watermark bigint NOT NULL DEFAULT 0,
  watermark_epoch bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX embed_generations_one_in_state ON embed_generations (state)
  WHERE state IN ('BUILDING', 'ACTIVE');

CREATE TABLE embed_messages (
  generation bigint NOT NULL,
  message_id bigint NOT NULL,
  revision bigint NOT NULL,
  text_digest text NOT NULL,
  PRIMARY KEY (message_id, generation)
) PARTITION BY LIST (generation);

-- A vector whose length is far from 1 is stored twice: unchanged in original, and scaled to length 1 in embedding.
-- So single-precision similarities neither overflow nor underflow.
CREATE TABLE embed_chunks (
  generation bigint NOT NULL,
  message_id bigint NOT NULL,
  chunk int NOT NULL,
  start_at int NOT NULL,
  end_at int NOT NULL,
  embedding vector NOT NULL,
  original vector,
  PRIMARY KEY (message_id, chunk, generation)
) PARTITION BY LIST (generation);

-- Several workers may share a generation; then each has a run of its own. The worker is a number that names the
-- advisory lock that it holds as long as it lives; NULL stands for one that has the generation for itself.
CREATE TABLE embed_runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  generation bigint NOT NULL REFERENCES embed_generations,
  worker bigint,
  backstop boolean NOT NULL,
  started timestamptz NOT NULL,
  ended timestamptz,
  status text COLLATE "C" NOT NULL
    CHECK (status IN ('RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'ABANDONED')),
  scanned bigint NOT NULL DEFAULT 0,
  embedded bigint NOT NULL DEFAULT 0,
  blank bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  missed bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  reused bigint NOT NULL DEFAULT 0,
  chunks bigint NOT NULL DEFAULT 0,
  requests bigint NOT NULL DEFAULT 0,
  retries bigint NOT NULL DEFAULT 0,
  tokens bigint NOT NULL DEFAULT 0,
  unstamped bigint NOT NULL DEFAULT 0,
  orphans bigint NOT NULL DEFAULT 0,
  detail text NOT NULL
);
CREATE UNIQUE INDEX embed_runs_one_running ON embed_runs (generation, coalesce(worker, 0)) WHERE status = 'RUNNING';
