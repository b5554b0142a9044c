/// The SMTP door.
@NullMarked
package org.postern.intake;

import org.jspecify.annotations.NullMarked;
