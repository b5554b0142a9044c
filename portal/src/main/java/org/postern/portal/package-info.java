/// The web door.
@NullMarked
package org.postern.portal;

import org.jspecify.annotations.NullMarked;
