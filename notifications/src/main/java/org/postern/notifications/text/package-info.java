/// Text messages to phones: the PIN that a message asks for.
@NullMarked
package org.postern.notifications.text;

import org.jspecify.annotations.NullMarked;
