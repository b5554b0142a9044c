-- Ending a thread, which retention does, must not read every message of every tenant to see that none is left.

CREATE INDEX message_of_thread ON message (tenant_id, thread_id);
CREATE INDEX thread_reference_of_thread ON thread_reference (tenant_id, thread_id);
