/// The web door: ask for a sign-in link, sign in, read and answer, in a browser with nothing to
/// install.
@NullMarked
package org.postern.portal;

import org.jspecify.annotations.NullMarked;
