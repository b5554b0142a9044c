/// Tests of a reader's language.
@NullMarked
package org.postern.portal.language;

import org.jspecify.annotations.NullMarked;
