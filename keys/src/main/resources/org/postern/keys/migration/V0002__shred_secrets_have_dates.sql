-- A secret is refused from the first date and deleted at the second; between them its time can still be extended.
-- Without dates it lives until it is shredded.
ALTER TABLE shred_secret
    ADD COLUMN refused_from timestamptz,
    ADD COLUMN deleted_from timestamptz,
    ADD COLUMN read_once    boolean NOT NULL DEFAULT false, -- the first opening brings both dates near
    ADD CONSTRAINT shred_secret_is_refused_before_it_is_deleted
        CHECK ((refused_from IS NULL) = (deleted_from IS NULL) AND refused_from <= deleted_from);
CREATE INDEX shred_secret_due ON shred_secret (deleted_from) WHERE deleted_from IS NOT NULL;
