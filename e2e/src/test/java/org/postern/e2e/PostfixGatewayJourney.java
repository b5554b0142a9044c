package org.postern.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Postfix with the files of `gateway/postfix`.
class PostfixGatewayJourney extends GatewayJourney {

    @Override
    MailGateway gateway(Path folder, MailGateway.Neighbours neighbours) throws Exception {
        return new PostfixGateway(folder, neighbours);
    }

    @Test
    void everyMarkLeadsToPostern() throws Exception {
        assertLeadToPostern(Marks.ALL);
    }
}
