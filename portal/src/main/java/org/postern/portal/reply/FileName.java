package org.postern.portal.reply;

/// The name of an uploaded file without the folders that some browsers tell, and without characters
/// that steer a terminal or the direction of writing.
final class FileName {

    private static final int LONGEST = 200;

    private FileName() {}

    static String of(String told) {
        String name = told.substring(Math.max(told.lastIndexOf('/'), told.lastIndexOf('\\')) + 1);
        StringBuilder clean = new StringBuilder();
        name.codePoints()
                .filter(FileName::isHarmless)
                .limit(LONGEST)
                .forEach(clean::appendCodePoint);
        String result = clean.toString().strip();
        return result.isEmpty() ? "file" : result;
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
