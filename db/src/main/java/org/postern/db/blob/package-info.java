/// Sealed objects by their id, each put once.
@NullMarked
package org.postern.db.blob;

import org.jspecify.annotations.NullMarked;
