/// Chaining audit events after they were committed.
@NullMarked
package org.postern.notifications.audit;

import org.jspecify.annotations.NullMarked;
