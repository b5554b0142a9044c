-- What probes saw of each part of the service stands on the board too: the status page shows 90 days of it.
ALTER TABLE board_entry DROP CONSTRAINT board_entry_word_check;
ALTER TABLE board_entry ADD CONSTRAINT board_entry_word_check
    CHECK (word IN ('scheduled', 'announced', 'started', 'ended', 'investigating', 'identified', 'monitoring', 'resolved',
                    'works', 'slow', 'away'));
