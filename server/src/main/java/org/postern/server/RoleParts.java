package org.postern.server;

import java.util.ArrayList;
import java.util.List;
import org.postern.keys.Role;
import org.postern.portal.PortalConfiguration;
import org.postern.server.cli.RoleOptions;

/// Which parts a process is put together from, by its roles: listed here and nowhere else.
final class RoleParts {

    private RoleParts() {}

    static List<Class<?>> of(RoleOptions roles) {
        List<Class<?>> parts = new ArrayList<>();
        parts.add(PosternApplication.class);
        parts.add(StorageConfiguration.class);
        parts.add(ManagementConfiguration.class);
        parts.add(roles.has(Role.KEYS) ? KeysConfiguration.class : OtherKeysConfiguration.class);
        if (roles.isDoor() || roles.has(Role.WORKER)) {
            parts.add(InstanceConfiguration.class);
        }
        if (roles.isDoor()) {
            parts.add(DoorConfiguration.class);
        }
        if (roles.has(Role.INTAKE)) {
            parts.add(IntakeConfiguration.class);
        }
        if (roles.has(Role.WORKER)) {
            parts.add(DeliveryConfiguration.class);
            parts.add(NotificationsConfiguration.class);
            parts.add(ProvisioningConfiguration.class);
        }
        if (roles.has(Role.WORKER) || roles.has(Role.PORTAL)) {
            parts.add(BoardConfiguration.class);
        }
        if (roles.has(Role.PORTAL)) {
            parts.add(ReadingConfiguration.class);
            parts.add(PortalConfiguration.class);
        }
        return parts;
    }
}
