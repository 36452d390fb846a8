package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.onnx.OnnxEmbedder;
import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Provides the vectors of a real mailbox, computed by MiniLM. */
final class RealVectors {
  private RealVectors() {}

  /** Computes vectors. */
  private interface VectorSource {
    List<float[]> make(Path mailbox) throws IOException;
  }

  /** Returns the vectors of the chunks of its texts. */
  static List<float[]> of(Path mailbox) throws IOException {
    return cached(mailbox, ".vectors", RealVectors::embedChunks);
  }

  /** Returns the vectors of its subjects, as questions. */
  static List<float[]> subjects(Path mailbox) throws IOException {
    return cached(mailbox, ".subjects", RealVectors::embedSubjects);
  }

  /** Reads the vectors from the file of an earlier run, or computes them and writes the file. */
  private static List<float[]> cached(Path mailbox, String suffix, VectorSource maker)
      throws IOException {
    Path cached = Workspace.CACHE.resolve(mailbox.getFileName() + suffix);
    if (!Files.exists(cached)) {
      write(maker.make(mailbox), cached);
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(cached));
    int dimension = bytes.getInt();
    List<float[]> vectors = new ArrayList<>();
    while (bytes.hasRemaining()) {
      float[] vector = new float[dimension];
      bytes.asFloatBuffer().get(vector);
      bytes.position(bytes.position() + dimension * Float.BYTES);
      vectors.add(vector);
    }
    return vectors;
  }

  private static List<float[]> embedSubjects(Path mailbox) throws IOException {
    try (OnnxEmbedder embedder = MiniLm.open()) {
      List<String> subjects =
          Post.read(mailbox).stream()
              .map(Post::subject)
              .filter(subject -> !subject.isBlank())
              .toList();
      return MiniLm.embed(embedder, subjects, InputType.QUERY);
    }
  }

  private static List<float[]> embedChunks(Path mailbox) throws IOException {
    try (OnnxEmbedder embedder = MiniLm.open()) {
      TextPolicy policy = TextPolicy.standard();
      TextPreparer preparer = new TextPreparer(policy);
      Chunker chunker =
          new Chunker(policy, embedder.model().maxTokens(), embedder.tokenCounter().orElseThrow());
      List<String> texts = new ArrayList<>();
      for (Post post : Post.read(mailbox)) {
        String prepared = preparer.prepare(post.subject(), post.text(), post.html());
        for (Chunk chunk : chunker.chunk(prepared)) {
          texts.add(chunk.of(prepared));
        }
      }
      return MiniLm.embed(embedder, texts, InputType.DOCUMENT);
    }
  }

  private static void write(List<float[]> vectors, Path file) throws IOException {
    int dimension = vectors.get(0).length;
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES + vectors.size() * dimension * Float.BYTES);
    bytes.putInt(dimension);
    for (float[] vector : vectors) {
      for (float component : vector) {
        bytes.putFloat(component);
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, bytes.array());
  }
}
