-- The functions and triggers for a table of bodies that is not partitioned: each fires once for a statement.

CREATE OR REPLACE FUNCTION embed_body_inserted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages{own}(array_agg(CAST({b.body_message_id} AS bigint))) FROM inserted AS b
  WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_body_updated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages{own}(array_agg(CAST(coalesce({i.body_message_id}, {d.body_message_id}) AS bigint)))
  FROM inserted AS i FULL JOIN deleted AS d ON {d.body_message_id} = {i.body_message_id}
  WHERE coalesce({i.text}, '') <> coalesce({d.text}, '')
    OR coalesce({i.html}, '') <> coalesce({d.html}, '')
  HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_body_deleted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages{own}(array_agg(CAST({b.body_message_id} AS bigint))) FROM deleted AS b
  WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_bodies_truncated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages{own}(array_agg(CAST({b.body_message_id} AS bigint))) FROM {bodies} AS b
  WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_insert{own} AFTER INSERT ON {bodies}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_inserted{own}();
CREATE OR REPLACE TRIGGER zz_embed_update{own} AFTER UPDATE ON {bodies}
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_updated{own}();
CREATE OR REPLACE TRIGGER zz_embed_delete{own} AFTER DELETE ON {bodies}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_deleted{own}();
CREATE OR REPLACE TRIGGER zz_embed_truncate{own} BEFORE TRUNCATE ON {bodies}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_bodies_truncated{own}();
