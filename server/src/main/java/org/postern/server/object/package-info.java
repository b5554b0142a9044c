/// One message taken away as a sealed object with its key, and opened where there is no Postern.
@NullMarked
package org.postern.server.object;

import org.jspecify.annotations.NullMarked;
