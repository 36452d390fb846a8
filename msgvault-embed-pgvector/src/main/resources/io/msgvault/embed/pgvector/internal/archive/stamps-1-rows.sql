-- The functions and triggers for a partitioned table. A statement that names a partition fires no trigger of the table
-- for statements, so each row has its own. The server creates these on later partitions too.

CREATE OR REPLACE FUNCTION embed_count_inserted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts{own}
  VALUES ({NEW.counted_type}, {NEW.counted_source}, NEW.embed_gen, NEW.embed_outcome, 1);
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_count_updated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts{own}
  SELECT {OLD.counted_type}, {OLD.counted_source}, OLD.embed_gen, OLD.embed_outcome, -1 WHERE {OLD.live}
  UNION ALL
  SELECT {NEW.counted_type}, {NEW.counted_source}, NEW.embed_gen, NEW.embed_outcome, 1 WHERE {NEW.live};
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_count_deleted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts{own}
  VALUES ({OLD.counted_type}, {OLD.counted_source}, OLD.embed_gen, OLD.embed_outcome, -1);
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_count_insert{own} AFTER INSERT ON {messages}
  FOR EACH ROW WHEN ({NEW.live}) EXECUTE FUNCTION embed_count_inserted{own}();
CREATE OR REPLACE TRIGGER zz_embed_count_update{own} AFTER UPDATE ON {messages}
  FOR EACH ROW WHEN (({NEW.live}) <> ({OLD.live}) OR NEW.embed_gen IS DISTINCT FROM OLD.embed_gen
    OR NEW.embed_outcome IS DISTINCT FROM OLD.embed_outcome
    OR {NEW.counted_type} IS DISTINCT FROM {OLD.counted_type}
    OR {NEW.counted_source} IS DISTINCT FROM {OLD.counted_source})
  EXECUTE FUNCTION embed_count_updated{own}();
CREATE OR REPLACE TRIGGER zz_embed_count_delete{own} AFTER DELETE ON {messages}
  FOR EACH ROW WHEN ({OLD.live}) EXECUTE FUNCTION embed_count_deleted{own}();

-- Records that a message stopped being live. A row that moves to another partition is deleted and inserted, so it is
-- recorded too, and found to be live.
CREATE OR REPLACE FUNCTION embed_record_removed{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_removed{own} (message_id) VALUES ({OLD.id});
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_removed_delete{own} AFTER DELETE ON {messages}
  FOR EACH ROW WHEN ({OLD.live}) EXECUTE FUNCTION embed_record_removed{own}();

-- Fires on the partitions that have the trigger, also when the whole table is truncated. A detached partition keeps
-- the trigger, and its rows are no part of the archive.
CREATE OR REPLACE FUNCTION embed_partition_truncated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_partition_ancestors(TG_RELID) AS a
                  WHERE a.relid = CAST({inner_quote}{messages}{inner_quote} AS regclass)) THEN
    RETURN NULL;
  END IF;
  EXECUTE {inner_quote}INSERT INTO embed_removed{own} (message_id) SELECT {m.id} FROM {inner_quote}
    || CAST(TG_RELID AS regclass) || {inner_quote} AS m WHERE {m.live}{inner_quote};
  EXECUTE {inner_quote}INSERT INTO embed_counts{own}
    SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, -count(*) FROM {inner_quote}
    || CAST(TG_RELID AS regclass) || {inner_quote} AS m WHERE {m.live} GROUP BY 1, 2, 3, 4{inner_quote};
  RETURN NULL;
END
{quote};
