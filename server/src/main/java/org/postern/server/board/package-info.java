/// The operator's side of notice board and status page.
@NullMarked
package org.postern.server.board;

import org.jspecify.annotations.NullMarked;
