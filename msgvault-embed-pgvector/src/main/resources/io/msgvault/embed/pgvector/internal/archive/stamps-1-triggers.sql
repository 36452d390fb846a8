-- The scripts of functions and triggers may run again, after a table, a column or the schema was renamed.
--
-- The triggers keep revision and stamp current for every writer. Revisions come from one sequence, so none is ever
-- used twice. NULL counts as the empty text. Triggers fire in the order of their names. The names begin with "zz",
-- because these must see what a host's own triggers made of a row. Names of columns are always qualified, so that
-- none is taken for a variable.

-- Draws a new revision when the id or a text in the row changes. A body's trigger and unstamping ask for one by
-- writing -1, or -2 where a -1 stayed because this trigger was off.
CREATE OR REPLACE FUNCTION embed_renew() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF TG_OP = 'INSERT' OR NEW.embed_rev < 0 OR {NEW.id} <> {OLD.id}
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

CREATE OR REPLACE TRIGGER zz_embed_insert BEFORE INSERT ON {messages}
  FOR EACH ROW EXECUTE FUNCTION embed_renew();
CREATE OR REPLACE TRIGGER zz_embed_update BEFORE UPDATE ON {messages}
  FOR EACH ROW WHEN (NEW.embed_rev <> OLD.embed_rev OR {NEW.id} <> {OLD.id}
    OR coalesce({NEW.subject}, '') <> coalesce({OLD.subject}, '')
    OR coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
    OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, '')
    OR ({NEW.live}) <> ({OLD.live}))
  EXECUTE FUNCTION embed_renew();

CREATE OR REPLACE FUNCTION embed_count_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts
  SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, count(*)
  FROM inserted AS m WHERE {m.live} GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_count_updated() RETURNS trigger
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

CREATE OR REPLACE FUNCTION embed_count_deleted() RETURNS trigger
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
CREATE OR REPLACE FUNCTION embed_count_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  TRUNCATE embed_counts;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_count_insert AFTER INSERT ON {messages}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_inserted();
CREATE OR REPLACE TRIGGER zz_embed_count_update AFTER UPDATE ON {messages}
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_updated();
CREATE OR REPLACE TRIGGER zz_embed_count_delete AFTER DELETE ON {messages}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_deleted();
CREATE OR REPLACE TRIGGER zz_embed_count_truncate AFTER TRUNCATE ON {messages}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_truncated();

-- Records that messages stopped being live. A truncation whose transaction has an older snapshot does not see later
-- messages; a backstop finds those.
CREATE OR REPLACE FUNCTION embed_record_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO embed_removed (message_id) VALUES ({OLD.id});
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO embed_removed (message_id) SELECT {m.id} FROM deleted AS m WHERE {m.live};
  ELSE
    INSERT INTO embed_removed (message_id) SELECT {m.id} FROM {messages} AS m WHERE {m.live};
  END IF;
  RETURN NULL;
END
{quote};

-- Fires for each row, so that stamping costs no more than the condition.
CREATE OR REPLACE TRIGGER zz_embed_removed_update AFTER UPDATE ON {messages}
  FOR EACH ROW WHEN (({OLD.live}) AND ({NEW.id} <> {OLD.id} OR NOT ({NEW.live})))
  EXECUTE FUNCTION embed_record_removed();
CREATE OR REPLACE TRIGGER zz_embed_removed_delete AFTER DELETE ON {messages}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_record_removed();
CREATE OR REPLACE TRIGGER zz_embed_removed_truncate BEFORE TRUNCATE ON {messages}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_record_removed();
