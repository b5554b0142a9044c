/// What everybody may know of the system's state: maintenance, incidents, what works now.
@NullMarked
package org.postern.portal.status;

import org.jspecify.annotations.NullMarked;
