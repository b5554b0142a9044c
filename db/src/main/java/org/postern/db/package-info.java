/// The nouns every module shares: identifiers, addresses, the SMTP envelope and the named steps of
/// a message's life.
@NullMarked
package org.postern.db;

import org.jspecify.annotations.NullMarked;
