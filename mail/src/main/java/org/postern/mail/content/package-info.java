/// What people see of an opened content: subject, names, first words.
@NullMarked
package org.postern.mail.content;

import org.jspecify.annotations.NullMarked;
