/// Measurements: how fast sealing is, beside the fastest AES this machine has, and how long a
/// recipient waits.
@NullMarked
package org.postern.bench;

import org.jspecify.annotations.NullMarked;
