/// What a domain wants done with mail in its name that it cannot be shown to have sent: SPF and
/// DMARC.
@NullMarked
package org.postern.intake.dmarc;

import org.jspecify.annotations.NullMarked;
