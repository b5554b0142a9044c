/// Mail of ours that comes back since it could not be delivered.
@NullMarked
package org.postern.mail.returned;

import org.jspecify.annotations.NullMarked;
