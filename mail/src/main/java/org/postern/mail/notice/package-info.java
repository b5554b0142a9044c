/// Telling recipients that a message waits.
@NullMarked
package org.postern.mail.notice;

import org.jspecify.annotations.NullMarked;
