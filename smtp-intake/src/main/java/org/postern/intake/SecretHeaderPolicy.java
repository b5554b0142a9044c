package org.postern.intake;

import java.util.Optional;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// Mail from a cloud that others share carries the organisation's secret, where nothing else could
/// prove whose it is.
final class SecretHeaderPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        Optional<Tenant.SharedCloud> cloud = transaction.way().connector().sharedCloud();
        return cloud.isEmpty() || SecretHeader.isIn(header, cloud.get().secretHeaders())
                ? Optional.empty()
                : Optional.of(Reply.NO_SECRET);
    }
}
