package org.postern.server.cli;

/// A value that follows a command's name, recognised by its place.
///
/// @param name as shown, for instance `DOMAIN`
/// @param description for help, after the name
public record Operand(String name, String description) {}
