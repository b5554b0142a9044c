/// What a door needs to take mail without database and keys: the signed snapshot and its own
/// certified key.
@NullMarked
package org.postern.mail.door;

import org.jspecify.annotations.NullMarked;
