/// Telling senders what became of their messages, as far as they asked.
@NullMarked
package org.postern.mail.report;

import org.jspecify.annotations.NullMarked;
