package io.msgvault.embed.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.embedder.InputType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks tables of characters, in the form that native code reads. */
class CharacterTableTest {
  private static final int UNITS = 512;
  private static final int ROOT = 256;
  private static final int A = ROOT ^ 'A';
  private static final int LEAF = 300;
  private static final int HAS_VALUE = 1 << 8;

  @TempDir Path folder;

  private final int[] units = new int[UNITS];
  private final byte[] replacements = "red\0\u00e9\0".getBytes(UTF_8);

  CharacterTableTest() {
    units[0] = ROOT << 10;
    units[A] = 'A' | HAS_VALUE | (A ^ LEAF) << 10;
  }

  private byte[] table() {
    ByteBuffer table =
        ByteBuffer.allocate(4 + 4 * UNITS + replacements.length).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(4 * UNITS);
    table.asIntBuffer().put(units);
    table.position(4 + 4 * UNITS);
    return table.put(replacements).array();
  }

  @Test
  void nativeCodeReadsTheSameTable() {
    String normalizer =
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \""
            + Base64.getEncoder().encodeToString(table())
            + "\"}";
    String tokenizer =
        TinyTokenizer.ofWords("red")
            .replace("\"normalizer\": null", "\"normalizer\": " + normalizer);
    TinyModel model =
        TinyModel.of(new float[][] {{9, 9}, {5, 5}, {1, 0}, {0, 2}, {3, 4}})
            .tokenOutput("last_hidden_state");
    try (OnnxEmbedder embedder = TestModels.tiny(folder, model, tokenizer).build()) {
      assertArrayEquals(
          embedder.embed(List.of("red"), InputType.QUERY).get(0),
          embedder.embed(List.of("A"), InputType.QUERY).get(0));
    }
  }

  @Test
  void unitsMustNotLeadBeyondTheEnd() {
    units[0] = UNITS << 10;
    assertBroken();
    units[0] = ROOT << 10;
    units[A] = 'A' | HAS_VALUE | (A ^ UNITS) << 10;
    assertBroken();
    units[A] = 'A' | HAS_VALUE | 1 << 9 | 0xFFFFF << 10;
    assertBroken();
  }

  @Test
  void replacementsMustBeginWithCharacters() {
    units[LEAF] = replacements.length + 1;
    assertBroken();
    units[LEAF] = 5; // within the second character
    assertBroken();
    units[LEAF] = 4;
    CharacterTable.check(table());
  }

  @Test
  void circlesEnd() {
    units[A] = 'A' | (A ^ ROOT) << 10;
    CharacterTable.check(table());
  }

  @Test
  void sizesMustFit() {
    for (int length : new int[] {0, 3, 4, 100}) {
      assertThrows(IllegalArgumentException.class, () -> CharacterTable.check(new byte[length]));
    }
    replacements[0] = (byte) 0xFF;
    assertBroken();
  }

  private void assertBroken() {
    byte[] table = table();
    assertThrows(IllegalArgumentException.class, () -> CharacterTable.check(table));
  }
}
