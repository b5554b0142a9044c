-- Whether somebody who was mailed a link had something new to read. Of those who had not, an organisation mails so many in an hour.
ALTER TABLE issued_mail ADD COLUMN expected boolean NOT NULL DEFAULT true;
CREATE INDEX issued_mail_unexpected ON issued_mail (tenant_id, issued_at) WHERE NOT expected;

-- The newest object of a mailbox: ids begin with their time.
DROP INDEX shred_secret_of_mailbox;
CREATE INDEX shred_secret_of_mailbox ON shred_secret (tenant_id, mailbox_id, object_id);
