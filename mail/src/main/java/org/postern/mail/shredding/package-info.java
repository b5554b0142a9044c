/// Taking messages, people and organisations away for good, and changing when.
@NullMarked
package org.postern.mail.shredding;

import org.jspecify.annotations.NullMarked;
