/// The key ledger: every wrapped key, shred secret and sign-in challenge, in a database nothing
/// else reads.
@NullMarked
package org.postern.keys.ledger;

import org.jspecify.annotations.NullMarked;
