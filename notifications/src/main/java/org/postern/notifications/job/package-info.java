/// Later: durable jobs, promised in the transaction of the fact that asks for them, and the worker
/// that keeps the promise.
///
/// ```
///  promise         claim                        Done
/// ────────► available ──────► running ─────────────────► completed
///                          ▲     │ │ ▲
///                    claim │     │ │ └─ claim, when the lease ran out: attempt + 1
///                          │     │ │
///                     retryable ◄┘ └──────────────────► discarded
///                          Retry        Discard, or Retry when the policy says no more
/// ```
@NullMarked
package org.postern.notifications.job;

import org.jspecify.annotations.NullMarked;
