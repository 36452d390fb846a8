-- The functions and triggers for a partitioned table of bodies, for each row, as for partitioned messages.

CREATE OR REPLACE FUNCTION embed_body_inserted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages{own}(ARRAY[CAST({NEW.body_message_id} AS bigint)]);
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_body_updated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages{own}(
    ARRAY[CAST({OLD.body_message_id} AS bigint), CAST({NEW.body_message_id} AS bigint)]);
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_body_deleted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages{own}(ARRAY[CAST({OLD.body_message_id} AS bigint)]);
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_insert{own} AFTER INSERT ON {bodies}
  FOR EACH ROW WHEN ({NEW.text} <> '' OR {NEW.html} <> '') EXECUTE FUNCTION embed_body_inserted{own}();
CREATE OR REPLACE TRIGGER zz_embed_update{own} AFTER UPDATE ON {bodies}
  FOR EACH ROW WHEN (coalesce({NEW.text}, '') <> coalesce({OLD.text}, '')
    OR coalesce({NEW.html}, '') <> coalesce({OLD.html}, '')
    OR {NEW.body_message_id} IS DISTINCT FROM {OLD.body_message_id})
  EXECUTE FUNCTION embed_body_updated{own}();
CREATE OR REPLACE TRIGGER zz_embed_delete{own} AFTER DELETE ON {bodies}
  FOR EACH ROW WHEN ({OLD.text} <> '' OR {OLD.html} <> '') EXECUTE FUNCTION embed_body_deleted{own}();

CREATE OR REPLACE FUNCTION embed_body_partition_truncated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF EXISTS (SELECT 1 FROM pg_partition_ancestors(TG_RELID) AS a
              WHERE a.relid = CAST({inner_quote}{bodies}{inner_quote} AS regclass)) THEN
    EXECUTE {inner_quote}SELECT embed_renew_messages{own}(array_agg(CAST({b.body_message_id} AS bigint))) FROM {inner_quote}
      || CAST(TG_RELID AS regclass)
      || {inner_quote} AS b WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0{inner_quote};
  END IF;
  RETURN NULL;
END
{quote};
