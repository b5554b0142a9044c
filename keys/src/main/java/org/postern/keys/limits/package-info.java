/// How much may be asked of the keys at a time, whoever asks.
@NullMarked
package org.postern.keys.limits;

import org.jspecify.annotations.NullMarked;
