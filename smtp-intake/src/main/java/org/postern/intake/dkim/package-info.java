/// Whether a domain has signed a message: DKIM (RFC 6376), verified while the message passes.
@NullMarked
package org.postern.intake.dkim;

import org.jspecify.annotations.NullMarked;
