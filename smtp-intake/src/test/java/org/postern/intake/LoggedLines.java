package org.postern.intake;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What a class says in the log while a test runs.
final class LoggedLines implements AutoCloseable {

    private final Logger logger;
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    private LoggedLines(Class<?> of) {
        this.logger = (Logger) LoggerFactory.getLogger(of);
        events.start();
        logger.addAppender(events);
    }

    static LoggedLines of(Class<?> of) {
        return new LoggedLines(of);
    }

    List<String> containing(String text) {
        return List.copyOf(events.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(text))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(events);
    }
}
