-- Mail that is stored more than once: copies that a mail server made of one message for several recipients, and what a
-- client handed in again since it never heard our 250 (RFC 1047). Found by HMAC under the index key, never by content.
ALTER TABLE message
    ADD COLUMN duplicate_mac bytea CHECK (octet_length(duplicate_mac) = 32); -- of what is handed in again unchanged
CREATE INDEX message_of_duplicate_mac ON message (tenant_id, duplicate_mac, accepted_at) WHERE duplicate_mac IS NOT NULL;

ALTER TABLE slot
    ADD COLUMN copy_mac     bytea CHECK (octet_length(copy_mac) = 32), -- of msg-id and body; Sent shows one row for each
    ADD COLUMN duplicate_of uuid, -- the message that this mailbox has a row and a notice of instead
    ADD CONSTRAINT slot_is_grouped_in_sent_alone CHECK (copy_mac IS NULL OR sent),
    ADD CONSTRAINT slot_of_a_duplicate_is_received CHECK (duplicate_of IS NULL OR received),
    -- A duplicate whose first is deleted gets its row back.
    ADD CONSTRAINT slot_duplicate_of_fkey FOREIGN KEY (tenant_id, duplicate_of, mailbox_id)
        REFERENCES slot (tenant_id, message_id, mailbox_id) ON DELETE SET NULL (duplicate_of);
CREATE INDEX slot_of_copies ON slot (tenant_id, mailbox_id, copy_mac, accepted_at, message_id) WHERE copy_mac IS NOT NULL;
CREATE INDEX slot_of_duplicates ON slot (tenant_id, mailbox_id, duplicate_of);
CREATE INDEX slot_of_sent ON slot (tenant_id, mailbox_id, accepted_at DESC, message_id DESC) WHERE sent;
