-- The triggers on a table of bodies, if text and HTML are not in the rows of the messages.

-- Locks the messages in the order of their ids, as stamping does, so that the two can't deadlock.
CREATE OR REPLACE FUNCTION embed_renew_messages(embed_ids bigint[]) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS {quote}
  WITH changed AS MATERIALIZED (
    SELECT {m.id} AS id FROM {messages} AS m
     WHERE {m.id} = ANY (embed_ids) ORDER BY {m.id} FOR NO KEY UPDATE
  )
  UPDATE {messages} AS m SET embed_rev = {m.renewed} FROM changed AS c WHERE {m.id} = c.id
{quote};

CREATE OR REPLACE FUNCTION embed_body_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST({b.body_message_id} AS bigint))) FROM inserted AS b
  WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_body_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST(coalesce({i.body_message_id}, {d.body_message_id}) AS bigint)))
  FROM inserted AS i FULL JOIN deleted AS d ON {d.body_message_id} = {i.body_message_id}
  WHERE coalesce({i.text}, '') <> coalesce({d.text}, '')
    OR coalesce({i.html}, '') <> coalesce({d.html}, '')
  HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_body_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST({b.body_message_id} AS bigint))) FROM deleted AS b
  WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_bodies_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST({b.body_message_id} AS bigint))) FROM {bodies} AS b
  WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_insert AFTER INSERT ON {bodies}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_inserted();
CREATE OR REPLACE TRIGGER zz_embed_update AFTER UPDATE ON {bodies}
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_updated();
CREATE OR REPLACE TRIGGER zz_embed_delete AFTER DELETE ON {bodies}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_deleted();
CREATE OR REPLACE TRIGGER zz_embed_truncate BEFORE TRUNCATE ON {bodies}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_bodies_truncated();
