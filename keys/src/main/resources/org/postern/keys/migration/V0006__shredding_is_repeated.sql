-- The author may change the dates of his message; whoever has opened a message to be read once gets no more time.
ALTER TABLE shred_secret
    ADD COLUMN author      boolean NOT NULL DEFAULT false,
    ADD COLUMN opened_once boolean NOT NULL DEFAULT false;

-- Since when the mail database has known nothing of the object. It may be a backup that is looked at and put away again, so nothing is
-- deleted for a long time.
ALTER TABLE admission ADD COLUMN orphan_since timestamptz;

CREATE INDEX shred_secret_of_mailbox ON shred_secret (tenant_id, mailbox_id);
CREATE INDEX challenge_of_mailbox ON challenge (tenant_id, mailbox_id);
CREATE INDEX reading_key_of_mailbox ON reading_key (tenant_id, mailbox_id);

-- Until when the deletions recorded in the mail database have been repeated here. A ledger that was restored has the mark of its backup.
CREATE TABLE repeated_deletion (
    only_row bool        PRIMARY KEY DEFAULT true CHECK (only_row),
    until    timestamptz NOT NULL
);
