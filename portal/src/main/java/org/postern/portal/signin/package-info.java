/// Asking for a sign-in link, and using it once.
@NullMarked
package org.postern.portal.signin;

import org.jspecify.annotations.NullMarked;
