package org.postern.mail.door;

/// An organisation's rows in the mail database are not as they were last set: an operator looks at
/// them first.
public final class ConfigurationAlteredException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConfigurationAlteredException() {
        super("rows were altered");
    }
}
