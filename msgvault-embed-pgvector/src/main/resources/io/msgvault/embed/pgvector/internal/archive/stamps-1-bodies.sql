-- The triggers on a table of bodies, if text and HTML are not in the rows of the messages.

-- Locks the messages in the order of their ids, as stamping does, so that the two can't deadlock. The plan is kept, as
-- making one takes long over many partitions. So it must be right for larger tables too: the settings make it seek.
CREATE OR REPLACE FUNCTION embed_renew_messages{own}(embed_ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS {quote}
BEGIN
  WITH changed AS MATERIALIZED (
    SELECT {m.id} AS id FROM {messages} AS m
     WHERE {m.id} = ANY (embed_ids) ORDER BY {m.id} FOR NO KEY UPDATE
  )
  UPDATE {messages} AS m SET embed_rev = {m.renewed} FROM changed AS c WHERE {m.id} = c.id;
END
{quote};
