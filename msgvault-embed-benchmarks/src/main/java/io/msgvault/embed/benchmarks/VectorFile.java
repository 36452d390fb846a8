package io.msgvault.embed.benchmarks;

import io.msgvault.embed.text.TextDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Keeps vectors by the digests of their texts, also for later runs. A line of the file has a
 * digest, a space and the vector in base 64. A line that a stopped run left incomplete is skipped.
 */
final class VectorFile {
  private final Path path;
  private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

  VectorFile(Path path, int dimension) throws IOException {
    this.path = path;
    Files.createDirectories(path.toAbsolutePath().getParent());
    if (Files.exists(path)) {
      try (Stream<String> lines = Files.lines(path)) {
        lines.forEach(line -> read(line, dimension));
      }
    }
  }

  private void read(String line, int dimension) {
    int space = line.indexOf(' ');
    int length = (dimension * Float.BYTES + 2) / 3 * 4;
    if (space > 0 && line.length() == space + 1 + length) {
      float[] vector = new float[dimension];
      ByteBuffer.wrap(Base64.getDecoder().decode(line.substring(space + 1)))
          .asFloatBuffer()
          .get(vector);
      vectors.put(line.substring(0, space), vector);
    }
  }

  Optional<float[]> find(String text) {
    return Optional.ofNullable(vectors.get(TextDigest.of(text)));
  }

  synchronized void add(List<String> texts, List<float[]> embedded) {
    List<String> lines = new ArrayList<>(List.of("")); // ends what a stopped run left
    for (int i = 0; i < texts.size(); i++) {
      String digest = TextDigest.of(texts.get(i));
      vectors.put(digest, embedded.get(i));
      lines.add(digest + " " + encode(embedded.get(i)));
    }
    try {
      Files.write(path, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String encode(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
