/// The notice board: what operators tell people of maintenance and incidents, readable and writable
/// while a database is away.
@NullMarked
package org.postern.mail.board;

import org.jspecify.annotations.NullMarked;
