/// The plain mail that says that a message waits; it holds no content.
@NullMarked
package org.postern.notifications.notice;

import org.jspecify.annotations.NullMarked;
