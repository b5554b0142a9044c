/// DKIM signatures under the mail that we send (RFC 6376).
@NullMarked
package org.postern.notifications.dkim;

import org.jspecify.annotations.NullMarked;
