-- Several workers may share a generation: then each has a run of its own. The worker is a number that names the
-- advisory lock which it keeps while it lives; 0 is one that has the generation for itself.

ALTER TABLE embed_runs ADD COLUMN worker bigint NOT NULL DEFAULT 0;
DROP INDEX embed_runs_one_running;
CREATE UNIQUE INDEX embed_runs_one_running ON embed_runs (generation, worker) WHERE status = 'RUNNING';
