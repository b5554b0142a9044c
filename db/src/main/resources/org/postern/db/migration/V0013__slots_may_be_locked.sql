-- Whether the message asks for a password of its own, of which the key ledger has the hash.
ALTER TABLE slot ADD COLUMN locked boolean NOT NULL DEFAULT false;
