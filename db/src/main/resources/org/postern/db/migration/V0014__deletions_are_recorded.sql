-- What was shredded, or when it will be. Written before the key ledger is, which repeats it after it was restored from a backup: so it is only
-- ever added to, holds ids alone, and is signed by the authority, since a row that anybody could write would destroy keys.
CREATE TABLE deletion (
    tenant_id    uuid        NOT NULL,
    deletion_id  uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('message', 'dates', 'mailbox', 'tenant')),
    message_id   uuid,
    mailbox_id   uuid,        -- of a message: for this one; for all, if there is none
    refused_from timestamptz,
    deleted_from timestamptz,
    recorded_at  timestamptz NOT NULL,
    signature    bytea       NOT NULL CHECK (octet_length(signature) = 64), -- docs/format.md, section 12
    PRIMARY KEY (tenant_id, deletion_id),
    CONSTRAINT deletion_names_what_it_deletes CHECK (
        CASE kind WHEN 'tenant' THEN message_id IS NULL AND mailbox_id IS NULL
                  WHEN 'mailbox' THEN message_id IS NULL AND mailbox_id IS NOT NULL
                  ELSE message_id IS NOT NULL END),
    CONSTRAINT deletion_has_dates_if_it_is_of_dates CHECK (
        (kind = 'dates') = (refused_from IS NOT NULL) AND (refused_from IS NULL) = (deleted_from IS NULL))
);
CREATE INDEX deletion_recorded ON deletion (recorded_at, deletion_id);
CREATE INDEX deletion_of_message ON deletion (tenant_id, message_id) WHERE kind = 'message';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON deletion EXECUTE FUNCTION refuse_change();

-- Of somebody who was erased the ids stay, so that neither other people's messages nor the audit chain lose anything.
ALTER TABLE mailbox
    ALTER COLUMN address_mac DROP NOT NULL,
    ALTER COLUMN sealed_address DROP NOT NULL,
    ADD CONSTRAINT mailbox_is_erased_as_a_whole CHECK ((address_mac IS NULL) = (sealed_address IS NULL));
CREATE INDEX job_of_mailbox ON job (tenant_id, mailbox_id) WHERE state IN ('available', 'running', 'retryable');

ALTER TABLE tenant ADD COLUMN ended_at timestamptz;
