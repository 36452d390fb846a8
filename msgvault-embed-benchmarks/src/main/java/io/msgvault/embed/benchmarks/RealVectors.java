package io.msgvault.embed.benchmarks;

import io.msgvault.embed.Purpose;
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

/** The vectors of the chunks of a real mailbox, made by MiniLM. */
final class RealVectors {
  private RealVectors() {}

  /** Reads them from a file of an earlier run, or makes them and writes the file. */
  static List<float[]> of(Path mailbox) throws IOException {
    Path cached = Workspace.KEPT.resolve(mailbox.getFileName() + ".vectors");
    if (!Files.exists(cached)) {
      write(make(mailbox), cached);
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

  private static List<float[]> make(Path mailbox) throws IOException {
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
      return MiniLm.embed(embedder, texts, Purpose.DOCUMENT);
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
