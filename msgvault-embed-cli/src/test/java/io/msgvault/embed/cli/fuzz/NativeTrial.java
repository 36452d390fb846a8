package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.onnx.OnnxEmbedder;
import io.msgvault.embed.store.support.VectorMath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads models and tokenizers, which native code reads, and embeds with what could be loaded. If
 * native code ends the process, the file that did it stays in the folder that {@code fuzz.files}
 * names.
 */
final class NativeTrial implements FuzzTarget.Trial {
  private static final String TEXT = "red gr\u00fcn e\u0301 \ud83d\ude80 red";

  private final Path model;
  private final Path tokenizer;
  private final Path changed;

  private NativeTrial(boolean changesModel) throws IOException {
    String kept = System.getProperty("fuzz.files", "");
    Path folder = kept.isEmpty() ? Workplace.create() : Files.createDirectories(Path.of(kept));
    model = folder.resolve("model.onnx");
    tokenizer = folder.resolve("tokenizer.json");
    Files.write(model, FuzzCorpus.seed(FuzzTarget.MODEL, "tiny"));
    Files.write(tokenizer, FuzzCorpus.seed(FuzzTarget.TOKENIZER, "words"));
    changed = changesModel ? model : tokenizer;
  }

  static NativeTrial ofModels() throws IOException {
    return new NativeTrial(true);
  }

  static NativeTrial ofTokenizers() throws IOException {
    return new NativeTrial(false);
  }

  @Override
  public void run(byte[] input) throws IOException {
    Files.write(changed, input);
    try (OnnxEmbedder embedder =
        OnnxEmbedder.builder().model(model).tokenizer(tokenizer).threads(1).build()) {
      embed(embedder);
      int[] ends = embedder.tokenCounter().orElseThrow().tokenEnds(TEXT);
      int last = 0;
      for (int end : ends) {
        Oracle.require(end >= last && end <= TEXT.length(), "a token ends outside the text");
        last = end;
      }
    }
  }

  private static void embed(OnnxEmbedder embedder) {
    try {
      for (float[] vector : embedder.embed(List.of(TEXT), InputType.DOCUMENT)) {
        Oracle.require(
            vector.length == embedder.model().dimension() && VectorMath.hasDirection(vector),
            "a vector that cannot be stored");
      }
    } catch (RejectedInputException | TransientEmbedderException e) {
      Oracle.wellFormed("a message", String.valueOf(e.getMessage()));
    }
  }
}
