package org.postern.e2e.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SealedSource;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.MessageStore;

/// The arrows of ARCHITECTURE.md, "Modules and arrows": each points down, and some are narrower
/// than Maven can say.
class ArrowsTest {

    private static final String[] SERVLETS = {
        "jakarta.servlet..", "org.apache.catalina..", "org.springframework.web.."
    };
    private static final String[] HTTP_SERVERS = {
        "jakarta.servlet..",
        "org.apache.catalina..",
        "com.sun.net.httpserver..",
        "org.springframework.web..",
        "org.springframework.http..",
        "org.springframework.boot.."
    };
    private static final String[] SMTP_SERVERS = {"org.subethamail.."};
    private static final String[] SQL = {
        "java.sql..", "javax.sql..", "org.springframework.jdbc..", "org.flywaydb.."
    };

    @Test
    void theImportSawTheClassesOfEveryModule() {
        HouseClasses.MODULES.forEach((module, few) ->
                assertThat(HouseClasses.ALL.that(resideInAPackage(module + "..")).size())
                        .describedAs("classes of %s", module)
                        .isGreaterThan(few));
        assertThat(HouseClasses.ALL.size()).isGreaterThan(400);
    }

    @Test
    void cryptoKnowsNoneOfTheOtherModules() {
        onlyBelow("org.postern.crypto..", "it stands at the bottom and can be reviewed alone");
    }

    @Test
    void cryptoKnowsTheJdkAndBouncyCastleOnly() {
        classes()
                .that()
                .resideInAPackage("org.postern.crypto..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.postern.crypto..",
                        "org.bouncycastle..",
                        "org.jspecify..",
                        "java.io..",
                        "java.lang..",
                        "java.math..",
                        "java.nio..",
                        "java.security..",
                        "java.text..", // Unicode normalization
                        "java.time..",
                        "java.util..",
                        "javax.crypto..")
                .because(
                        "crypto can be reviewed alone: no Spring, no SQL, no SMTP, no HTTP, no"
                                + " logging; what it needs from outside comes in as an argument")
                .check(HouseClasses.ALL);
    }

    @Test
    void dbKnowsOnlyCrypto() {
        onlyBelow(
                "org.postern.db..",
                "the nouns know nobody who does something with them",
                "org.postern.crypto..");
    }

    @Test
    void storesSeeOnlySealedValues() {
        DescribedPredicate<JavaClass> operations =
                resideInAPackage("org.postern.crypto..")
                        .and(
                                DescribedPredicate.not(
                                        resideInAPackage("org.postern.crypto.sealed..")
                                                .or(equivalentTo(SealedSource.class))
                                                .or(equivalentTo(InstanceCertificate.class))));
        noClasses()
                .that()
                .resideInAPackage("org.postern.db..")
                .should()
                .dependOnClassesThat(operations.as("hold keys or open anything"))
                .because(
                        "a store can hold ciphertext, but has no way to open it: take a type of"
                            + " org.postern.crypto.sealed as argument, and let keys or mail open"
                            + " it")
                .check(HouseClasses.ALL);
    }

    @Test
    void dbKnowsNeitherSmtpNorHttp() {
        none(
                "org.postern.db..",
                "a store is asked by whoever speaks the protocol",
                SMTP_SERVERS,
                HTTP_SERVERS);
        none(
                "org.postern.db..",
                "addresses are our own type; mail libraries stay in mail",
                new String[] {"jakarta.mail.."});
    }

    @Test
    void keysKnowOnlyDbAndCrypto() {
        onlyBelow(
                "org.postern.keys..",
                "the holder of keys is the smallest process and trusts no code that reads mail",
                "org.postern.crypto..",
                "org.postern.db..");
        none(
                "org.postern.keys..",
                "the holder of keys speaks no mail protocol",
                SMTP_SERVERS,
                new String[] {"jakarta.mail..", "org.apache.james.."});
    }

    @Test
    void notificationsKnowOnlyKeysDbAndCrypto() {
        onlyBelow(
                "org.postern.notifications..",
                "it sends later what others promised; a job that needs a message has its handler in"
                        + " mail",
                "org.postern.crypto..",
                "org.postern.db..",
                "org.postern.keys..");
    }

    @Test
    void aNoticeCannotLeakWhatItCannotRead() {
        noClasses()
                .that()
                .resideInAPackage("org.postern.notifications..")
                .should()
                .dependOnClassesThat(
                        equivalentTo(MessageStore.class).or(equivalentTo(BlobStore.class)))
                .because(
                        "a notice cannot leak what it cannot read: a job handler that needs a"
                                + " stored message lives in mail")
                .check(HouseClasses.ALL);
    }

    @Test
    void notificationsKnowNoServer() {
        none(
                "org.postern.notifications..",
                "it is a client: it neither listens nor answers requests",
                HTTP_SERVERS,
                SMTP_SERVERS,
                new String[] {"org.apache.james.."});
    }

    @Test
    void mailKnowsNoDoor() {
        onlyBelow(
                "org.postern.mail..",
                "both doors share one path, so the path knows neither of them",
                "org.postern.crypto..",
                "org.postern.db..",
                "org.postern.keys..",
                "org.postern.notifications..");
        none(
                "org.postern.mail..",
                "both doors share one path: what belongs to one protocol stays at its door",
                SMTP_SERVERS,
                SERVLETS,
                new String[] {"org.thymeleaf.."});
    }

    @Test
    void theSmtpDoorCanOpenNothing() {
        onlyBelow(
                "org.postern.intake..",
                "the process that faces the Internet cannot open anything: it seals with crypto and"
                    + " hands over through mail's spool, and asks neither keys nor the other door",
                "org.postern.crypto..",
                "org.postern.db..",
                "org.postern.mail..");
        none(
                "org.postern.intake..",
                "to accept mail it needs no database (mail's Door has the snapshot)",
                SQL);
    }

    @Test
    void theWebDoorDoesNotKnowTheSmtpDoor() {
        onlyBelow(
                "org.postern.portal..",
                "either door can run, fail and scale alone",
                "org.postern.crypto..",
                "org.postern.db..",
                "org.postern.keys..",
                "org.postern.mail..",
                "org.postern.notifications..");
        none("org.postern.portal..", "either door can run, fail and scale alone", SMTP_SERVERS);
    }

    @Test
    void thePortalHoldsNoSqlOfItsOwn() {
        none(
                "org.postern.portal..",
                "SQL lives in db's stores, where the tenant is the first argument",
                SQL);
    }

    @Test
    void nobodyKnowsTheServerThatPutsTheHouseTogether() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.postern.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.postern.server..")
                .because(
                        "parts do not know the house; what they need comes in through their"
                                + " constructors")
                .check(HouseClasses.ALL);
    }

    @Test
    void packagesFormNoCycle() {
        slices().assignedFrom(EACH_PACKAGE)
                .should()
                .beFreeOfCycles()
                .because(
                        "two packages that know each other are one package: move the shared noun"
                                + " down, or the caller up")
                .check(HouseClasses.ALL);
    }

    private static final SliceAssignment EACH_PACKAGE =
            new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                    return javaClass.getPackageName().startsWith("org.postern.")
                            ? SliceIdentifier.of(javaClass.getPackageName())
                            : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "packages of the house";
                }
            };

    /// A module knows itself, the named ones, and what is not ours.
    private static void onlyBelow(String module, String reason, String... below) {
        DescribedPredicate<JavaClass> ours = resideInAPackage("org.postern..");
        noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat(
                        ours.and(
                                        DescribedPredicate.not(
                                                resideInAPackage(module)
                                                        .or(resideInAnyPackage(below))))
                                .as("belong to a module above or beside"))
                .because(reason)
                .check(HouseClasses.ALL);
    }

    private static void none(String module, String reason, String[]... libraries) {
        for (String[] library : libraries) {
            noClasses()
                    .that()
                    .resideInAPackage(module)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(library)
                    .because(reason)
                    .check(HouseClasses.ALL);
        }
    }
}
