/// What the tests of notifications share: real databases, a clock that stands, a log that is read.
@NullMarked
package org.postern.notifications;

import org.jspecify.annotations.NullMarked;
