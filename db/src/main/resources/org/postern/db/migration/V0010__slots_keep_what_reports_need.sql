-- What a delivery status notification about a recipient needs of the SMTP envelope, which the arrival gives up.
ALTER TABLE slot ADD COLUMN sealed_envelope bytea; -- under the operations key; NULL where nothing can depend on it
