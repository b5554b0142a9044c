/// The Kubernetes manifests: rendered, and held against the schema and our own demands.
@NullMarked
package org.postern.e2e.k8s;

import org.jspecify.annotations.NullMarked;
