/// The command line: what `./postern` understands, said back in plain sentences when it does not.
@NullMarked
package org.postern.server.cli;

import org.jspecify.annotations.NullMarked;
