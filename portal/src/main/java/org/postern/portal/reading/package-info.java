/// Inbox, Sent, and messages with their attachments, shown safely.
@NullMarked
package org.postern.portal.reading;

import org.jspecify.annotations.NullMarked;
