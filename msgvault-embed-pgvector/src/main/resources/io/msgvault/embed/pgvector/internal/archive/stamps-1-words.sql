-- Keyword search: the words of the live messages.

-- Part 0 is the subject. Part 1 is the body: its text, or its HTML if the text is blank.
CREATE TABLE embed_words (
  message_id bigint NOT NULL,
  part int NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (message_id, part)
);
CREATE INDEX embed_words_words ON embed_words USING gin (words);
