package org.postern.e2e;

import java.nio.file.Path;

/// OpenSMTPD with the files of `gateway/opensmtpd`. It decides before it has seen a header field,
/// so marks in subject and header are not among its ways.
class OpensmtpdGatewayJourney extends GatewayJourney {

    @Override
    MailGateway gateway(Path folder, MailGateway.Neighbours neighbours) throws Exception {
        return new OpensmtpdGateway(folder, neighbours);
    }
}
