package org.postern.mail.notice;

import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.notice.NoticeMail;
import org.postern.notifications.outgoing.OutgoingMail;

/// What it takes to tell a recipient of messages, whether for the first time or again.
///
/// @param messages finds what may be told
/// @param writer says it
/// @param mail gives it its form
/// @param outgoing sends it
public record Telling(
        MailDatabase database,
        Jobs jobs,
        WaitingMessages messages,
        NoticeWriter writer,
        NoticeMail mail,
        OutgoingMail outgoing,
        Clock clock) {}
