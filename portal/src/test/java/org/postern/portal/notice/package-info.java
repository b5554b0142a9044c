/// Tests of where notices lead.
@NullMarked
package org.postern.portal.notice;

import org.jspecify.annotations.NullMarked;
