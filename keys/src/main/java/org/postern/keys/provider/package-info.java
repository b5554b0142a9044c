/// Where the root key is kept.
@NullMarked
package org.postern.keys.provider;

import org.jspecify.annotations.NullMarked;
