package org.postern.portal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.postern.keys.KeyService;

/// The real key service, and what it was asked.
public final class CountingKeyService {

    private final KeyService counted;
    private final List<String> calls = new CopyOnWriteArrayList<>();

    CountingKeyService(KeyService keys) {
        this.counted =
                (KeyService)
                        Proxy.newProxyInstance(
                                KeyService.class.getClassLoader(),
                                new Class<?>[] {KeyService.class},
                                (_, method, arguments) -> {
                                    calls.add(method.getName());
                                    try {
                                        return method.invoke(keys, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getTargetException();
                                    }
                                });
    }

    /// The key service, each call of which is counted.
    KeyService counted() {
        return counted;
    }

    /// The names of all calls since the portal was started, in their order.
    public List<String> calls() {
        return List.copyOf(calls);
    }
}
