/// In which language a reader is written to.
@NullMarked
package org.postern.portal.language;

import org.jspecify.annotations.NullMarked;
