package org.postern.e2e.rules;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/// What no class of the house may do, and what it should do instead.
class HouseRulesTest {

    @Test
    void timeComesInThroughTheConstructor() {
        DescribedPredicate<JavaMethodCall> now =
                new DescribedPredicate<>("ask the machine for the time") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        boolean withoutClock =
                                call.getTarget().getRawParameterTypes().stream()
                                        .noneMatch(type -> type.isEquivalentTo(Clock.class));
                        return call.getName().equals("now")
                                && call.getTargetOwner().getPackageName().startsWith("java.time")
                                && withoutClock;
                    }
                };
        noClasses()
                .should()
                .callMethodWhere(now)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because(
                        "tests set the time and never sleep: take a java.time.Clock through the"
                                + " constructor")
                .check(HouseClasses.ALL);
    }

    @Test
    void noClassMakesItsOwnClock() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.postern.server..")
                .should()
                .callMethodWhere(
                        target(owner(assignableTo(Clock.class)))
                                .and(target(nameMatching("system.*|tick.*"))))
                .because(
                        "only the server, which puts the house together, decides what time it is;"
                                + " take a Clock")
                .check(HouseClasses.ALL);
    }

    @Test
    void chanceComesInThroughTheConstructor() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ThreadLocalRandom.class)
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .because(
                        "whoever needs chance holds a java.security.SecureRandom, given through the"
                                + " constructor")
                .check(HouseClasses.ALL);
    }

    @Test
    void onlyCryptoAndTheKeyProvidersTouchPrimitives() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.postern.crypto..", "org.postern.keys.provider..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.crypto..", "org.bouncycastle..")
                .because(
                        "cryptography is reviewed in one place: add the verb to crypto and call it")
                .check(HouseClasses.ALL);
    }

    @Test
    void nothingIsReadByJavaSerialisation() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
                .because(
                        "bytes that choose which class to build choose what code to run: write the"
                                + " fields yourself")
                .check(HouseClasses.ALL);
    }

    @Test
    void nothingIsInjectedIntoFieldsOrSetters() {
        noFields()
                .should()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
                .orShould()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
                .orShould()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("jakarta.annotation.Resource")
                .because(
                        "a class says what it needs in its constructor, and can be made without"
                                + " Spring")
                .check(HouseClasses.ALL);
        noMethods()
                .should()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
                .because(
                        "a class says what it needs in its constructor, and can be made without"
                                + " Spring")
                .check(HouseClasses.ALL);
    }

    @Test
    void onlyTheCommandLineWritesToStandardStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.postern.server.cli..")
                .should(ACCESS_STANDARD_STREAMS)
                .because(
                        "what goes to the log goes through SLF4J; what goes to people goes through"
                                + " the Console")
                .check(HouseClasses.ALL);
    }

    @Test
    void nothingLogsExceptThroughSlf4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.logging..",
                        "org.apache.commons.logging..",
                        "org.apache.logging.log4j..")
                .because(
                        "one way to log, so that one place decides what leaves the house:"
                                + " org.slf4j.Logger")
                .check(HouseClasses.ALL);
    }

    @Test
    void everyClassHasANoun() {
        noClasses()
                .that()
                .haveNameNotMatching(".*KeyService")
                .should()
                .haveNameMatching(".*(Manager|Util|Utils|Utility|Helper|Helpers|Impl|Service)")
                .because(
                        "a class that wants to be called Manager, Util, Helper, Impl or Service"
                            + " lacks its noun: look for it in docs/glossary.md (KeyService is the"
                            + " one exception)")
                .check(HouseClasses.ALL);
    }

    @Test
    void theEnvelopeIsTheOneOfSmtp() {
        noClasses()
                .that()
                .resideInAPackage("org.postern.crypto..")
                .should()
                .haveNameMatching(OTHER_PEOPLES_WORDS)
                .because(OURS)
                .check(HouseClasses.ALL);
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("org.postern.crypto..")
                .should()
                .haveNameMatching(OTHER_PEOPLES_WORDS)
                .because(OURS)
                .check(HouseClasses.ALL);
    }

    private static final String OTHER_PEOPLES_WORDS =
            "(?i).*(envelope|stanza|masterkey|magic_?link).*";
    private static final String OURS =
            "an envelope is what SMTP carries; here keys are sealed, wrapped, and put into slots"
                    + " (docs/glossary.md)";
}
