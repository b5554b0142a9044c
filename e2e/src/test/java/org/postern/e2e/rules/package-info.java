/// The rules of the house as tests: what may know what, what no class may do, and that the
/// documents say what is there.
@NullMarked
package org.postern.e2e.rules;

import org.jspecify.annotations.NullMarked;
