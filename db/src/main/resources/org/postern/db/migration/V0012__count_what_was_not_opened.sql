-- Every page of a folder says how many messages wait, which must not look at every slot there is.
CREATE INDEX slot_not_opened ON slot (tenant_id, mailbox_id) WHERE received AND duplicate_of IS NULL AND opened_at IS NULL;
