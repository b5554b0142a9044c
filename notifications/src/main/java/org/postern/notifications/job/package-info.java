/// Later: durable jobs, promised in the transaction of the fact that asks for them, and the worker
/// that keeps the promise.
@NullMarked
package org.postern.notifications.job;

import org.jspecify.annotations.NullMarked;
