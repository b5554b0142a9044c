package org.postern.e2e.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;

/// Every class of production code, read once for all rules.
final class HouseClasses {

    /// The package of each module, and how few classes would mean that the import missed some.
    static final Map<String, Integer> MODULES =
            Map.of(
                    "org.postern.crypto", 30,
                    "org.postern.db", 30,
                    "org.postern.keys", 15,
                    "org.postern.notifications", 30,
                    "org.postern.mail", 60,
                    "org.postern.intake", 30,
                    "org.postern.portal", 40,
                    "org.postern.server", 40);

    /// Class files of the modules on the class path; neither tests nor libraries.
    static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(MODULES.keySet());

    private HouseClasses() {}
}
