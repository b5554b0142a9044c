/// What every page shares: response headers, assets, layout, errors.
@NullMarked
package org.postern.portal.frame;

import org.jspecify.annotations.NullMarked;
