/// Puts the house together: which parts a process runs, and how they find each other.
@NullMarked
package org.postern.server;

import org.jspecify.annotations.NullMarked;
