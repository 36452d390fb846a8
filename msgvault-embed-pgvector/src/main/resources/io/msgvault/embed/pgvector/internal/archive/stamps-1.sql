-- What is added to a host's tables: the stamp on the row of each message, the counts, and the triggers that keep
-- both true for every writer. Placeholders stand for what the host calls its tables and columns.

-- One row: the archive's identity, the highest generation id it has handed out, and what the triggers were made
-- for.
CREATE TABLE embed_archive (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  archive_id uuid NOT NULL DEFAULT gen_random_uuid(),
  generation bigint NOT NULL DEFAULT 0,
  mapping text NOT NULL
);

CREATE SEQUENCE embed_revisions;

-- The stamp is embed_gen with embed_outcome. The table is not rewritten for any of this.
ALTER TABLE $messages
  ADD COLUMN embed_rev bigint NOT NULL DEFAULT 0,
  ADD COLUMN embed_gen bigint,
  ADD COLUMN embed_outcome text COLLATE "C",
  ADD COLUMN embed_reason text,
  ADD CONSTRAINT embed_stamp CHECK ((embed_gen IS NULL) = (embed_outcome IS NULL)
    AND embed_outcome IN ('EMBEDDED', 'BLANK', 'REJECTED')) NOT VALID,
  ADD CONSTRAINT embed_id CHECK ($id() > 0) NOT VALID;
CREATE INDEX embed_rejected ON $messages (embed_gen, $id()) WHERE embed_outcome = 'REJECTED';
-- A scan seeks in this one, to each group of messages that are stamped for another generation or for none.
CREATE INDEX embed_scan ON $messages ($indexed, $id()) $onlylive;

-- How many live messages there are by group. Statements add what they changed as further rows, so that no
-- writer waits for another, and the sum is right in every snapshot; stamping adds the rows up now and then.
CREATE TABLE embed_counts (
  type $typekey NOT NULL,
  source $sourcekey NOT NULL,
  embed_gen bigint,
  embed_outcome text COLLATE "C",
  live bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO embed_counts
SELECT $type(m), $source(m), NULL, NULL, count(*)
FROM $messages AS m WHERE $live(m) GROUP BY 1, 2;

-- The triggers keep revision and stamp right for every writer. Revisions come from one sequence, so none ever
-- returns. NULL counts as the empty text. The names begin with "zz" because triggers fire in the order of
-- their names, and these must see what a host's own triggers made of a row. Names of columns are always
-- qualified, so that none is taken for a variable.

-- The revision moves when the id or a text in the row changes, or when a body's trigger asks for it
-- by writing -1.
CREATE FUNCTION embed_renew() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  IF TG_OP = 'INSERT' OR NEW.embed_rev = -1 OR $id(NEW) <> $id(OLD)
      OR coalesce($subject(NEW), '') <> coalesce($subject(OLD), '')
      OR coalesce($owntext(NEW), '') <> coalesce($owntext(OLD), '')
      OR coalesce($ownhtml(NEW), '') <> coalesce($ownhtml(OLD), '') THEN
    NEW.embed_rev := nextval('embed_revisions');
  ELSE
    NEW.embed_rev := OLD.embed_rev;
    IF ($live(NEW)) = ($live(OLD)) THEN
      RETURN NEW;
    END IF;
  END IF;
  NEW.embed_gen := NULL;
  NEW.embed_outcome := NULL;
  NEW.embed_reason := NULL;
  RETURN NEW;
END
$quote;

CREATE TRIGGER zz_embed_insert BEFORE INSERT ON $messages
  FOR EACH ROW EXECUTE FUNCTION embed_renew();
CREATE TRIGGER zz_embed_update BEFORE UPDATE ON $messages
  FOR EACH ROW WHEN (NEW.embed_rev <> OLD.embed_rev OR $id(NEW) <> $id(OLD)
    OR coalesce($subject(NEW), '') <> coalesce($subject(OLD), '')
    OR coalesce($owntext(NEW), '') <> coalesce($owntext(OLD), '')
    OR coalesce($ownhtml(NEW), '') <> coalesce($ownhtml(OLD), '')
    OR ($live(NEW)) <> ($live(OLD)))
  EXECUTE FUNCTION embed_renew();

CREATE FUNCTION embed_count_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  INSERT INTO embed_counts
  SELECT $type(m), $source(m), m.embed_gen, m.embed_outcome, count(*)
  FROM inserted AS m WHERE $live(m) GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_count_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  INSERT INTO embed_counts
  SELECT c.type, c.source, c.embed_gen, c.embed_outcome, sum(c.live)
  FROM (
    SELECT $type(m) AS type, $source(m) AS source, m.embed_gen, m.embed_outcome, 1 AS live
    FROM inserted AS m WHERE $live(m)
    UNION ALL
    SELECT $type(m), $source(m), m.embed_gen, m.embed_outcome, -1
    FROM deleted AS m WHERE $live(m)
  ) AS c
  GROUP BY 1, 2, 3, 4 HAVING sum(c.live) <> 0;
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_count_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  INSERT INTO embed_counts
  SELECT $type(m), $source(m), m.embed_gen, m.embed_outcome, -count(*)
  FROM deleted AS m WHERE $live(m) GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END
$quote;

-- A DELETE would leave what its snapshot does not show: what was counted since, and the sums of a fold under way.
CREATE FUNCTION embed_count_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  TRUNCATE embed_counts;
  RETURN NULL;
END
$quote;

CREATE TRIGGER zz_embed_count_insert AFTER INSERT ON $messages
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_inserted();
CREATE TRIGGER zz_embed_count_update AFTER UPDATE ON $messages
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_updated();
CREATE TRIGGER zz_embed_count_delete AFTER DELETE ON $messages
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_deleted();
CREATE TRIGGER zz_embed_count_truncate AFTER TRUNCATE ON $messages
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_truncated();
