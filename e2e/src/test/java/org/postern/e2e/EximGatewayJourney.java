package org.postern.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Exim with the files of `gateway/exim`.
class EximGatewayJourney extends GatewayJourney {

    @Override
    MailGateway gateway(Path folder, MailGateway.Neighbours neighbours) throws Exception {
        return new EximGateway(folder, neighbours);
    }

    @Test
    void everyMarkLeadsToPostern() throws Exception {
        assertLeadToPostern(Marks.ALL);
    }
}
