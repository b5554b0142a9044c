/// Outgoing mail: composing it, and handing it to the relay or to the demo's outbox.
@NullMarked
package org.postern.notifications.outgoing;

import org.jspecify.annotations.NullMarked;
