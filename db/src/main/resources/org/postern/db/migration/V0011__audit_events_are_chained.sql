-- Audit events are never changed, and a chainer numbers them (docs/format.md, section 11).

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Events come in any order and commit in any order; whatever no checkpoint covers yet stands here, so that no cursor passes over one
-- that commits late, and looking for work costs nothing.
CREATE TABLE audit_unchained (
    tenant_id   uuid        NOT NULL,
    event_id    uuid        NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, event_id)
);

-- With the owner's rights, since who may insert events need have no others; so no name in it may be looked for in a path of the caller's.
CREATE FUNCTION note_unchained() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.audit_unchained (tenant_id, event_id) VALUES ($1, $2)', TG_TABLE_SCHEMA) USING NEW.tenant_id, NEW.event_id;
    RETURN NULL;
END
$$;

CREATE TABLE audit_chain (
    tenant_id uuid   NOT NULL,
    sequence  bigint NOT NULL CHECK (sequence >= 0),
    event_id  uuid   NOT NULL,
    leaf_hash bytea  NOT NULL CHECK (octet_length(leaf_hash) = 32),
    PRIMARY KEY (tenant_id, sequence),
    UNIQUE (tenant_id, event_id),
    FOREIGN KEY (tenant_id, event_id) REFERENCES audit_event
);

CREATE TABLE audit_checkpoint (
    tenant_id uuid        NOT NULL,
    size      bigint      NOT NULL CHECK (size > 0),
    root_hash bytea       NOT NULL CHECK (octet_length(root_hash) = 32),
    note      text        NOT NULL, -- signed: docs/format.md, section 11.3
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, size)
);

INSERT INTO audit_unchained (tenant_id, event_id) SELECT tenant_id, event_id FROM audit_event;

ALTER TABLE audit_event ADD CONSTRAINT audit_event_has_a_time CHECK (isfinite(happened_at));

CREATE TRIGGER note_unchained AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION note_unchained();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint EXECUTE FUNCTION refuse_change();
