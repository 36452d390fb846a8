package io.msgvault.embed.internal.job;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache of the vectors of recent texts. Repeated texts, such as newsletters and footers,
 * are embedded once. Long texts rarely repeat, so it does not keep them.
 */
final class RecentVectors {
  private static final int MAX_TEXTS = 4096;
  private static final int MAX_TEXT_LENGTH = 2000;

  private final Map<String, float[]> vectors =
      new LinkedHashMap<>(16, 0.75f, true) {

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
          return size() > MAX_TEXTS;
        }
      };

  float @Nullable [] get(String text) {
    return text.length() > MAX_TEXT_LENGTH ? null : vectors.get(text);
  }

  void put(String text, float[] vector) {
    if (text.length() <= MAX_TEXT_LENGTH) {
      vectors.put(text, vector);
    }
  }
}
