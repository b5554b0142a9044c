/// The only holder of keys: what the key service and the authority do for the other roles.
@NullMarked
package org.postern.keys;

import org.jspecify.annotations.NullMarked;
