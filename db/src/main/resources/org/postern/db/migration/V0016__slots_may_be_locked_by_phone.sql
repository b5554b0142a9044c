-- Whether what the message asks for is a PIN that is sent to a phone, of which the key ledger has the number, sealed.
ALTER TABLE slot
    ADD COLUMN locked_by_phone boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT slot_locked_by_phone_is_locked CHECK (locked OR NOT locked_by_phone);
