-- Later work is done by turns of the domains that it goes to, so that none of them waits for another. A domain is known by an HMAC
-- under a key that the mail database does not have.
ALTER TABLE job ADD COLUMN urgent boolean NOT NULL DEFAULT false; -- somebody waits for it
ALTER TABLE job ADD COLUMN destination bytea CHECK (octet_length(destination) = 32); -- NULL while nobody knows, or where it does not matter
ALTER TABLE job ADD COLUMN relay text CHECK (char_length(relay) <= 300); -- which had the mail last
ALTER TABLE job ADD COLUMN sealed_reply bytea; -- what it said, under the operations key
UPDATE job SET urgent = true WHERE kind = 'sign-in' AND state IN ('available', 'running', 'retryable');

CREATE INDEX job_due_urgent ON job (run_at, job_id) WHERE urgent AND state IN ('available', 'running', 'retryable');
CREATE INDEX job_due_elsewhere ON job (run_at, job_id)
    WHERE NOT urgent AND destination IS NULL AND state IN ('available', 'running', 'retryable');
CREATE INDEX job_due_there ON job (destination, run_at, job_id)
    WHERE destination IS NOT NULL AND state IN ('available', 'running', 'retryable');
CREATE INDEX job_running_there ON job (destination, run_at) WHERE destination IS NOT NULL AND state = 'running';

-- A domain that jobs go to, and its turn. Claims look at those whose time has come, and at none of their jobs otherwise.
CREATE SEQUENCE turn;
CREATE TABLE destination (
    destination bytea       PRIMARY KEY CHECK (octet_length(destination) = 32),
    look_at     timestamptz NOT NULL,
    turn        bigint      NOT NULL DEFAULT nextval('turn'), -- who had none for longer comes first
    idle_since  timestamptz, -- when nothing of it was due
    failures    integer     NOT NULL DEFAULT 0 CHECK (failures >= 0), -- in a row
    rests_until timestamptz  -- it has deferred everything: all its jobs wait as long
);
CREATE INDEX destination_turn ON destination (look_at, turn);
CREATE INDEX destination_resting ON destination (rests_until) WHERE rests_until IS NOT NULL;
