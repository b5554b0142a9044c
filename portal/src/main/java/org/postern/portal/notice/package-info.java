/// Where notices lead: a place to type their numbers, and one to ask whether they are genuine.
@NullMarked
package org.postern.portal.notice;

import org.jspecify.annotations.NullMarked;
