/// Words in the languages we speak: bundles of ICU messages, with the plurals of each language.
@NullMarked
package org.postern.notifications.words;

import org.jspecify.annotations.NullMarked;
