/// An arrival becomes a message: admitted, indexed, threaded, its notices promised.
@NullMarked
package org.postern.mail.delivery;

import org.jspecify.annotations.NullMarked;
