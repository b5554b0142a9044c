/// Delivery status notifications: the mail that tells a sender what became of a message.
@NullMarked
package org.postern.notifications.report;

import org.jspecify.annotations.NullMarked;
