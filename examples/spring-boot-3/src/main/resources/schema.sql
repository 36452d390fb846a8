CREATE SCHEMA IF NOT EXISTS desk;
CREATE TABLE IF NOT EXISTS desk.tickets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  body text NOT NULL,
  opened timestamptz NOT NULL DEFAULT now(),
  closed_for_good boolean NOT NULL DEFAULT false
);
