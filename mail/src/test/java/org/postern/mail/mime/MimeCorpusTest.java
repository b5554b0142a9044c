package org.postern.mail.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.james.mime4j.MimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MimeCorpusTest {

    static List<Path> messages() {
        return Corpus.messages();
    }

    @Test
    void theWholeCorpusIsThere() {
        assertThat(Corpus.messages()).hasSize(80);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theIndexSeesTheTreeTheFieldsAndTheBodiesThatMime4jSees(Path message)
            throws IOException, MimeException, HeaderLimitException {
        byte[] content = Corpus.content(message);
        assertThat(new IndexView(content).xml()).isEqualTo(Mime4jView.of(content));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void decodedContentIsWhatMime4jDecodes(Path message) throws IOException, MimeException {
        byte[] content = Corpus.content(message);
        assertThat(new IndexView(content).digests()).isEqualTo(Mime4jView.digests(content));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theTreeIsTheOneOfTheXmlFile(Path message) throws IOException, HeaderLimitException {
        String expected = Mime4jView.latin1(Corpus.withCrlf(Corpus.bytes(message, ".xml")));
        assertThat(new IndexView(Corpus.content(message)).xml())
                .isEqualTo(without(without(expected, "preamble"), "epilogue"));
    }

    private static String without(String xml, String tag) {
        String open = "<" + tag + ">\r\n";
        String close = "</" + tag + ">\r\n";
        String rest = xml;
        for (int from = rest.indexOf(open); from >= 0; from = rest.indexOf(open)) {
            int to = rest.indexOf(close, from) + close.length();
            rest = rest.substring(0, from) + rest.substring(to);
        }
        return rest;
    }
}
