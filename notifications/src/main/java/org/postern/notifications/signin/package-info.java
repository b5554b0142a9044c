/// The mail with a sign-in link and a code.
@NullMarked
package org.postern.notifications.signin;

import org.jspecify.annotations.NullMarked;
