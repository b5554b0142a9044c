/// One message's way through spool, hand-over, delivery, reading and reply, on real databases.
@NullMarked
package org.postern.mail;

import org.jspecify.annotations.NullMarked;
