/// Key service and authority for processes of their own: HTTPS with mutual TLS, one POST per call.
@NullMarked
package org.postern.keys.remote;

import org.jspecify.annotations.NullMarked;
