-- The triggers on a table of bodies, where text and HTML are not in the rows of the messages.

-- Locks the messages in the order of their ids, as stamping does, so that the two can't deadlock.
CREATE FUNCTION embed_renew_messages(embed_ids bigint[]) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $quote
  WITH changed AS MATERIALIZED (
    SELECT $id(m) AS id FROM $messages AS m
     WHERE $id(m) = ANY (embed_ids) ORDER BY $id(m) FOR NO KEY UPDATE
  )
  UPDATE $messages AS m SET embed_rev = -1 FROM changed AS c WHERE $id(m) = c.id
$quote;

CREATE FUNCTION embed_body_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST($bodyof(b) AS bigint))) FROM inserted AS b
  WHERE $text(b) <> '' OR $html(b) <> '' HAVING count(*) > 0;
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_body_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST(coalesce($bodyof(i), $bodyof(d)) AS bigint)))
  FROM inserted AS i FULL JOIN deleted AS d ON $bodyof(d) = $bodyof(i)
  WHERE coalesce($text(i), '') <> coalesce($text(d), '')
    OR coalesce($html(i), '') <> coalesce($html(d), '')
  HAVING count(*) > 0;
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_body_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST($bodyof(b) AS bigint))) FROM deleted AS b
  WHERE $text(b) <> '' OR $html(b) <> '' HAVING count(*) > 0;
  RETURN NULL;
END
$quote;

CREATE FUNCTION embed_bodies_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $quote
BEGIN
  PERFORM embed_renew_messages(array_agg(CAST($bodyof(b) AS bigint))) FROM $bodies AS b
  WHERE $text(b) <> '' OR $html(b) <> '' HAVING count(*) > 0;
  RETURN NULL;
END
$quote;

CREATE TRIGGER zz_embed_insert AFTER INSERT ON $bodies
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_inserted();
CREATE TRIGGER zz_embed_update AFTER UPDATE ON $bodies
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_updated();
CREATE TRIGGER zz_embed_delete AFTER DELETE ON $bodies
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_body_deleted();
CREATE TRIGGER zz_embed_truncate BEFORE TRUNCATE ON $bodies
  FOR EACH STATEMENT EXECUTE FUNCTION embed_bodies_truncated();
