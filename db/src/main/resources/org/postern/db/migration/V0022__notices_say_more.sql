-- What tenants decide about the mail that tells people of messages, and what that mail needs.
ALTER TABLE tenant
    ADD COLUMN language          text    NOT NULL DEFAULT 'en'
                                 CONSTRAINT tenant_language_is_one_of_ours CHECK (language IN ('en', 'de', 'fr', 'es', 'nl', 'pt', 'pl', 'ar')),
    ADD COLUMN zero_link_domains text[]  NOT NULL DEFAULT '{}',  -- whose recipients are told without a link; * for all
    ADD COLUMN tells_subject     boolean NOT NULL DEFAULT false,
    ADD COLUMN reminds           boolean NOT NULL DEFAULT true,
    ADD COLUMN digest_minutes    integer NOT NULL DEFAULT 0 CHECK (digest_minutes BETWEEN 0 AND 1440);

-- What its owner reads; that of the tenant, if there is none.
ALTER TABLE mailbox
    ADD COLUMN language text CONSTRAINT mailbox_language_is_one_of_ours CHECK (language IN ('en', 'de', 'fr', 'es', 'nl', 'pt', 'pl', 'ar'));

-- What a notice says of the subject, where the tenant lets it.
CREATE TABLE told_subject (
    tenant_id      uuid  NOT NULL,
    message_id     uuid  NOT NULL,
    sealed_subject bytea NOT NULL, -- under the operations key
    PRIMARY KEY (tenant_id, message_id),
    FOREIGN KEY (tenant_id, message_id) REFERENCES message ON DELETE CASCADE
);

-- By which a notice is known: typed instead of following a link, and asked after by who doubts that it is genuine. No secret.
CREATE TABLE notice_number (
    tenant_id  uuid        NOT NULL,
    number     text        NOT NULL CHECK (number ~ '^[0-9A-HJKMNP-TV-Z]{7}$'),
    message_id uuid        NOT NULL,
    mailbox_id uuid        NOT NULL,
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, number),
    UNIQUE (tenant_id, message_id, mailbox_id),
    FOREIGN KEY (tenant_id, message_id, mailbox_id) REFERENCES slot (tenant_id, message_id, mailbox_id) ON DELETE CASCADE
);

-- Several notices for one mailbox leave as one mail: one job has it sent, and whatever becomes of it becomes of those told with it.
ALTER TABLE job ADD COLUMN told_with uuid REFERENCES job;
CREATE INDEX job_told_with ON job (told_with) WHERE told_with IS NOT NULL;
CREATE INDEX job_notice_of_mailbox ON job (tenant_id, mailbox_id, created_at) WHERE kind = 'notice' AND told_with IS NULL;
DROP INDEX job_due;
CREATE INDEX job_due ON job (run_at, job_id) WHERE state IN ('available', 'running', 'retryable') AND told_with IS NULL;
