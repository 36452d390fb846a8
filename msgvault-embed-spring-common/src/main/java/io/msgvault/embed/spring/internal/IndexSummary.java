package io.msgvault.embed.spring.internal;

import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.IndexStatus.GenerationStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code info} shows of an index. */
final class IndexSummary {
  private IndexSummary() {}

  /** Returns a few names and numbers; what could not be read is absent. */
  static Map<String, Object> of(IndexStatus status) {
    Map<String, Object> summary = new LinkedHashMap<>();
    status.active().ifPresent(active -> summary.put("active", describe(active)));
    status.building().ifPresent(building -> summary.put("building", describe(building)));
    status.missing().ifPresent(missing -> summary.put("missing", missing));
    return summary;
  }

  private static Map<String, Object> describe(GenerationStatus of) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("generation", of.generation().id());
    shown.put("model", of.generation().fingerprint().model());
    of.progress().ifPresent(progress -> shown.put("progress", progress));
    return shown;
  }
}
