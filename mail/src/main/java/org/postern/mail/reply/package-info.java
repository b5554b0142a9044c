/// Messages written in the portal.
@NullMarked
package org.postern.mail.reply;

import org.jspecify.annotations.NullMarked;
