package org.postern.server.embedded;

/// What a role needs to reach its database.
///
/// @param url of JDBC, without a password
public record DatabaseAccess(String url, String user, String password) {

    @Override
    public String toString() {
        return "DatabaseAccess[" + url + ", " + user + ", redacted]";
    }
}
