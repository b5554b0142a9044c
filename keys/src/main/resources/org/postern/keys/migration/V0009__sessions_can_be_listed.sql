-- A session ends with its reading key. By these its owner tells his sessions apart, and ends one; the defaults are for keys made before
-- there was a list.
ALTER TABLE reading_key
    ADD COLUMN session_id    uuid        NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN begun_at      timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN seen_at       timestamptz NOT NULL DEFAULT now(), -- to the minute
    ADD COLUMN sealed_device bytea,                              -- under the operations key
    ADD UNIQUE (tenant_id, session_id);
