package io.msgvault.embed;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of the texts embedded last, so that copies of a text, as newsletters and footers are,
 * are embedded once. Bounded; long texts, which are rarely repeated, are not kept.
 */
final class RecentVectors {
  private static final int TEXTS = 4096;
  private static final int LONGEST = 2000;

  private final Map<String, float[]> vectors =
      new LinkedHashMap<>(16, 0.75f, true) {

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
          return size() > TEXTS;
        }
      };

  float @Nullable [] get(String text) {
    return text.length() > LONGEST ? null : vectors.get(text);
  }

  void put(String text, float[] vector) {
    if (text.length() <= LONGEST) {
      vectors.put(text, vector);
    }
  }
}
