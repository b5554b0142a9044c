-- What the roles may do in the mail database, where they are logins of their own. Its owner, the role worker, says so at every start; whoever
-- has no such logins has nothing of it. Nobody but the owner may read everything, and nobody at all change an audit event or a deletion.
-- One at a time: two who grant at once may hinder each other.
DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('grants', 0));
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_intake') THEN
        GRANT INSERT ON arrival, audit_event TO postern_intake;
        GRANT SELECT ON snapshot TO postern_intake;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_portal') THEN
        GRANT INSERT ON arrival, audit_event, sign_in_request TO postern_portal;
        GRANT SELECT ON snapshot, message, slot TO postern_portal;
        GRANT UPDATE (opened_at, expires_at) ON slot TO postern_portal;
        GRANT INSERT, SELECT (tenant_id, kind, subject_id, mailbox_id, state, run_at, told_with) ON job TO postern_portal; -- ON CONFLICT with a target reads
        GRANT INSERT, SELECT ON board_entry TO postern_portal;
        GRANT SELECT ON notice_number, recipient_list TO postern_portal;
        GRANT INSERT, SELECT ON timeline_entry, asked_again TO postern_portal;
        GRANT SELECT (tenant_id, mailbox_id, language), UPDATE (language) ON mailbox TO postern_portal;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_keys') THEN
        GRANT INSERT ON audit_event TO postern_keys;
        GRANT INSERT, SELECT (tenant_id, kind, subject_id, mailbox_id) ON job TO postern_keys; -- ON CONFLICT with a target reads
        GRANT INSERT, SELECT ON deletion TO postern_keys;
        GRANT SELECT (spool_id) ON arrival TO postern_keys;
    END IF;
END
$$;
