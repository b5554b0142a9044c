/// Accepting mail by SMTP: the server, one mail transaction, and every reply we can give.
@NullMarked
package org.postern.intake;

import org.jspecify.annotations.NullMarked;
