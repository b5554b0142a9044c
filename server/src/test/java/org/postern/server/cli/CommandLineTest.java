package org.postern.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.server.embedded.StartRefusedException;

class CommandLineTest {

    private final Terminal terminal = new Terminal();
    private final TenantCreate tenantCreate = new TenantCreate();
    private final List<Command> commands =
            List.of(
                    new Up((options, folder, console) -> 0),
                    new SendSample(Clock.systemUTC()),
                    tenantCreate,
                    new Failing("tenant fail", new CommandFailedException("the tenant is there.")));

    @Test
    void helpListsEveryCommandWithOneLine() {
        assertThat(type("help")).isZero();
        assertThat(terminal.out().lines().filter(line -> line.contains("./postern ")))
                .extracting(line -> line.strip().split(" {2,}", -1)[0])
                .containsExactly(
                        "./postern up",
                        "./postern send-sample",
                        "./postern tenant create",
                        "./postern tenant fail",
                        "./postern test",
                        "./postern version",
                        "./postern help");
    }

    @ParameterizedTest
    @CsvSource({"help up", "up --help", "up -h", "up --data x --help"})
    void helpForOneCommandNamesEveryOptionWithItsVariable(String words) {
        assertThat(type(words.split(" "))).isZero();
        assertThat(terminal.out())
                .contains("--data DIR (./data)  or POSTERN_DATA")
                .contains("--smtp-port PORT (2525)  or POSTERN_SMTP_PORT")
                .contains("--smtps-port PORT (4465)  or POSTERN_SMTPS_PORT")
                .contains("--http-port PORT (8080)  or POSTERN_HTTP_PORT")
                .contains("--management-port PORT (8081)  or POSTERN_MANAGEMENT_PORT")
                .contains("--relay HOST:PORT  or POSTERN_RELAY")
                .contains("--database-url URL  or POSTERN_DATABASE_URL")
                .contains("--ledger-url URL  or POSTERN_LEDGER_URL")
                .contains("--bind ADDRESS (127.0.0.1)  or POSTERN_BIND");
    }

    @Test
    void helpForAGroupListsItsCommands() {
        assertThat(type("help", "tenant")).isZero();
        assertThat(terminal.out())
                .contains("./postern tenant create")
                .contains("./postern tenant fail")
                .doesNotContain("./postern up");
    }

    @Test
    void helpForACommandOfTwoWordsShowsItsOperands() {
        assertThat(type("help", "tenant", "create")).isZero();
        assertThat(terminal.out())
                .contains("./postern tenant create NAME [OPTIONS]")
                .contains("NAME: what the organisation is called");
    }

    @Test
    void aCommandOfTwoWordsGetsItsOperandsAndOptions() {
        assertThat(type("tenant", "create", "--host=mail.example.com", "Example Clinic", "--dry"))
                .isZero();
        assertThat(tenantCreate.seen).containsExactly("Example Clinic", "mail.example.com", "true");
    }

    @Test
    void anOptionWinsOverItsVariableAndAnEmptyVariableIsNone() {
        terminal.with("POSTERN_HOST", "from.variable").with("POSTERN_EMPTY", "");
        assertThat(type("tenant", "create", "A")).isZero();
        assertThat(type("tenant", "create", "A", "--host", "from.option")).isZero();
        assertThat(tenantCreate.seen).contains("from.variable", "from.option");
    }

    @Test
    void afterTwoDashesEverythingIsAnOperand() {
        assertThat(type("tenant", "create", "--host", "h", "--", "--help")).isZero();
        assertThat(tenantCreate.seen).startsWith("--help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | there is no command \"nonsense\"; ./postern help lists them.",
                "help nonsense | there is no command \"nonsense\"; ./postern help lists them.",
                "tenant | tenant wants one more word: tenant create, tenant fail.",
                "up --smtp-prot 1 | up has no option --smtp-prot. ./postern help up lists them.",
                "up --smtp-port | --smtp-port wants a value: --smtp-port PORT.",
                "up --smtp-port --relay a:1 | --smtp-port wants a value: --smtp-port PORT.",
                "up --smtp-port= | --smtp-port wants a value: --smtp-port PORT.",
                "up --smtp-port abc | --smtp-port wants a port from 0 to 65535, not \"abc\".",
                "up --smtp-port -1 | --smtp-port wants a port from 0 to 65535, not \"-1\".",
                "up --smtp-port 65536 | --smtp-port wants a port from 0 to 65535, not \"65536\".",
                "up --smtp-port 1 --smtp-port 2 | --smtp-port is given twice.",
                "up --smtp-port 8080 | --smtp-port and --http-port are both 8080. Choose another"
                        + " for one of them.",
                "up --relay here | --relay wants HOST:PORT, not \"here\".",
                "up --relay :25 | --relay wants HOST:PORT, not \":25\".",
                "up --relay ::1:25 | --relay wants HOST:PORT, not \"::1:25\".",
                "up --relay a:b | --relay wants a port from 0 to 65535, not \"a:b\".",
                "up --bind example.org | --bind wants an address such as 127.0.0.1, not"
                        + " \"example.org\".",
                "up --bind 0.0.0.0 | the demo listens on this machine only, not on 0.0.0.0. To be"
                        + " reached from elsewhere, set --passphrase-file (or --key-provider) and"
                        + " --trusted-proxy.",
                "up --key-provider hsm | --key-provider is local, pkcs11, vault or aws-kms, not"
                        + " \"hsm\".",
                "up --key-provider pkcs11 | --pkcs11-library is missing: --pkcs11-library FILE.",
                "up --key-provider pkcs11 --pkcs11-library /nothing.so | --pkcs11-library cannot be"
                        + " read: /nothing.so.",
                "up --key-provider pkcs11 --pkcs11-library pom.xml | a token is found by"
                        + " --pkcs11-token-label or by --pkcs11-slot: give one of them.",
                "up --key-provider pkcs11 --pkcs11-library pom.xml --pkcs11-slot 1"
                        + " --pkcs11-token-label a | a token is found by --pkcs11-token-label or by"
                        + " --pkcs11-slot: give one of them.",
                "up --key-provider pkcs11 --pkcs11-library pom.xml --pkcs11-token-label"
                        + " 123456789012345678901234567890123 | --pkcs11-token-label has 1 to 32"
                        + " characters of ASCII.",
                "up --key-provider pkcs11 --pkcs11-library pom.xml --pkcs11-slot a | --pkcs11-slot"
                        + " wants the number of a slot, not \"a\".",
                "up --key-provider pkcs11 --pkcs11-library pom.xml --pkcs11-slot 1 |"
                        + " --pkcs11-pin-file is missing: --pkcs11-pin-file FILE.",
                "up --key-provider pkcs11 --pkcs11-library pom.xml --pkcs11-slot 1"
                        + " --pkcs11-pin-file pom.xml | --pkcs11-keys is missing: --pkcs11-keys"
                        + " LABELS.",
                "up --key-provider pkcs11 --pkcs11-library pom.xml --pkcs11-slot 1"
                        + " --pkcs11-pin-file pom.xml --pkcs11-keys , | --pkcs11-keys names no"
                        + " key.",
                "up --key-provider vault | --vault-url is missing: --vault-url URL.",
                "up --key-provider vault --vault-url http://vault:8200 | --vault-url wants"
                        + " https://HOST:PORT, or http on this machine, not \"http://vault:8200\".",
                "up --key-provider vault --vault-url https://vault | --vault-token-file is missing:"
                        + " --vault-token-file FILE.",
                "up --key-provider vault --vault-url https://vault --vault-token-file pom.xml |"
                        + " --vault-key is missing: --vault-key NAME.",
                "up --key-provider vault --vault-url https://vault --vault-token-file pom.xml"
                        + " --vault-key a/b | --vault-key is no name of a key: a/b.",
                "up --key-provider vault --vault-url https://vault --vault-token-file pom.xml"
                        + " --vault-key a --vault-authorities /nothing | --vault-authorities cannot"
                        + " be read: /nothing.",
                "up --key-provider aws-kms | --aws-kms-keys is missing: --aws-kms-keys ARNS.",
                "up --key-provider aws-kms --aws-kms-keys alias/a | --aws-kms-keys wants keys of"
                        + " one region, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias may point"
                        + " elsewhere tomorrow.",
                "up --database-url postgres://secret@h/d | --database-url wants a JDBC URL of"
                        + " PostgreSQL:"
                        + " jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD.",
                "up here | up does not understand \"here\". ./postern help up says how it is used.",
                "tenant create | tenant create wants NAME: what the organisation is called.",
                "tenant create A --dry=1 | --dry takes no value.",
                "tenant create A | --host is missing: --host HOST."
            })
    void whatCannotBeUnderstoodIsSaidInOneSentence(String words, String sentence) {
        assertThat(type(words.split(" "))).isEqualTo(2);
        assertThat(terminal.err()).isEqualTo("postern: " + sentence + "\n");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void nothingTypedIsAnsweredWithWhatToType() {
        assertThat(type()).isEqualTo(2);
        assertThat(terminal.err())
                .isEqualTo("postern: say what to do; ./postern help lists the commands.\n");
    }

    @Test
    void aBadVariableIsNamedAsSuch() {
        terminal.with("POSTERN_HTTP_PORT", "http");
        assertThat(type("up")).isEqualTo(2);
        assertThat(terminal.err())
                .isEqualTo(
                        "postern: POSTERN_HTTP_PORT wants a port from 0 to 65535, not \"http\".\n");
    }

    @Test
    void aCommandThatFailsSaysWhyAndEndsWithOne() {
        assertThat(type("tenant", "fail")).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("postern: the tenant is there.\n");
    }

    @Test
    void anUnforeseenFailureShowsNoStackTrace() {
        var failing = new Failing("break", new IllegalStateException("inner detail"));
        assertThat(terminal.type(List.of(failing), "break")).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo(
                        "postern: this went wrong in a way that nobody foresaw"
                                + " (IllegalStateException); the log above has the details.\n");
    }

    @Test
    void versionSaysWhichJavaToo() {
        assertThat(type("version")).isZero();
        assertThat(terminal.out()).startsWith("postern ").contains("Java 25");
    }

    private int type(String... words) {
        return terminal.type(commands, words);
    }

    private static final class TenantCreate implements Command {

        private static final Option HOST =
                Option.of("--host", "HOST", "portal's host name").variable("POSTERN_HOST");
        private static final Option DRY = Option.flag("--dry", "only say what would be done");

        final List<String> seen = new ArrayList<>();

        @Override
        public String name() {
            return "tenant create";
        }

        @Override
        public String summary() {
            return "add an organisation";
        }

        @Override
        public List<Operand> operands() {
            return List.of(new Operand("NAME", "what the organisation is called"));
        }

        @Override
        public List<Option> options() {
            return List.of(HOST, DRY);
        }

        @Override
        public int run(Arguments arguments, Console console) throws UsageException {
            seen.add(arguments.operand(0));
            seen.add(arguments.text(HOST));
            seen.add(Boolean.toString(arguments.has(DRY)));
            return 0;
        }
    }

    private record Failing(String name, Exception failure) implements Command {

        @Override
        public String summary() {
            return "fail";
        }

        @Override
        public int run(Arguments arguments, Console console)
                throws CommandFailedException, StartRefusedException {
            switch (failure) {
                case CommandFailedException e -> throw e;
                case StartRefusedException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new AssertionError(failure);
            }
        }
    }
}
