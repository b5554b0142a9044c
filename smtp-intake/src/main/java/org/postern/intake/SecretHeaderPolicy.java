package org.postern.intake;

import java.util.Optional;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// Mail from a cloud that others share carries the organisation's secret, unless a signature may
/// prove at its end whose it is.
final class SecretHeaderPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        Tenant.Connector connector = transaction.way().connector();
        return connector
                .sharedCloud()
                .filter(cloud -> !cloud.alignedDkim())
                .filter(cloud -> !SecretHeader.isIn(header, cloud.secretHeaders()))
                .map(_ -> Reply.NO_SECRET);
    }
}
