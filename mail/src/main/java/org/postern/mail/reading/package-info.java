/// What a signed-in reader sees: folders, threads, one opened message.
@NullMarked
package org.postern.mail.reading;

import org.jspecify.annotations.NullMarked;
