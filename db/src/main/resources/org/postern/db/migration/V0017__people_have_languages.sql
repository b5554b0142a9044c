-- In which language an organisation writes, and what its owner of a mailbox reads: that of the organisation, if there is none.
ALTER TABLE tenant
    ADD COLUMN language text NOT NULL DEFAULT 'en'
               CONSTRAINT tenant_language_is_one_of_ours CHECK (language IN ('en', 'de', 'fr', 'es', 'nl', 'pt', 'pl', 'ar'));
ALTER TABLE mailbox
    ADD COLUMN language text CONSTRAINT mailbox_language_is_one_of_ours CHECK (language IN ('en', 'de', 'fr', 'es', 'nl', 'pt', 'pl', 'ar'));
