/// Sealing and opening: the keys, and all that is done with them (docs/format.md).
@NullMarked
package org.postern.crypto;

import org.jspecify.annotations.NullMarked;
