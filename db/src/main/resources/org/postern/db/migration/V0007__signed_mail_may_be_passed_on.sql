-- Unmarked mail that a signature alone proves is sealed until its end was seen, and passed on from there.
ALTER TABLE connector DROP CONSTRAINT connector_passes_nothing_on_that_a_signature_proves;
