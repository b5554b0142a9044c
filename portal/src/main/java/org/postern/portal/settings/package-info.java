/// How an operator tells the portal to behave.
@NullMarked
package org.postern.portal.settings;

import org.jspecify.annotations.NullMarked;
