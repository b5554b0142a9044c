package org.postern.e2e.k8s;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds what a manifest says and Kubernetes does not know. The model keeps such a field aside
/// without complaint, as the server does unless asked to be strict; a typing error would switch a
/// protection off.
final class UnknownFields {

    private static final String MODEL = "io.fabric8.kubernetes.api.model";

    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    /// Paths of all unknown fields under `object`.
    static List<String> of(Object object) {
        var fields = new UnknownFields();
        fields.walk(object.getClass().getSimpleName(), object);
        return fields.found;
    }

    private void walk(String path, @Nullable Object value) {
        switch (value) {
            case null -> {
                // nothing said
            }
            case Map<?, ?> map -> map.forEach((key, each) -> walk(path + "." + key, each));
            case Collection<?> collection -> collection.forEach(each -> walk(path + "[]", each));
            default -> walkBean(path, value);
        }
    }

    private void walkBean(String path, Object bean) {
        if (!bean.getClass().getName().startsWith(MODEL)) {
            return;
        }
        for (Method method : bean.getClass().getMethods()) {
            if (!method.getName().startsWith("get")
                    || method.getParameterCount() > 0
                    || method.getDeclaringClass() == Object.class) {
                continue;
            }
            Object value = called(method, bean);
            if (method.getName().equals("getAdditionalProperties")) {
                ((Map<?, ?>) value).keySet().forEach(name -> found.add(path + "." + name));
            } else {
                walk(path + "." + method.getName().substring(3), value);
            }
        }
    }

    private static Object called(Method method, Object bean) {
        try {
            return method.invoke(bean);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(method.toString(), e);
        }
    }
}
