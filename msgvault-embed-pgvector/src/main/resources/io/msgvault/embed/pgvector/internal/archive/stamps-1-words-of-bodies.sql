-- The triggers that keep the words of a table of bodies current. By their names they fire after those that lock the
-- messages that a body is written for.

CREATE OR REPLACE FUNCTION embed_words_body_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_words(array_agg(CAST({b.body_message_id} AS bigint)), '{1}') FROM inserted AS b
  WHERE {b.text} <> '' OR {b.html} <> '' HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_words_body_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  PERFORM embed_renew_words(array_agg(CAST(coalesce({i.body_message_id}, {d.body_message_id}) AS bigint)), '{1}')
  FROM inserted AS i FULL JOIN deleted AS d ON {d.body_message_id} = {i.body_message_id}
  WHERE coalesce({i.text}, '') <> coalesce({d.text}, '')
    OR coalesce({i.html}, '') <> coalesce({d.html}, '')
  HAVING count(*) > 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_words_body_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  DELETE FROM embed_words AS w
  WHERE w.part = 1 AND w.message_id IN (SELECT {b.body_message_id} FROM deleted AS b);
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_words_bodies_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  DELETE FROM embed_words AS w WHERE w.part = 1;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_words_insert AFTER INSERT ON {bodies}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_body_inserted();
CREATE OR REPLACE TRIGGER zz_embed_words_update AFTER UPDATE ON {bodies}
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_body_updated();
CREATE OR REPLACE TRIGGER zz_embed_words_delete AFTER DELETE ON {bodies}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_body_deleted();
CREATE OR REPLACE TRIGGER zz_embed_words_truncate AFTER TRUNCATE ON {bodies}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_bodies_truncated();
