/// The tables of the mail database, one store per family; ciphertext in, ciphertext out.
@NullMarked
package org.postern.db.store;

import org.jspecify.annotations.NullMarked;
