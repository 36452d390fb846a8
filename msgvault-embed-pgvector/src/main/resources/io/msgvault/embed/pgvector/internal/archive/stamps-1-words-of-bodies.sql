-- The triggers that keep the words of a table of bodies. Their names put them behind those that lock the messages
-- that a body is written for.

CREATE FUNCTION embed_words_body_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  PERFORM embed_renew_words(array_agg(CAST($bodyof(b) AS bigint)), '{1}') FROM inserted AS b
  WHERE $text(b) <> '' OR $html(b) <> '' HAVING count(*) > 0;
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_words_body_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  PERFORM embed_renew_words(array_agg(CAST(coalesce($bodyof(i), $bodyof(d)) AS bigint)), '{1}')
  FROM inserted AS i FULL JOIN deleted AS d ON $bodyof(d) = $bodyof(i)
  WHERE coalesce($text(i), '') <> coalesce($text(d), '')
    OR coalesce($html(i), '') <> coalesce($html(d), '')
  HAVING count(*) > 0;
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_words_body_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  DELETE FROM embed_words AS w
  WHERE w.part = 1 AND w.message_id IN (SELECT $bodyof(b) FROM deleted AS b);
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_words_bodies_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  DELETE FROM embed_words AS w WHERE w.part = 1;
  RETURN NULL;
END
$quote;

CREATE TRIGGER zz_embed_words_insert AFTER INSERT ON $bodies
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_body_inserted();
CREATE TRIGGER zz_embed_words_update AFTER UPDATE ON $bodies
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_body_updated();
CREATE TRIGGER zz_embed_words_delete AFTER DELETE ON $bodies
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_body_deleted();
CREATE TRIGGER zz_embed_words_truncate AFTER TRUNCATE ON $bodies
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_bodies_truncated();
