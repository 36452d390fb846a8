-- The words of the messages that are there.

INSERT INTO embed_words
SELECT {m.id}, 0, embed_vector({m.subject}) FROM {messages} AS m WHERE {m.live} AND {m.subject} <> ''
UNION ALL
SELECT {m.id}, 1, embed_vector({b.readable}) FROM {messages} AS m JOIN {bodies} AS b ON {b.body_message_id} = {m.id}
WHERE {m.live} AND ({b.text} <> '' OR {b.html} <> '');
