/// Journeys through the whole system: real processes, real sockets, a real browser.
@NullMarked
package org.postern.e2e;

import org.jspecify.annotations.NullMarked;
