package org.postern.server.embedded;

/// What a process needs to reach Redis.
public record RedisAccess(String host, int port, String user, String password) {

    @Override
    public String toString() {
        return "RedisAccess[" + host + ":" + port + ", " + user + ", redacted]";
    }
}
