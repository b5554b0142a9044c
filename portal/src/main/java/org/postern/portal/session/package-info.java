/// Who is signed in, in which browser, and until when.
@NullMarked
package org.postern.portal.session;

import org.jspecify.annotations.NullMarked;
