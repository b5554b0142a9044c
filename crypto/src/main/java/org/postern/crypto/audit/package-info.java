/// The chain of audit events: one entry, the tree over all, and the signed checkpoint of the tree.
@NullMarked
package org.postern.crypto.audit;

import org.jspecify.annotations.NullMarked;
