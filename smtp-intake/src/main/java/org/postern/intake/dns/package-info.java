/// Asking name servers: bounded in time, number and memory, and believing only what was asked for.
@NullMarked
package org.postern.intake.dns;

import org.jspecify.annotations.NullMarked;
