-- Additions to a host's tables: the stamp on the row of each message, and the counts. Triggers keep both current
-- for every writer. Placeholders stand for the names of the host's tables and columns.

-- One row: the archive's identity, the highest generation id it has reserved, and the mapping that the triggers
-- were created for: the names of its parts, and what its columns are, whatever their names. It is there from the
-- first step of an installation on. The line in the ledger comes with the last.
CREATE TABLE embed_archive{own} (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  archive_id uuid NOT NULL DEFAULT gen_random_uuid(),
  generation bigint NOT NULL DEFAULT 0,
  mapping text NOT NULL,
  columns text NOT NULL,
  unwatched boolean NOT NULL DEFAULT false -- whether changes passed unseen, and messages are to be read again
);

CREATE SEQUENCE embed_revisions{own};

-- The messages that stopped being live, until the index has let go of them.
CREATE TABLE embed_removed{own} (
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

-- The number of live messages of each group. Statements add what they changed as further rows, so that no writer
-- waits for another. The installation adds the messages that were there before; from then on the sum is right in
-- every snapshot. Stamping replaces the rows by their sums now and then.
CREATE TABLE embed_counts{own} (
  type {counted_type_definition},
  source {counted_source_definition},
  embed_gen bigint,
  embed_outcome text COLLATE "C",
  live bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
