/// What is inside a message: its header section, the tree of its MIME parts with exact offsets, and
/// what of it to show.
@NullMarked
package org.postern.mail.mime;

import org.jspecify.annotations.NullMarked;
