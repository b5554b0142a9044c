-- What operators tell people of maintenance and incidents. Entries are added and never changed. Redis and every process's own folder
-- have the same ones, so that they are written and read while this database is away.
CREATE TABLE board_entry (
    entry_id   uuid        PRIMARY KEY,
    subject_id uuid        NOT NULL, -- the maintenance or incident
    word       text        NOT NULL CHECK (word IN ('scheduled', 'announced', 'started', 'ended', 'investigating', 'identified',
                                                    'monitoring', 'resolved')),
    written_at timestamptz NOT NULL,
    starts_at  timestamptz, -- of a maintenance
    ends_at    timestamptz,
    told       text        NOT NULL CHECK (char_length(told) <= 1000)
);
