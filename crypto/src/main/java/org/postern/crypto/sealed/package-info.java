/// Sealed values: what a store may hold; nothing in this package can open any of it.
@NullMarked
package org.postern.crypto.sealed;

import org.jspecify.annotations.NullMarked;
