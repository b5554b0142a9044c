-- Where a tenant's notices come back to when they cannot be delivered, so that senders hear of it. Its MX is our SMTP door.
ALTER TABLE tenant ADD COLUMN return_domain text UNIQUE CHECK (return_domain = lower(return_domain));
