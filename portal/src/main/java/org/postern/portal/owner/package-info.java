/// What the owner of a mailbox sees and changes about signing in to it.
@NullMarked
package org.postern.portal.owner;

import org.jspecify.annotations.NullMarked;
