/// Answering a message: the form's bytes stream straight into the sealer.
@NullMarked
package org.postern.portal.reply;

import org.jspecify.annotations.NullMarked;
