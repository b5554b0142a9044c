/// Accepted messages on this machine's disk, sealed, until they are handed over.
@NullMarked
package org.postern.mail.spool;

import org.jspecify.annotations.NullMarked;
