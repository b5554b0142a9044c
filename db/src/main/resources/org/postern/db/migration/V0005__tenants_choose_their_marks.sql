-- What marks a tenant's mail for encryption, and whether a lone LF in it counts as CRLF.
ALTER TABLE tenant
    ADD COLUMN subject_brackets     text[]  NOT NULL DEFAULT '{SQUARE}' CHECK (subject_brackets <@ ARRAY['SQUARE', 'CURLY', 'PIPES']),
    ADD COLUMN subject_tags         text[]  NOT NULL DEFAULT '{}',
    ADD COLUMN mark_field_names     text[]  NOT NULL DEFAULT '{}',
    ADD COLUMN mark_field_values    text[]  NOT NULL DEFAULT '{}',   -- one for each name
    ADD COLUMN normalizes_line_ends boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT tenant_has_a_value_for_each_mark_field CHECK (cardinality(mark_field_names) = cardinality(mark_field_values));
