/// Tests of the words of our mail.
@NullMarked
package org.postern.notifications.words;

import org.jspecify.annotations.NullMarked;
