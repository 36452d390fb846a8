-- Additions to a host's tables: the stamp on the row of each message, and the counts. Triggers keep both current
-- for every writer. Placeholders stand for the names of the host's tables and columns.

-- One row: the archive's identity, the highest generation id it has reserved, and the mapping that the triggers
-- were created for.
CREATE TABLE embed_archive (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  archive_id uuid NOT NULL DEFAULT gen_random_uuid(),
  generation bigint NOT NULL DEFAULT 0,
  mapping text NOT NULL
);

CREATE SEQUENCE embed_revisions;

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

-- The triggers keep revision and stamp current for every writer. Revisions come from one sequence, so none is ever
-- used twice. NULL counts as the empty text. Triggers fire in the order of their names. The names begin with "zz",
-- because these must see what a host's own triggers made of a row. Names of columns are always qualified, so that
-- none is taken for a variable.

-- Draws a new revision when the id or a text in the row changes. A body's trigger and unstamping ask for one by
-- writing -1.
CREATE FUNCTION embed_renew() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF TG_OP = 'INSERT' OR NEW.embed_rev = -1 OR {NEW.id} <> {OLD.id}
      OR coalesce({NEW.subject}, '') <> coalesce({OLD.subject}, '')
      OR coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
      OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, '') THEN
    NEW.embed_rev := nextval('embed_revisions');
  ELSE
    NEW.embed_rev := OLD.embed_rev;
    IF ({NEW.live}) = ({OLD.live}) THEN
      RETURN NEW;
    END IF;
  END IF;
  NEW.embed_gen := NULL;
  NEW.embed_outcome := NULL;
  NEW.embed_reason := NULL;
  RETURN NEW;
END
{quote};

CREATE TRIGGER zz_embed_insert BEFORE INSERT ON {messages}
  FOR EACH ROW EXECUTE FUNCTION embed_renew();
CREATE TRIGGER zz_embed_update BEFORE UPDATE ON {messages}
  FOR EACH ROW WHEN (NEW.embed_rev <> OLD.embed_rev OR {NEW.id} <> {OLD.id}
    OR coalesce({NEW.subject}, '') <> coalesce({OLD.subject}, '')
    OR coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
    OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, '')
    OR ({NEW.live}) <> ({OLD.live}))
  EXECUTE FUNCTION embed_renew();

CREATE FUNCTION embed_count_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts
  SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, count(*)
  FROM inserted AS m WHERE {m.live} GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END
{quote};

CREATE FUNCTION embed_count_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts
  SELECT c.type, c.source, c.embed_gen, c.embed_outcome, sum(c.live)
  FROM (
    SELECT {m.counted_type} AS type, {m.counted_source} AS source, m.embed_gen, m.embed_outcome, 1 AS live
    FROM inserted AS m WHERE {m.live}
    UNION ALL
    SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, -1
    FROM deleted AS m WHERE {m.live}
  ) AS c
  GROUP BY 1, 2, 3, 4 HAVING sum(c.live) <> 0;
  RETURN NULL;
END
{quote};

CREATE FUNCTION embed_count_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts
  SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, -count(*)
  FROM deleted AS m WHERE {m.live} GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END
{quote};

-- A DELETE would leave the rows that its snapshot does not show: later counts, and the sums of a compaction that is
-- under way.
CREATE FUNCTION embed_count_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  TRUNCATE embed_counts;
  RETURN NULL;
END
{quote};

CREATE TRIGGER zz_embed_count_insert AFTER INSERT ON {messages}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_inserted();
CREATE TRIGGER zz_embed_count_update AFTER UPDATE ON {messages}
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_updated();
CREATE TRIGGER zz_embed_count_delete AFTER DELETE ON {messages}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_deleted();
CREATE TRIGGER zz_embed_count_truncate AFTER TRUNCATE ON {messages}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_truncated();
