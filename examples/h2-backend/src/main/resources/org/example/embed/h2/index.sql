-- The index: generations, their vectors, and the records of the runs that fill them.

-- One row: the archive of the vectors, once it is known. A change of a generation locks it first.
CREATE TABLE IF NOT EXISTS embed_index (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  archive_id UUID
);

INSERT INTO embed_index (one) SELECT 1 WHERE NOT EXISTS (SELECT * FROM embed_index);

CREATE TABLE IF NOT EXISTS embed_generations (
  id            BIGINT PRIMARY KEY,
  model         VARCHAR NOT NULL,
  dimension     INTEGER NOT NULL,
  text_policy   VARCHAR NOT NULL,
  scope         VARCHAR NOT NULL,
  state         VARCHAR NOT NULL,
  created       TIMESTAMP(9) WITH TIME ZONE NOT NULL,
  activated     TIMESTAMP(9) WITH TIME ZONE,
  retired       TIMESTAMP(9) WITH TIME ZONE,
  last_backstop TIMESTAMP(9) WITH TIME ZONE,
  watermark     BIGINT NOT NULL DEFAULT 0,
  epoch         BIGINT NOT NULL DEFAULT 0
);

-- The lock of a row here is the lease of its generation. It ends with the connection, and so with
-- the process of the holder.
CREATE TABLE IF NOT EXISTS embed_leases (
  generation BIGINT PRIMARY KEY REFERENCES embed_generations (id)
);

-- One row for each chunk: its offsets in the prepared text, and its vector as big-endian floats.
CREATE TABLE IF NOT EXISTS embed_vectors (
  generation BIGINT  NOT NULL REFERENCES embed_generations (id),
  message_id BIGINT  NOT NULL,
  position   INTEGER NOT NULL,
  revision   BIGINT  NOT NULL,
  digest     VARCHAR NOT NULL,
  first_unit INTEGER NOT NULL,
  end_unit   INTEGER NOT NULL,
  vector     VARBINARY NOT NULL,
  PRIMARY KEY (generation, message_id, position)
);

-- The counts are in the order of the components of RunCounts.
CREATE TABLE IF NOT EXISTS embed_runs (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  generation BIGINT  NOT NULL REFERENCES embed_generations (id),
  backstop   BOOLEAN NOT NULL,
  started    TIMESTAMP(9) WITH TIME ZONE NOT NULL,
  ended      TIMESTAMP(9) WITH TIME ZONE,
  status     VARCHAR NOT NULL,
  counts     BIGINT ARRAY NOT NULL,
  detail     VARCHAR NOT NULL
);
