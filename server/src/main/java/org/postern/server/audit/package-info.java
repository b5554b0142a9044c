/// Taking the audit chain out of the house, and verifying it where there is no house.
@NullMarked
package org.postern.server.audit;

import org.jspecify.annotations.NullMarked;
