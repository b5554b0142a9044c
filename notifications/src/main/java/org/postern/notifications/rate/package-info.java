/// How often mail goes to one domain, counted by all workers together.
@NullMarked
package org.postern.notifications.rate;

import org.jspecify.annotations.NullMarked;
