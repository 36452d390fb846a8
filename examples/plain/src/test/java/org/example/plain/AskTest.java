package org.example.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskTest {
  @TempDir Path folder;

  @Test
  void answersByMeaning() {
    assertEquals(
        Optional.of("Ann settled the plumber's bill."),
        Ask.answer(folder, "who paid for the boiler?"));
  }
}
