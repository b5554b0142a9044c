/// The tenant a request is for, which its host names before anything else happens.
@NullMarked
package org.postern.portal.host;

import org.jspecify.annotations.NullMarked;
