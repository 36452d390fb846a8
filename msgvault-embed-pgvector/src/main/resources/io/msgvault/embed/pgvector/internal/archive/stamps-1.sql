-- Additions to a host's tables: the stamp on the row of each message, and the counts. Triggers keep both current
-- for every writer. Placeholders stand for the names of the host's tables and columns.

-- One row: the archive's identity, the highest generation id it has reserved, and the mapping that the triggers
-- were created for: the names of its parts, and what its columns are, whatever their names.
CREATE TABLE embed_archive (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  archive_id uuid NOT NULL DEFAULT gen_random_uuid(),
  generation bigint NOT NULL DEFAULT 0,
  mapping text NOT NULL,
  columns text NOT NULL
);

CREATE SEQUENCE embed_revisions;

-- The messages that stopped being live, until the index has let go of them.
CREATE TABLE embed_removed (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id bigint NOT NULL
);

-- The stamp is embed_gen with embed_outcome. The table is not rewritten for any of this.
ALTER TABLE {messages}
  ADD COLUMN embed_rev bigint NOT NULL DEFAULT 0,
  ADD COLUMN embed_gen bigint,
  ADD COLUMN embed_outcome text COLLATE "C",
  ADD COLUMN embed_reason text,
  ADD CONSTRAINT embed_stamp CHECK ((embed_gen IS NULL) = (embed_outcome IS NULL)
    AND embed_outcome IN ('EMBEDDED', 'BLANK', 'REJECTED')) NOT VALID,
  ADD CONSTRAINT embed_id CHECK ({id} > 0) NOT VALID;
CREATE INDEX embed_rejected ON {messages} (embed_gen, {id}) WHERE embed_outcome = 'REJECTED';
-- A scan seeks in this index, to each group of messages that are stamped for another generation or for none.
CREATE INDEX embed_scan ON {messages} ({indexed}, {id}) {where_live};

-- The number of live messages of each group. Statements add what they changed as further rows, so that no writer
-- waits for another and the sum is right in every snapshot. Stamping replaces the rows by their sums now and then.
CREATE TABLE embed_counts (
  type {counted_type_definition},
  source {counted_source_definition},
  embed_gen bigint,
  embed_outcome text COLLATE "C",
  live bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO embed_counts
SELECT {m.counted_type}, {m.counted_source}, NULL, NULL, count(*)
FROM {messages} AS m WHERE {m.live} GROUP BY 1, 2;
