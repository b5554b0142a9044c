/// The servers and files that one machine without configuration runs on: PostgreSQL, Redis, a
/// certificate, a data folder.
@NullMarked
package org.postern.server.embedded;

import org.jspecify.annotations.NullMarked;
