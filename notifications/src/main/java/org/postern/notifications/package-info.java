/// Later work and outgoing mail; nothing here reads a stored message.
@NullMarked
package org.postern.notifications;

import org.jspecify.annotations.NullMarked;
