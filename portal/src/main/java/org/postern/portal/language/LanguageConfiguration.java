package org.postern.portal.language;

import org.postern.db.store.MailDatabase;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// A reader's language.
@Configuration(proxyBeanMethods = false)
public class LanguageConfiguration {

    @Bean
    FirstLanguage firstLanguage(MailDatabase database) {
        return new FirstLanguage(database.mailboxes());
    }

    @Bean
    SettingsController settingsController(MailDatabase database) {
        return new SettingsController(database.mailboxes());
    }
}
